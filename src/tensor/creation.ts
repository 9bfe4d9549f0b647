import { ArgumentError, DTypeError, formatValue } from '../errors.js';
import { checkDtype, createStorage, type DType, isFloatDType, type Storage } from '../numerics/DType.js';
import { writeNumber } from '../numerics/numbers.js';
import { type ReadArguments, readArguments, type Signature } from '../readArguments.js';
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

/**
 * The arguments of functions that take a shape: the sizes, each a whole number ≥ 0, as one array or one after another; then
 * the options.
 */
export type SizesAndOptions<O> =
  | [shape: Shape, options?: O | undefined]
  | [size: number, ...sizes: number[]]
  | [size: number, ...sizesAndOptions: [...sizes: number[], options: O]];

/** Options of {@link arange}. */
export interface ArangeOptions extends TensorOptions {
  /** The end of the range, excluded. Default: `null`, the range from 0 to the first argument. */
  end?: number | null | undefined;
  /** The distance between neighbours. Default: 1. */
  step?: number | undefined;
}

/** The defaults of {@link TensorOptions}. */
export const TENSOR_DEFAULTS = { dtype: undefined, requiresGrad: false } as const;

const SHAPED: Signature<TensorOptions> = { required: ['shape'], defaults: TENSOR_DEFAULTS };
const TENSOR: Signature<TensorOptions> = { required: ['elements'], defaults: TENSOR_DEFAULTS };
const FULL: Signature<TensorOptions> = { required: ['shape', 'value'], defaults: TENSOR_DEFAULTS };
const ARANGE: Signature<ArangeOptions> = {
  required: ['start'],
  byPosition: ['end', 'step'],
  defaults: { end: null, step: 1, ...TENSOR_DEFAULTS },
};

/** The arguments of a call with the sizes in one array, as the first argument. */
export function gatherSizes(args: ArrayLike<unknown>): unknown[] {
  const given = Array.from(args);
  const count = given.findIndex((value) => typeof value !== 'number');
  const sizes = count === -1 ? given : given.slice(0, count);
  return sizes.length === 0 ? given : [sizes, ...given.slice(sizes.length)];
}

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
export function tensor(elements: NestedArray, options?: TensorOptions): Tensor {
  const { dtype: wanted, requiresGrad } = readArguments('tensor', arguments, TENSOR);
  const { flat, shape } = readNested(elements);
  const dtype = wanted ?? dtypeOfElements(flat);
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
 * @param shape the sizes, each a whole number ≥ 0, as one array (`[]` for a single number) or one after another; then the
 *   options `dtype` (default: the default dtype) and `requiresGrad` (default: false)
 * @throws ShapeError if a size is not a whole number ≥ 0
 * @example
 * ```ts
 * import { zeros } from 'initree';
 * console.log(zeros([2, 3]).tolist()); // [ [ 0, 0, 0 ], [ 0, 0, 0 ] ]
 * console.log(zeros(2, 3, { dtype: 'int32' }).shape); // [ 2, 3 ]
 * ```
 */
export function zeros(...shape: SizesAndOptions<TensorOptions>): Tensor {
  const args = gatherSizes(shape);
  return filled(args[0] as Shape, 0, readArguments('zeros', args, SHAPED));
}

/**
 * A tensor of ones (`torch.ones`).
 * @param shape the sizes, each a whole number ≥ 0, as one array (`[]` for a single number) or one after another; then the
 *   options `dtype` (default: the default dtype) and `requiresGrad` (default: false)
 * @throws ShapeError if a size is not a whole number ≥ 0
 * @example
 * ```ts
 * import { ones } from 'initree';
 * console.log(ones([3], { dtype: 'int64' }).tolist()); // [ 1n, 1n, 1n ]
 * ```
 */
export function ones(...shape: SizesAndOptions<TensorOptions>): Tensor {
  const args = gatherSizes(shape);
  return filled(args[0] as Shape, 1, readArguments('ones', args, SHAPED));
}

/**
 * A tensor that code fills later (`torch.empty`). Its elements are zeros.
 * @param shape the sizes, each a whole number ≥ 0, as one array (`[]` for a single number) or one after another; then the
 *   options `dtype` (default: the default dtype) and `requiresGrad` (default: false)
 * @throws ShapeError if a size is not a whole number ≥ 0
 * @example
 * ```ts
 * import { empty, init } from 'initree';
 * console.log(init.eye_(empty([2, 2])).tolist()); // [ [ 1, 0 ], [ 0, 1 ] ]
 * ```
 */
export function empty(...shape: SizesAndOptions<TensorOptions>): Tensor {
  const args = gatherSizes(shape);
  return filled(args[0] as Shape, 0, readArguments('empty', args, SHAPED));
}

/**
 * A tensor whose elements are all `value` (`torch.full`).
 * @param shape the sizes, each a whole number ≥ 0; `[]` for a single number
 * @param value any number that the dtype can hold
 * @param options `dtype` (default: the default dtype) and `requiresGrad` (default: false)
 * @throws ShapeError if a size is not a whole number ≥ 0
 * @throws ArgumentError if the dtype cannot hold `value`
 * @example
 * ```ts
 * import { full } from 'initree';
 * console.log(full([2, 2], 0.5).tolist()); // [ [ 0.5, 0.5 ], [ 0.5, 0.5 ] ]
 * ```
 */
export function full(shape: Shape, value: number, options?: TensorOptions): Tensor {
  return filled(shape, value, readArguments('full', arguments, FULL));
}

function filled(
  shape: Shape,
  value: number,
  { dtype = getDefaultDtype(), requiresGrad }: ReadArguments<TensorOptions>,
): Tensor {
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
 * @param start the first number, finite
 * @param end the end, which is not reached; finite
 * @param step not 0; a negative step counts down to above `end`. Default: 1.
 * @param options `end`, `step`, `requiresGrad` (default: false), and `dtype` (default: `int64` if all three are whole numbers,
 *   else the default dtype)
 * @throws ArgumentError if `step` is 0 or leads away from `end`, or if a number is not finite
 * @throws DTypeError for the dtype `bool`
 * @example
 * ```ts
 * import { arange } from 'initree';
 * console.log(arange(4).tolist()); // [ 0n, 1n, 2n, 3n ]
 * console.log(arange(1, 2, 0.25).tolist()); // [ 1, 1.25, 1.5, 1.75 ]
 * ```
 */
export function arange(
  start: number,
  end?: number | null | ArangeOptions,
  step?: number | ArangeOptions,
  options?: ArangeOptions,
): Tensor {
  const read = readArguments('arange', arguments, ARANGE);
  const [from, to, by] = read.end === null ? [0, start, read.step] : [start, read.end, read.step];
  if (![from, to, by].every(Number.isFinite))
    throw new ArgumentError(
      `unsupported range: ${formatValue(from)} -> ${formatValue(to)} by ${formatValue(by)}; expected finite numbers`,
    );
  if (by === 0) throw new ArgumentError('step must be nonzero');
  if ((to - from) / by < 0) throw new ArgumentError('upper bound and lower bound inconsistent with step sign');
  const isWhole = [from, to, by].every(Number.isInteger);
  const { dtype = isWhole ? 'int64' : getDefaultDtype(), requiresGrad } = read;
  if (checkDtype(dtype) === 'bool') throw new DTypeError('"arange_cpu" not implemented for \'bool\'');
  const count = Math.ceil((to - from) / by);
  const data = createStorage(dtype, count) as Storage;
  fillRange(data, dtype, from, by);
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
