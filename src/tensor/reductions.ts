import { ArgumentError, DTypeError } from '../errors.js';
import { checkNumber } from '../numerics/checkNumber.js';
import { type DType, isFloatDType } from '../numerics/DType.js';
import { createNumbers, type Numbers } from '../numerics/numbers.js';
import { type ReadArguments, readArguments, type Signature } from '../readArguments.js';
import { warnOnce } from '../warnOnce.js';
import { broadcastNumbers } from './broadcast.js';
import { type Computed, type Dense, denseOf, numbersOf } from './Dense.js';
import { asInt64 } from './integers.js';
import { permute } from './layout.js';
import { numelOf, resolveDims, type Shape } from './Shape.js';

/** The dimensions that are reduced; all if null or empty. */
export type Dims = number | readonly number[] | null;

/** Options of reductions. */
export interface ReduceOptions {
  /** Dimension or dimensions. Default: `null`, all. */
  dim?: Dims | undefined;
  /** Whether a reduced dimension stays with size 1. Default: false. */
  keepdim?: boolean | undefined;
}

/** Options of variances and standard deviations. */
export interface SpreadOptions extends ReduceOptions {
  /** False for a correction of 0. Default: true. */
  unbiased?: boolean | undefined;
  /** The denominator is n − correction. Default: `null`, which is 1 if `unbiased` is true, and 0 otherwise. */
  correction?: number | null | undefined;
}

/** Options of sums and means. */
export interface TotalOptions extends ReduceOptions {
  /** The dtype to which the elements are converted first. Default: the tensor's dtype. */
  dtype?: DType | undefined;
}

/** How the methods read {@link ReduceOptions}. */
export const REDUCTION: Signature<ReduceOptions> = { byPosition: ['dim'], defaults: { dim: null, keepdim: false } };

/** How sums and means read {@link TotalOptions}. */
export const TOTAL: Signature<TotalOptions> = {
  byPosition: ['dim'],
  defaults: { dim: null, keepdim: false, dtype: undefined },
};

const SPREAD: Signature<SpreadOptions> = {
  byPosition: ['dim'],
  defaults: { dim: null, unbiased: true, keepdim: false, correction: null },
};

/** Options of a reduction after reading. */
export type Reduction = ReadArguments<ReduceOptions>;

/** Options of {@link variance} after reading. */
export interface Spread extends Reduction {
  readonly correction: number;
}

/**
 * The options of a call of `var` or `std`.
 * @throws ArgumentError if both `unbiased` and `correction` are given
 */
export function readSpread(caller: string, args: ArrayLike<unknown>): Spread {
  if (typeof args[0] === 'boolean') {
    throw new ArgumentError(`${caller}() takes unbiased by name; write ${caller}({ unbiased: ${args[0]} })`);
  }
  const { dim, keepdim, unbiased, correction } = readArguments(caller, args, SPREAD);
  if (!unbiased && correction !== null) {
    throw new ArgumentError(`${caller}() takes unbiased or correction, found both; leave out unbiased`);
  }
  return { dim, keepdim, correction: correction === null ? Number(unbiased) : checkNumber('correction', correction) };
}

/** Sums. Integers sum to int64. */
export function sum(a: Dense, reduction: Reduction): Computed {
  if (!isFloatDType(a.dtype)) return sumOfIntegers(asInt64(a), reduction);
  const { dtype } = a;
  return reduce(
    a,
    reduction,
    dtype,
    (row) => total(row),
    (_, slope) => slope.fill(1),
  );
}

/** Whether all (or any) of the elements are not 0. The results of uint8 are uint8, as in PyTorch. */
export function truths(a: Dense, reduction: Reduction, all: boolean): Dense<'bool' | 'uint8'> {
  const dtype = a.dtype === 'uint8' ? 'uint8' : 'bool';
  const holds = (row: Numbers) => (all ? row.every((x) => x !== 0) : row.some((x) => x !== 0));
  const { value } = reduce(
    a,
    reduction,
    dtype,
    (row) => (holds(row) ? 1 : 0),
    () => {},
  );
  return value as Dense<'bool' | 'uint8'>;
}

/** Means of floating-point elements. */
export function mean(a: Dense, reduction: Reduction): Computed {
  checkFloat('mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype', a);
  return reduce(
    a,
    reduction,
    a.dtype,
    (row) => total(row) / row.length,
    (row, slope) => slope.fill(1 / row.length),
  );
}

/** Variances of floating-point elements, with n − `correction` in the denominator. */
export function variance(a: Dense, { correction, ...reduction }: Spread): Computed {
  checkSpread('var', a, reduction, correction);
  return reduce(
    a,
    reduction,
    a.dtype,
    (row) => squaredDeviations(row) / Math.max(0, row.length - correction),
    (row, slope) => {
      const centre = total(row) / row.length;
      const freedom = row.length - correction;
      for (let i = 0; i < row.length; i++) slope[i] = 2 * deviationShare(row[i], centre, freedom);
    },
  );
}

