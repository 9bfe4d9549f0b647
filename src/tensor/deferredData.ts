import { createStorage, type DType, type Storage } from '../kernels/DType.js';
import type { Dense } from './Dense.js';
import { numelOf } from './Shape.js';

/** A tensor whose elements are still to be made. */
interface Waiting {
  /** Its array, if it had one before. */
  readonly data: Storage | null;
  /** Is told that nobody will look at what was to be made. */
  readonly abandoned: () => void;
}

const waiting = new WeakMap<Dense, Waiting>();

/** Is given every new tensor of zeros, still without its elements, while allocations are put off. */
type Adopt = (tensor: Dense) => void;

let adopt: Adopt | null = null;

/** From now on hands new tensors of zeros to `next`, or to nobody; returns to whom until now. */
export function adoptZeros(next: Adopt | null): Adopt | null {
  const before = adopt;
  adopt = next;
  return before;
}

/** Who adopts new tensors of zeros, if anybody. */
export function zerosAdopter(): Adopt | null {
  return adopt;
}

/**
 * Puts off making the elements of a tensor until somebody looks at them.
 * @param produce writes the elements at the first look, calling {@link overwriteData} before
 * @param abandoned is called when all elements are about to be overwritten, so that there is nothing to produce
 */
export function deferData(tensor: Dense, produce: () => void, abandoned: () => void): void {
  const before = waiting.get(tensor);
  const data = before ? before.data : tensor.data;
  before?.abandoned();
  waiting.set(tensor, { data: data?.length === 0 ? null : data, abandoned });
  Object.defineProperty(tensor, 'data', {
    configurable: true,
    enumerable: true,
    get: () => {
      produce();
      return overwriteData(tensor);
    },
    set: (value: Storage) => void putData(tensor, value),
  });
}

/** Makes a tensor that waits show the elements of another one, which is to hold them in its place. */
export function showData(tensor: Dense, holder: Dense): void {
  waiting.delete(tensor);
  Object.defineProperty(tensor, 'data', {
    configurable: true,
    enumerable: true,
    get: () => holder.data,
    set: (value: Storage) => void putData(tensor, value),
  });
}

/** Whether the elements of a tensor are still to be made. */
export function isDeferred(tensor: Dense): boolean {
  return waiting.has(tensor);
}

/** Whether a tensor has no array yet, so that it can be given one. */
export function lacksData(tensor: Dense): boolean {
  return waiting.get(tensor)?.data === null;
}

/** Forgets what was put off for a tensor: if nobody writes its elements they are zeros. */
export function abandonData(tensor: Dense): void {
  waiting.get(tensor)?.abandoned();
}

/** The array of a tensor, for somebody who writes every element of it: what was put off is never made. */
export function overwriteData<D extends DType>(tensor: Dense<D>): Storage<D> {
  const found = waiting.get(tensor);
  if (found === undefined) return tensor.data;
  return putData(tensor, found.data ?? createStorage(tensor.dtype, numelOf(tensor.shape)));
}

/** Gives a tensor its array; what was put off is never made. */
export function putData<D extends DType>(tensor: Dense<D>, data: Storage): Storage<D> {
  waiting.get(tensor)?.abandoned();
  waiting.delete(tensor);
  Object.defineProperty(tensor, 'data', { configurable: true, enumerable: true, writable: true, value: data });
  return data as Storage<D>;
}
