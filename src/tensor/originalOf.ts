import { HiddenState } from '../HiddenState.js';

const originals = new HiddenState<object>('original');

/** Lets {@link originalOf} find a tensor behind its proxies. */
export function keepOriginal(tensor: object): void {
  originals.set(tensor, tensor);
}

/** The tensor behind its proxies: two parameters are the same if these are. */
export function originalOf<T extends object>(tensor: T): T {
  return (originals.get(tensor) as T | undefined) ?? tensor;
}
