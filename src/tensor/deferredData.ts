import { HiddenState } from '../HiddenState.js';
import { currentDryRun } from '../kernels/dryRun.js';
import { bytesOf, createSharedStorage, createStorage, type DType, type Storage, storageIn } from '../numerics/DType.js';
import { unmarkLoaded, withMarkOf } from './loadedElements.js';
import { numelOf, type Shape } from './Shape.js';

/** What a tensor shows: its element type, its sizes, and an array or a part of one. */
interface Shown<D extends DType = DType> {
  readonly dtype: D;
  readonly shape: Shape;
  readonly data: Storage<D>;
}

/**
 * The owner of deferred arrays. It knows which elements they will have. An array is materialized when code first reads the
 * `data` of a tensor that shows it.
 */
export interface DataSource {
  /** Fills an array by {@link DeferredArray.create}. An array that the source leaves alone becomes zeros. */
  produce(array: DeferredArray): void;
  /** Forgets the deferred fill of an array, whose elements are no longer needed. */
  discard(array: DeferredArray): void;
  /** Gives `copy` the deferred fill of `array`: the same elements. */
  copyFill(array: DeferredArray, copy: DeferredArray): void;
}

/** An array that does not exist until code needs it. Several tensors may show it, or parts of it. */
export class DeferredArray {
  private storage: Storage | undefined;
  private owner: DataSource;
  private readonly viewers = new Set<WeakRef<Shown>>();
  /** Whether the array gets memory that threads share. */
  isShared = false;

  constructor(
    readonly dtype: DType,
    readonly length: number,
    source: DataSource,
  ) {
    this.owner = source;
  }

  get source(): DataSource {
    return this.owner;
  }

  set source(source: DataSource) {
    this.owner.discard(this);
    this.owner = source;
  }

  /** The array; `undefined` while it is deferred. */
  get created(): Storage | undefined {
    return this.storage;
  }

  /** Whether a tensor may still read the array. */
  get isSeen(): boolean {
    return [...this.viewers].some((viewer) => viewer.deref() !== undefined);
  }

  /** The array with its elements. */
  materialize(): Storage {
    if (this.storage === undefined) this.source.produce(this);
    return this.storage ?? this.create();
  }

  /**
   * Discards the deferred fill; returns the array for code that writes every element.
   * @param storage an array of the dtype and length. Default: that of {@link allocate}.
   */
  create(storage: Storage = this.allocate()): Storage {
    this.source.discard(this);
    this.storage ??= storage;
    return this.storage;
  }

  /** Memory for the elements, which the array does not have yet. */
  allocate(): Storage {
    return this.isShared ? createSharedStorage(this.dtype, this.length) : createStorage(this.dtype, this.length);
  }

  /** The elements of the array from index `start`, in a shape. */
  shownAs<D extends DType>(dtype: D, shape: Shape, start = 0): Shown<D> {
    const part = { dtype, shape, data: NO_ELEMENTS as Storage<D> };
    showPart(part, this, start);
    return part;
  }

  /** Records that a tensor shows the array; returns the function that ends this. */
  show(tensor: Shown): () => void {
    const viewer = new WeakRef(tensor);
    this.viewers.add(viewer);
    return () => {
      this.viewers.delete(viewer);
      if (!this.isSeen) this.source.discard(this);
    };
  }
}

/** A tensor, whose `data` returns its array. */
interface HoldsElements {
  elements: Storage;
}

/** The property that holds the array: `elements` of a tensor, `data` of a plain object. */
function slotOf(tensor: Shown): 'elements' | 'data' {
  return Object.hasOwn(tensor, 'data') ? 'data' : 'elements';
}

/** The part of a deferred array that a tensor shows. */
interface Place {
  readonly array: DeferredArray;
  /** Index in the array of the tensor's first element. */
  readonly start: number;
  readonly leave: () => void;
}

const places = new HiddenState<Place>('place');

/** The array of a tensor until an accessor replaces it. */
const NO_ELEMENTS: Storage = new Float32Array(0);

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

/** Defers the elements of a tensor, which gets an array of its own. */
export function deferData(tensor: Shown, source: DataSource): DeferredArray {
  const array = new DeferredArray(tensor.dtype, numelOf(tensor.shape), source);
  showPart(tensor, array, 0);
  return array;
}

/**
 * Makes a tensor show the array of another one, which has as many elements. If that array is deferred, it stays deferred, and
 * both tensors show the same elements as soon as there are any.
 */
export function shareData(tensor: Shown, source: Shown): void {
  const from = placeOf(source);
  if (from === undefined) (tensor as unknown as HoldsElements).elements = source.data;
  else showPart(tensor, from.array, from.start);
}

