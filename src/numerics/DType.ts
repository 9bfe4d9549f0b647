import { DTypeError, describeValue, ShapeError } from '../errors.js';

/** Element types, by PyTorch's names. */
export type DType = 'float32' | 'float64' | 'float16' | 'bfloat16' | 'int64' | 'int32' | 'uint8' | 'bool';

/** Element types that can hold random draws and gradients. */
export type FloatDType = 'float32' | 'float64' | HalfDType;

/** Element types of 16 bits. */
export type HalfDType = 'float16' | 'bfloat16';

interface Storages {
  float32: Float32Array;
  float64: Float64Array;
  /** IEEE binary16 bit patterns. */
  float16: Uint16Array;
  /** The upper halves of float32 bit patterns. */
  bfloat16: Uint16Array;
  int64: BigInt64Array;
  int32: Int32Array;
  uint8: Uint8Array;
  /** 0 or 1. */
  bool: Uint8Array;
}

/** The typed array that holds the elements of a dtype. */
export type Storage<D extends DType = DType> = Storages[D];

interface StorageClass<S> {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): S;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): S;
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

export function isDType(value: unknown): value is DType {
  return typeof value === 'string' && Object.hasOwn(STORAGE_CLASSES, value);
}

/** Returns `dtype` if it is one; throws DTypeError otherwise. */
export function checkDtype<D extends DType>(dtype: D): D {
  if (isDType(dtype)) return dtype;
  const known = Object.keys(STORAGE_CLASSES).join(', ');
  throw new DTypeError(`unknown dtype ${describeValue(dtype)}; expected one of ${known}`);
}

export function isFloatDType(dtype: DType): dtype is FloatDType {
  return dtype === 'float32' || dtype === 'float64' || dtype === 'float16' || dtype === 'bfloat16';
}

/** A zero-filled storage of `length` elements; throws ShapeError where there is no memory for it. */
export function createStorage<D extends DType>(dtype: D, length: number): Storage<D> {
  try {
    return new STORAGE_CLASSES[dtype](length);
  } catch (cause) {
    throw new ShapeError(`not enough memory: you tried to allocate ${length} elements of ${dtype}`, undefined, {
      cause,
    });
  }
}

/** The bytes of an element. */
export function bytesOf(dtype: DType): number {
  return STORAGE_CLASSES[dtype].BYTES_PER_ELEMENT;
}

/** A storage of `length` elements in a part of a buffer that begins at a multiple of their size. */
export function storageIn<D extends DType>(
  dtype: D,
  buffer: ArrayBuffer,
  byteOffset: number,
  length: number,
): Storage<D> {
  return new STORAGE_CLASSES[dtype](buffer, byteOffset, length);
}

/** Whether `data` is the kind of typed array that `dtype` is stored in. */
export function isStorageOf<D extends DType>(dtype: D, data: unknown): data is Storage<D> {
  return data instanceof STORAGE_CLASSES[dtype];
}
