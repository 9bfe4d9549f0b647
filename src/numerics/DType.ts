import { DTypeError, describeValue, isNameIn, ShapeError } from '../errors.js';
import { StorageShelf } from './StorageShelf.js';

/** Element types, named as in PyTorch. */
export type DType = 'float32' | 'float64' | 'float16' | 'bfloat16' | 'int64' | 'int32' | 'uint8' | 'bool';

/** Element types of floating-point numbers: those that initialisers fill and that can have gradients. */
export type FloatDType = 'float32' | 'float64' | HalfDType;

/** Floating-point types of 16 bits. */
export type HalfDType = 'float16' | 'bfloat16';

/** Storages with fewer elements cost little, and are never on a shelf. */
const SHELVED = 256;

interface Storages {
  float32: Float32Array;
  float64: Float64Array;
  /** Bit patterns of IEEE binary16. */
  float16: Uint16Array;
  /** The upper halves of bit patterns of float32. */
  bfloat16: Uint16Array;
  int64: BigInt64Array;
  int32: Int32Array;
  uint8: Uint8Array;
  /** 0 or 1. */
  bool: Uint8Array;
}

/** The typed array that stores the elements of a dtype. */
export type Storage<D extends DType = DType> = Storages[D];

interface StorageClass<S> {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): S;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): S;
}

const STORAGE_CLASSES: { readonly [D in DType]: StorageClass<Storages[D]> } = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};

/** Whether a value is the name of a dtype. */
export function isDType(value: unknown): value is DType {
  return isNameIn(STORAGE_CLASSES, value);
}

/**
 * Returns a value if it is the name of a dtype.
 * @throws DTypeError otherwise
 */
export function checkDtype<D extends DType>(dtype: D): D {
  if (isDType(dtype)) return dtype;
  const known = Object.keys(STORAGE_CLASSES).join(', ');
  throw new DTypeError(`unknown dtype ${describeValue(dtype)}; expected one of ${known}`);
}

/** Whether a dtype is floating-point. */
export function isFloatDType(dtype: DType): dtype is FloatDType {
  return dtype === 'float32' || dtype === 'float64' || dtype === 'float16' || dtype === 'bfloat16';
}

/**
 * A storage of `length` elements, filled with zeros. During a run on a shelf it is lent: memory that code keeps beyond the call for later
 * ones has to be made by `StorageShelf.aside`.
 * @throws ShapeError if there is not enough memory
 */
export function createStorage<D extends DType>(dtype: D, length: number): Storage<D> {
  const create = () => allocate(dtype, length, () => new STORAGE_CLASSES[dtype](length));
  const shelf = StorageShelf.current;
  return shelf === null || length < SHELVED
    ? create()
    : (shelf.lend(dtype, length, create as () => Storage) as Storage<D>);
}

/**
 * The same in memory that threads share.
 * @throws ShapeError if there is not enough memory
 */
export function createSharedStorage<D extends DType>(dtype: D, length: number): Storage<D> {
  return allocate(dtype, length, () => storageIn(dtype, new SharedArrayBuffer(length * bytesOf(dtype)), 0, length));
}

function allocate<S>(dtype: DType, length: number, create: () => S): S {
  try {
    return create();
  } catch (cause) {
    const bytes = (length * bytesOf(dtype)).toLocaleString('en');
    throw new ShapeError(
      `not enough memory: you tried to allocate ${length.toLocaleString('en')} elements of ${dtype}, ${bytes} bytes`,
      undefined,
      { cause },
    );
  }
}

/** Whether the memory of an array can be shared by threads. */
export function isShared({ buffer }: Storage): boolean {
  return typeof SharedArrayBuffer === 'function' && buffer instanceof SharedArrayBuffer;
}

/** The number of bytes of an element. */
export function bytesOf(dtype: DType): number {
  return STORAGE_CLASSES[dtype].BYTES_PER_ELEMENT;
}

/**
 * A storage of `length` elements on a part of a buffer.
 * @param byteOffset the start of the part, a multiple of the size of an element
 */
export function storageIn<D extends DType>(
  dtype: D,
  buffer: ArrayBufferLike,
  byteOffset: number,
  length: number,
): Storage<D> {
  return new STORAGE_CLASSES[dtype](buffer, byteOffset, length);
}

/** Whether `data` is a typed array of the kind that stores `dtype`. */
export function isStorageOf<D extends DType>(dtype: D, data: unknown): data is Storage<D> {
  return data instanceof STORAGE_CLASSES[dtype];
}
