import { ArgumentError, describeValue } from '../errors.js';
import type { Initializer } from './Initializer.js';

/** Refuses what is not an initialiser, for initialisers that are made of others. */
export function checkInitializer(taker: string, value: Initializer): void {
  if (typeof value?.law === 'function') return;
  throw new ArgumentError(`${taker} takes an initializer such as init.xavierUniform(), found ${describeValue(value)}`);
}
