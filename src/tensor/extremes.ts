import { ArgumentError, DTypeError, ShapeError } from '../errors.js';
import { createStorage, type Storage } from '../numerics/DType.js';
import { createNumbers, type Numbers } from '../numerics/numbers.js';
import { readArguments, type Signature } from '../readArguments.js';
import { splitAt } from './alongDimension.js';
import { type Combine, zipNumbers } from './broadcast.js';
import { type Computed, type Dense, denseOf, numbersOf } from './Dense.js';
import { product, reduceTo } from './elementwise.js';
import { promoteOperands } from './promote.js';
import { reduce } from './reductions.js';
import { numelOf, resolveDim } from './Shape.js';

/** Options of the largest and smallest elements. */
export interface ExtremeOptions {
  /** An index of a dimension; a negative index counts from the end. Default: `null`, all elements. */
  dim?: number | null | undefined;
  /** Whether a reduced dimension stays with size 1. Default: false. */
  keepdim?: boolean | undefined;
}

/** {@link ExtremeOptions} with a dimension. */
export interface AlongDimOptions extends ExtremeOptions {
  dim: number;
}

/** How the methods read {@link ExtremeOptions}. */
export const EXTREME: Signature<ExtremeOptions> = { byPosition: ['dim'], defaults: { dim: null, keepdim: false } };

/** A dimension that is reduced. */
export interface Along {
  readonly dim: number;
  readonly keepdim: boolean;
}

/**
 * The dimension that a call of `max` or `min` reduces; `null` for all elements.
 * @throws ArgumentError for `keepdim` without a dimension, because PyTorch has no such form
 */
export function readAlong(caller: string, args: readonly unknown[]): Along | null {
  const { dim, keepdim } = readArguments(caller, args, EXTREME);
  if (dim !== null) return { dim, keepdim };
  if (!keepdim) return null;
  throw new ArgumentError(
    `${caller}() of all elements got an unexpected keyword argument 'keepdim'; write ${caller}(dim, { keepdim: true })`,
  );
}

/** The largest (or smallest) of all elements. The gradient is shared equally among all elements of this value. */
export function extreme(a: Dense, largest: boolean): Computed {
  if (numelOf(a.shape) === 0) {
    throw new ShapeError(
      `${nameOf(largest)}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.`,
    );
  }
  if (a.data instanceof BigInt64Array) {
    const data = BigInt64Array.of(a.data[extremeIndex(a.data, 0, a.data.length, 1, largest)]);
    return { value: { dtype: 'int64', shape: [], data }, pullback: () => [null] };
  }
  return reduce(
    a,
    { dim: null, keepdim: false },
    a.dtype,
    (row) => row[extremeIndex(row, 0, row.length, 1, largest)],
    (row, slope, value) => {
      const reaches = (x: number) => x === value || (Number.isNaN(x) && Number.isNaN(value));
      let reached = 0;
      for (let i = 0; i < row.length; i++) if (reaches(row[i])) reached++;
      for (let i = 0; i < row.length; i++) slope[i] = reaches(row[i]) ? 1 / reached : 0;
    },
  );
}

/** The indices of the largest (or smallest) elements of a dimension; the first index of equal elements. */
export function extremeIndices(
  a: Dense,
  { dim, keepdim }: Along,
  largest: boolean,
  name = nameOf(largest),
): Dense<'int64'> {
  if (a.dtype === 'bool' && name.startsWith('arg')) throw new DTypeError(`${name}(): does not support bool input`);
  const d = resolveDim(dim, a.shape.length);
  const source = a.data instanceof BigInt64Array ? a.data : numbersOf(a);
  const [outer, size, inner] = a.shape.length === 0 ? [1, 1, 1] : splitAt(a.shape, d);
  if (size === 0) throw new ShapeError(`${name}(): Expected reduction dim ${dim} to have non-zero size.`);
  const indices = new Float64Array(outer * inner);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      indices[o * inner + i] = extremeIndex(source, o * size * inner + i, size, inner, largest);
    }
  }
  const kept = a.shape.map((length, e) => (e === d ? 1 : length));
  return denseOf(indices, keepdim ? kept : kept.toSpliced(d, 1), 'int64');
}

/** The larger (or smaller) of each pair of elements, broadcast; NaN if one is NaN. Equal elements share the gradient. */
export function extremesOfPairs(a: Dense, b: Dense, largest: boolean): Computed {
  const dtype = promoteOperands(a, b);
  const isFirst = (x: number, y: number) => (largest ? x > y : x < y) || Number.isNaN(x);
  const share = (other: (x: number, y: number) => boolean): Combine => {
    return (x, y, out) => {
      for (let i = 0; i < out.length; i++) out[i] = x[i] === y[i] ? 0.5 : other(x[i], y[i]) ? 0 : 1;
    };
  };
  const choose: Combine = Object.assign(
    (x: Numbers, y: Numbers, out: Numbers) => {
      for (let i = 0; i < out.length; i++) out[i] = isFirst(x[i], y[i]) ? x[i] : y[i];
    },
    { integers: (x: bigint, y: bigint) => (x > y === largest ? x : y) },
  );
  return {
    value: zipNumbers(a, b, dtype, choose),
    pullback: (g) => {
      const [toA, toB] = [share((x, y) => (largest ? x < y : x > y)), share((x, y) => (largest ? y < x : y > x))].map(
        (share) => product(g, zipNumbers(a, b, g.dtype, share), g.dtype),
      );
      return [reduceTo(toA, a), reduceTo(toB, b)];
    },
  };
}

/** The elements at one index of a dimension each. */
export function pick(a: Dense, dim: number, indices: Dense<'int64'>): Computed {
  const d = resolveDim(dim, a.shape.length);
  const chosen = numbersOf(indices);
  const [, size, inner] = a.shape.length === 0 ? [1, 1, 1] : splitAt(a.shape, d);
  const indexOf = (i: number) => Math.floor(i / inner) * size * inner + chosen[i] * inner + (i % inner);
  const data: Storage = createStorage(a.dtype, chosen.length);
  for (let i = 0; i < data.length; i++) data[i] = a.data[indexOf(i)];
  return {
    value: { dtype: a.dtype, shape: indices.shape, data },
    pullback: (g) => {
      const gradient = numbersOf(g);
      const slope = createNumbers(g.dtype, a.data.length);
      for (let i = 0; i < gradient.length; i++) slope[indexOf(i)] += gradient[i];
      return [denseOf(slope, a.shape, g.dtype)];
    },
  };
}

function nameOf(largest: boolean): string {
  return largest ? 'max' : 'min';
}

/** NaN is larger and smaller than every number, as in PyTorch. */
function extremeIndex(
  source: Numbers | BigInt64Array,
  start: number,
  size: number,
  step: number,
  largest: boolean,
): number {
  let best = 0;
  let value = source[start];
  for (let i = 1, at = start + step; i < size && !Number.isNaN(value); i++, at += step) {
    const candidate = source[at];
    if (Number.isNaN(candidate) || (largest ? candidate > value : candidate < value)) {
      best = i;
      value = candidate;
    }
  }
  return best;
}
