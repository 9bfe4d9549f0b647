import { createStorage, type DType, type Storage } from '../numerics/DType.js';
import type { Dense } from './Dense.js';
import { numelOf } from './Shape.js';

/** A tensor whose elements are still to be made. */
interface Waiting {
  /** Its array, if it had one before. */
  readonly data: Storage | null;
  /** Writes the elements. */
  readonly produce: () => void;
  /** Is told that nobody will look at what was to be made. */
  readonly abandoned: () => void;
  /** Those that are to have the same array. */
  readonly sharers: Sharers;
}

/** Tensors without an array, which show that of another one. */
interface Sharers {
  holder: Dense;
  readonly tensors: Set<Dense>;
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
  waiting.set(tensor, {
    data: data?.length === 0 ? null : data,
    produce,
    abandoned,
    sharers: before?.sharers ?? { holder: tensor, tensors: new Set() },
  });
  Object.defineProperty(tensor, 'data', {
    configurable: true,
    enumerable: true,
    get: () => makeData(tensor),
    set: (value: Storage) => {
      // Others keep the array that this one leaves.
      if (waiting.get(tensor)?.sharers.tensors.size) makeData(tensor);
      putData(tensor, value);
    },
  });
}

function makeData(tensor: Dense): Storage {
  waiting.get(tensor)?.produce();
  return overwriteData(tensor);
}

/** Lets `holder`, which waits as well, wait in the place of a tensor that is to have the same array. */
export function shareData(tensor: Dense, holder: Dense): void {
  const found = waiting.get(tensor) as Waiting;
  const { sharers } = found;
  waiting.delete(tensor);
  waiting.set(holder, { ...(waiting.get(holder) as Waiting), sharers });
  sharers.holder = holder;
  sharers.tensors.add(tensor);
  Object.defineProperty(tensor, 'data', {
    configurable: true,
    enumerable: true,
    get: () => sharers.holder.data,
    set: (value: Storage) => {
      sharers.tensors.delete(tensor);
      setData(tensor, value);
    },
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

/** Gives a tensor, and all that share it, its array; what was put off is never made. */
export function putData<D extends DType>(tensor: Dense<D>, data: Storage): Storage<D> {
  const found = waiting.get(tensor);
  found?.abandoned();
  waiting.delete(tensor);
  setData(tensor, data);
  for (const sharer of found?.sharers.tensors ?? []) setData(sharer, data);
  return data as Storage<D>;
}

function setData(tensor: Dense, data: Storage): void {
  Object.defineProperty(tensor, 'data', { configurable: true, enumerable: true, writable: true, value: data });
}
