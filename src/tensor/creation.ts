import { ArgumentError, DTypeError, formatValue } from '../errors.js';
import { checkDtype, createStorage, type DType, isFloatDType, type Storage } from '../numerics/DType.js';
import { writeNumber } from '../numerics/numbers.js';
import { readOptions } from '../readOptions.js';
import { checkFits } from './checkFits.js';
import { getDefaultDtype } from './defaultDtype.js';
import { currentSource, deferData } from './deferredData.js';
import { fillRange } from './fillRange.js';
import { type NestedArray, type NestedElement, readNested } from './readNested.js';
import { checkShape, numelOf, type Shape } from './Shape.js';
import { Tensor } from './Tensor.js';

/** Options of functions that create a tensor. */
export interface TensorOptions {
  /** Element type. Default: the default dtype, if the function names no other. */
  dtype?: DType | undefined;
  /** Whether operations on the tensor are recorded. Default: false. */
  requiresGrad?: boolean | undefined;
}

/** The defaults of {@link TensorOptions}. */
export const TENSOR_DEFAULTS = { dtype: undefined, requiresGrad: false } as const;

/**
 * A tensor of the given elements (`torch.tensor`).
 * @param elements nested arrays, at most 64 deep; one number for shape `[]`
 * @param options `dtype`. Default: `bool` if all elements are booleans, `int64` if all are bigints, else the default dtype.
 * @throws ShapeError if the arrays of one depth have different lengths
 * @throws ArgumentError for an element of another kind, or one that the dtype cannot hold
 * @example
 * ```ts
 * import { tensor } from 'initree';
 * console.log(String(tensor([1, 2.5]))); // tensor([1.0000, 2.5000])
 * console.log(tensor([1n, 2n]).dtype, tensor([true]).dtype); // int64 bool
 * ```
 */
export function tensor(elements: NestedArray, options: TensorOptions = {}): Tensor {
  const { flat, shape } = readNested(elements);
  const { dtype = dtypeOfElements(flat), requiresGrad } = readOptions('tensor', options, TENSOR_DEFAULTS);
  const data = createStorage(checkDtype(dtype), flat.length) as Storage;
  flat.forEach((value, i) => {
    if (data instanceof BigInt64Array && typeof value === 'bigint') data[i] = checkInt64(value);
    else {
      if (!isFloatDType(dtype)) checkFits(Number(value), dtype);
      writeNumber(data, dtype, i, Number(value));
    }
  });
  return tensorOver(data, shape, dtype, requiresGrad);
}

/**
 * A tensor of zeros (`torch.zeros`).
 * @param shape the sizes, each a whole number ≥ 0; `[]` for a single number
 * @param options `dtype` (default: the default dtype) and `requiresGrad` (default: false)
 * @throws ShapeError if a size is not a whole number ≥ 0
 * @example
 * ```ts
 * import { zeros } from 'initree';
 * console.log(zeros([2, 3]).tolist()); // [ [ 0, 0, 0 ], [ 0, 0, 0 ] ]
 * ```
 */
export function zeros(shape: Shape, options: TensorOptions = {}): Tensor {
  return filled('zeros', shape, 0, options);
}

/**
 * A tensor of ones (`torch.ones`).
 * @param shape the sizes, each a whole number ≥ 0; `[]` for a single number
 * @param options `dtype` (default: the default dtype) and `requiresGrad` (default: false)
 * @throws ShapeError if a size is not a whole number ≥ 0
 * @example
 * ```ts
 * import { ones } from 'initree';
 * console.log(ones([3], { dtype: 'int64' }).tolist()); // [ 1n, 1n, 1n ]
 * ```
 */
export function ones(shape: Shape, options: TensorOptions = {}): Tensor {
  return filled('ones', shape, 1, options);
}

/**
 * A tensor that code fills later (`torch.empty`). Its elements are zeros.
 * @param shape the sizes, each a whole number ≥ 0; `[]` for a single number
 * @param options `dtype` (default: the default dtype) and `requiresGrad` (default: false)
 * @throws ShapeError if a size is not a whole number ≥ 0
 * @example
 * ```ts
 * import { empty, init } from 'initree';
 * console.log(init.eye_(empty([2, 2])).tolist()); // [ [ 1, 0 ], [ 0, 1 ] ]
 * ```
 */