/** An array of another shape that shares the elements of `source` from index `start`, also while they are deferred. */
export function sharing<D extends DType>(source: Shown<D>, shape: Shape, start = 0): Shown<D> {
  const { dtype } = source;
  const from = placeOf(source);
  if (from === undefined) return { dtype, shape, data: partOf(source.data, start, numelOf(shape)) };
  return from.array.shownAs(dtype, shape, from.start + start);
}

/** A copy. If the elements are deferred, those of the copy are deferred as well. */
export function copied<D extends DType>(source: Shown<D>): Shown<D> {
  const { dtype, shape } = source;
  const from = placeOf(source);
  if (from === undefined) return { dtype, shape, data: withMarkOf(source.data, source.data.slice() as Storage<D>) };
  const array = new DeferredArray(dtype, from.array.length, from.array.source);
  array.source.copyFill(from.array, array);
  return array.shownAs(dtype, shape, from.start);
}

/** Whether a tensor is deferred. */
export function isDeferred(tensor: Shown): boolean {
  return placeOf(tensor) !== undefined;
}

/** The deferred array of a tensor; `undefined` if the tensor is materialized, or if it shows only a part of the array. */
export function wholeArrayOf(tensor: Shown): DeferredArray | undefined {
  const array = deferredArrayOf(tensor);
  return array && numelOf(tensor.shape) === array.length ? array : undefined;
}

/** The deferred array of which a tensor shows at least a part. */
export function deferredArrayOf(tensor: Shown): DeferredArray | undefined {
  return placeOf(tensor)?.array;
}

/** The memory in which a tensor's elements are or will be, and the range of bytes that they have in it. */
export function memoryOf(tensor: Shown): { readonly memory: object; readonly from: number; readonly to: number } {
  const place = placeOf(tensor);
  const size = bytesOf(tensor.dtype);
  const from = place ? place.start * size : tensor.data.byteOffset;
  return { memory: place?.array ?? tensor.data.buffer, from, to: from + numelOf(tensor.shape) * size };
}

/** Discards the deferred fill of a tensor. The tensor stays deferred, and is zeros if no code writes it. */
export function discardDeferred(tensor: Shown): void {
  const array = wholeArrayOf(tensor);
  array?.source.discard(array);
}

/**
 * The array of a tensor, for code that writes every element. The fill of a deferred tensor is discarded, and the elements
 * no longer count as loaded.
 */
export function dataToOverwrite<D extends DType>(tensor: Shown<D>): Storage<D> {
  // A dry run writes into an array that no other code reads, because the tensor has to stay as it is.
  if (currentDryRun() && isDeferred(tensor)) return createStorage(tensor.dtype, numelOf(tensor.shape));
  wholeArrayOf(tensor)?.create();
  unmarkLoaded(tensor.data);
  return tensor.data;
}

function placeOf(tensor: Shown): Place | undefined {
  const place = places.get(tensor);
  if (place?.array.created === undefined) return place;
  settle(tensor, place);
  return undefined;
}

function showPart(tensor: Shown, array: DeferredArray, start: number): void {
  const before = places.get(tensor);
  places.set(tensor, { array, start, leave: array.show(tensor) });
  before?.leave();
  Object.defineProperty(tensor, slotOf(tensor), {
    configurable: true,
    enumerable: true,
    get: () => readPart(tensor),
    set: (value: Storage) => {
      places.get(tensor)?.leave();
      setData(tensor, value);
    },
  });
}

function readPart(tensor: Shown): Storage {
  const { array, start, leave } = places.get(tensor) as Place;
  const run = array.created === undefined ? currentDryRun() : null;
  if (run) return zerosOf(run, tensor);
  array.materialize();
  return settle(tensor, { array, start, leave });
}

/** Gives a tensor its part of an array that is materialized. */
function settle(tensor: Shown, { array, start }: Place): Storage {
  const data = array.created as Storage;
  return setData(tensor, partOf(data, start, numelOf(tensor.shape)));
}

function partOf<S extends Storage>(data: S, start: number, length: number): S {
  return length === data.length ? data : (data.subarray(start, start + length) as S);
}

function setData(tensor: Shown, data: Storage): Storage {
  places.delete(tensor);
  Object.defineProperty(tensor, slotOf(tensor), { configurable: true, enumerable: true, writable: true, value: data });
  return data;
}

/** The memory that all deferred tensors show in one dry run. No code writes it, so that the system provides no pages. */
const dryMemory = new WeakMap<object, ArrayBuffer>();

function zerosOf(run: object, { dtype, shape }: Shown): Storage {
  const length = numelOf(shape);
  const bytes = length * bytesOf(dtype);
  let memory = dryMemory.get(run);
  if (memory === undefined || memory.byteLength < bytes) {
    memory = createStorage(dtype, length).buffer as ArrayBuffer;
    dryMemory.set(run, memory);
  }
  return storageIn(dtype, memory, 0, length);
}
