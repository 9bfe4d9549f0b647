import { createStorage, type DType, type Storage } from '../numerics/DType.js';
import type { Dense } from './Dense.js';
import { unmarkLoaded } from './loadedElements.js';
import { numelOf } from './Shape.js';

/**
 * The owner of deferred tensors. It knows which elements they will have. A deferred tensor has no array; it is
 * materialized when code first reads its `data`.
 */
export interface DataSource {
  /**
   * Writes the elements of a deferred tensor into {@link dataToOverwrite}. A tensor that the source leaves alone becomes
   * zeros.
   */
  produce(tensor: Dense): void;
  /** Forgets the deferred fill of a tensor, whose elements are no longer needed. */
  discard(tensor: Dense): void;
}

interface Deferred {
  readonly source: DataSource;
  readonly sharers: Sharers;
}

/** Tensors that show the array of another tensor, the holder, as soon as it has one. */
interface Sharers {
  holder: Dense;
  readonly tensors: Set<Dense>;
}

const deferred = new WeakMap<Dense, Deferred>();

let zerosSource: DataSource | null = null;

/** The source to which new tensors of zeros are deferred; `null` if they are allocated at once. */
export function currentSource(): DataSource | null {
  return zerosSource;
}

/** Runs `body`. New tensors of zeros are deferred to `source` until it returns. */
export function withSource<T>(source: DataSource, body: () => T): T {
  const before = zerosSource;
  zerosSource = source;
  try {
    return body();
  } finally {
    zerosSource = before;
  }
}

/** Defers the elements of a tensor. The tensor has an empty array, or is deferred already. */
export function deferData(tensor: Dense, source: DataSource): void {
  const before = deferred.get(tensor);
  before?.source.discard(tensor);
  deferred.set(tensor, { source, sharers: before?.sharers ?? { holder: tensor, tensors: new Set() } });
  Object.defineProperty(tensor, 'elements', {
    configurable: true,
    enumerable: true,
    get: () => materialized(tensor),
    set: (value: Storage) => {
      // The sharers keep the elements that this tensor gives up.
      if (deferred.get(tensor)?.sharers.tensors.size) materialized(tensor);
      replaceData(tensor, value);
    },
  });
}

function materialized(tensor: Dense): Storage {
  deferred.get(tensor)?.source.produce(tensor);
  return dataToOverwrite(tensor);
}

/** Makes a deferred tensor, and all its sharers, show the array of `holder`, which is deferred as well. */
export function shareDeferred(tensor: Dense, holder: Dense): void {
  const { sharers } = deferred.get(tensor) as Deferred;
  deferred.delete(tensor);
  deferred.set(holder, { ...(deferred.get(holder) as Deferred), sharers });
  sharers.holder = holder;
  sharers.tensors.add(tensor);
  Object.defineProperty(tensor, 'elements', {
    configurable: true,
    enumerable: true,
    get: () => sharers.holder.data,
    set: (value: Storage) => {
      sharers.tensors.delete(tensor);
      setData(tensor, value);
    },
  });
}

/** Whether a tensor is deferred. */
export function isDeferred(tensor: Dense): boolean {
  return deferred.has(tensor);
}

/** The source of a deferred tensor. */
export function sourceOf(tensor: Dense): DataSource | undefined {
  return deferred.get(tensor)?.source;
}

/** The array of a tensor; an empty array if the tensor is deferred, which it stays. */
export function dataIfMaterialized<D extends DType>(tensor: Dense<D>): Storage<D> {
  return isDeferred(tensor) ? createStorage(tensor.dtype, 0) : tensor.data;
}

/** Discards the deferred fill of a tensor. The tensor stays deferred, and is zeros if no code writes it. */
export function discardDeferred(tensor: Dense): void {
  deferred.get(tensor)?.source.discard(tensor);
}

/**
 * The array of a tensor, for code that writes every element. The fill of a deferred tensor is discarded, and the elements
 * no longer count as loaded.
 */
export function dataToOverwrite<D extends DType>(tensor: Dense<D>): Storage<D> {
  if (!isDeferred(tensor)) {
    unmarkLoaded(tensor.data);
    return tensor.data;
  }
  return replaceData(tensor, createStorage(tensor.dtype, numelOf(tensor.shape)));
}

/** Gives a tensor and all its sharers an array. The fill of a deferred tensor is discarded. */
export function replaceData<D extends DType>(tensor: Dense<D>, data: Storage): Storage<D> {
  const found = deferred.get(tensor);
  found?.source.discard(tensor);
  deferred.delete(tensor);
  setData(tensor, data);
  for (const sharer of found?.sharers.tensors ?? []) setData(sharer, data);
  return data as Storage<D>;
}

function setData(tensor: Dense, data: Storage): void {
  Object.defineProperty(tensor, 'elements', { configurable: true, enumerable: true, writable: true, value: data });
}