export function empty(shape: Shape, options: TensorOptions = {}): Tensor {
  return filled('empty', shape, 0, options);
}

/**
 * A tensor whose elements are all `value` (`torch.full`).
 * @param shape the sizes, each a whole number ≥ 0; `[]` for a single number
 * @param value any number that the dtype can hold
 * @param options `dtype`. Default: the default dtype.
 * @throws ShapeError if a size is not a whole number ≥ 0
 * @throws ArgumentError if the dtype cannot hold `value`
 * @example
 * ```ts
 * import { full } from 'initree';
 * console.log(full([2, 2], 0.5).tolist()); // [ [ 0.5, 0.5 ], [ 0.5, 0.5 ] ]
 * ```
 */
export function full(shape: Shape, value: number, options: TensorOptions = {}): Tensor {
  return filled('full', shape, value, options);
}

function filled(name: string, shape: Shape, value: number, options: TensorOptions): Tensor {
  const { dtype = getDefaultDtype(), requiresGrad } = readOptions(name, options, TENSOR_DEFAULTS);
  const checked = checkShape(shape);
  checkDtype(dtype);
  const isZero = Object.is(value, 0);
  const source = isZero ? currentSource() : null;
  const result = new Tensor({ dtype, shape: checked, data: createStorage(dtype, source ? 0 : numelOf(checked)) });
  if (source) deferData(result, source);
  result.requiresGrad_(requiresGrad);
  return isZero ? result : result.fill_(value);
}

/**
 * The numbers start, start + step, … below `end` (`torch.arange`), of shape `[n]`. `arange(end)` starts at 0.
 * @param step not 0; a negative step counts down to above `end`. Default: 1.
 * @param options `dtype`. Default: `int64` if all three are whole numbers, else the default dtype.
 * @throws ArgumentError if `step` is 0 or leads away from `end`
 * @example
 * ```ts
 * import { arange } from 'initree';
 * console.log(arange(4).tolist()); // [ 0n, 1n, 2n, 3n ]
 * console.log(arange(1, 2, 0.25).tolist()); // [ 1, 1.25, 1.5, 1.75 ]
 * ```
 */
export function arange(start: number, end?: number, step = 1, options: TensorOptions = {}): Tensor {
  const [from, to] = end === undefined ? [0, start] : [start, end];
  if (![from, to, step].every(Number.isFinite))
    throw new ArgumentError(`unsupported range: ${formatValue(from)} -> ${formatValue(to)} by ${formatValue(step)}`);
  if (step === 0) throw new ArgumentError('step must be nonzero');
  if ((to - from) / step < 0) throw new ArgumentError('upper bound and lower bound inconsistent with step sign');
  const isWhole = [from, to, step].every(Number.isInteger);
  const { dtype = isWhole ? 'int64' : getDefaultDtype(), requiresGrad } = readOptions(
    'arange',
    options,
    TENSOR_DEFAULTS,
  );
  if (checkDtype(dtype) === 'bool') throw new DTypeError('"arange_cpu" not implemented for \'bool\'');
  const count = Math.ceil((to - from) / step);
  const data = createStorage(dtype, count) as Storage;
  fillRange(data, dtype, from, step);
  return tensorOver(data, [count], dtype, requiresGrad);
}

/** A tensor over `data`. */
export function tensorOver<D extends DType>(data: Storage<D>, shape: Shape, dtype: D, requiresGrad: boolean): Tensor {
  return Tensor.fromData(data, shape, dtype).requiresGrad_(requiresGrad);
}

function checkInt64(value: bigint): bigint {
  if (BigInt.asIntN(64, value) === value) return value;
  throw new ArgumentError(`value cannot be converted to type int64 without overflow, found ${value}`);
}

function dtypeOfElements(elements: readonly NestedElement[]): DType {
  if (elements.length > 0 && elements.every((value) => typeof value === 'boolean')) return 'bool';
  if (elements.length > 0 && elements.every((value) => typeof value === 'bigint')) return 'int64';
  return getDefaultDtype();
}