/** Standard deviations of floating-point elements, with n − `correction` in the denominator. */
export function standardDeviation(a: Dense, { correction, ...reduction }: Spread): Computed {
  checkSpread('std', a, reduction, correction);
  return reduce(
    a,
    reduction,
    a.dtype,
    (row) => Math.sqrt(squaredDeviations(row) / Math.max(0, row.length - correction)),
    (row, slope, std) => {
      const centre = total(row) / row.length;
      const freedom = row.length - correction;
      for (let i = 0; i < row.length; i++) slope[i] = std === 0 ? 0 : deviationShare(row[i], centre, freedom) / std;
    },
  );
}

/** Refuses elements that are not floating-point numbers, and warns about too few of them. */
function checkSpread(name: string, a: Dense, { dim }: Reduction, correction: number): void {
  checkFloat('std and var only support floating point and complex dtypes', a);
  const count = numelOf(reducedDims(dim, a.shape.length).map((d) => a.shape[d]));
  if (count > correction) return;
  warnOnce(
    `${name}(): degrees of freedom is <= 0. Correction should be strictly less than the reduction factor (input numel divided by output numel).`,
  );
}

/** Sums of int64. Sums outside its range keep their low 64 bits. */
function sumOfIntegers(a: Dense<'int64'>, reduction: Reduction): Computed {
  const { arranged, count, shape } = inRows(a, reduction);
  const data = new BigInt64Array(numelOf(shape));
  for (let r = 0, at = 0; r < data.length; r++) for (let i = 0; i < count; i++) data[r] += arranged.data[at++];
  return { value: { dtype: 'int64', shape, data }, pullback: () => [null] };
}

/**
 * Reduces dimensions. The elements of the reduced dimensions form rows, one row for each element of the result.
 * @param slopeOf writes the derivatives of a row's value with respect to its elements into `slope`
 */
export function reduce(
  a: Dense,
  { dim, keepdim }: Reduction,
  dtype: Dense['dtype'],
  reduceRow: (row: Numbers) => number,
  slopeOf: (row: Numbers, slope: Numbers, value: number) => void,
): Computed {
  const { arranged, count, order, withOnes, shape } = inRows(a, { dim, keepdim });
  const inOrder = arranged === a;
  const rows = numbersOf(arranged);
  const values = createNumbers(dtype, numelOf(shape));
  for (let r = 0; r < values.length; r++) values[r] = reduceRow(rows.subarray(r * count, (r + 1) * count));
  return {
    value: denseOf(values, shape, dtype),
    pullback: (g) => {
      const slopes = createNumbers(g.dtype, rows.length);
      for (let r = 0; r < values.length; r++) {
        slopeOf(rows.subarray(r * count, (r + 1) * count), slopes.subarray(r * count, (r + 1) * count), values[r]);
      }
      const inPlace = numbersOf(
        inOrder
          ? denseOf(slopes, a.shape, g.dtype)
          : permute(
              denseOf(
                slopes,
                order.map((d) => a.shape[d]),
                g.dtype,
              ),
              inverseOf(order),
            ).value,
      );
      const gradient = broadcastNumbers({ dtype: g.dtype, shape: withOnes, data: g.data }, a.shape);
      const result = createNumbers(g.dtype, inPlace.length);
      for (let i = 0; i < result.length; i++) result[i] = gradient[i] * inPlace[i];
      return [denseOf(result, a.shape, g.dtype)];
    },
  };
}

/** The array with the reduced dimensions last, the number of elements of a row, and the shape of the result. */
function inRows<D extends DType>(a: Dense<D>, { dim, keepdim }: Reduction) {
  const reduced = reducedDims(dim, a.shape.length);
  const kept = a.shape.map((_, d) => d).filter((d) => !reduced.includes(d));
  const order = [...kept, ...reduced];
  const withOnes: Shape = a.shape.map((size, d) => (reduced.includes(d) ? 1 : size));
  return {
    arranged: order.every((d, i) => d === i) ? a : permute(a, order).value,
    count: numelOf(reduced.map((d) => a.shape[d])),
    order,
    withOnes,
    shape: keepdim ? withOnes : kept.map((d) => a.shape[d]),
  };
}

/** The reduced dimensions in ascending order. A number without dimensions has none. */
function reducedDims(dims: Dims, ndim: number): number[] {
  if (dims === null || (Array.isArray(dims) && dims.length === 0)) return Array.from({ length: ndim }, (_, d) => d);
  const resolved = resolveDims(dims, ndim);
  return resolved.filter((d) => d < ndim).sort((a, b) => a - b);
}

function inverseOf(order: readonly number[]): number[] {
  return order.map((_, d) => order.indexOf(d));
}

function total(row: Numbers): number {
  let result = 0;
  for (let i = 0; i < row.length; i++) result += row[i];
  return result;
}

function squaredDeviations(row: Numbers): number {
  const centre = total(row) / row.length;
  let squares = 0;
  for (let i = 0; i < row.length; i++) squares += (row[i] - centre) ** 2;
  return squares;
}

/** (x − centre) / freedom. Without degrees of freedom it is ∞, and NaN at the centre, as in PyTorch. */
function deviationShare(x: number, centre: number, freedom: number): number {
  if (freedom > 0) return (x - centre) / freedom;
  return x === centre ? NaN : Infinity;
}

/** Refuses elements that are not floating-point numbers. */
export function checkFloat(message: string, a: Dense): void {
  if (!isFloatDType(a.dtype)) throw new DTypeError(`${message}. Got: ${a.dtype}; convert it with to('float32') first`);
}
