import { ArgumentError, describeValue, ShapeError } from '../errors.js';
import type { Numbers } from '../numerics/numbers.js';
import type { ReadArguments, Signature } from '../readArguments.js';
import type { Computed, Dense } from './Dense.js';
import { signOf } from './elementwise.js';
import { checkFloat, type ReduceOptions, reduce } from './reductions.js';

/** Options of norms. */
export interface NormOptions extends ReduceOptions {
  /** The order of the norm; `'fro'` is 2. Default: 2. */
  p?: number | 'fro' | undefined;
}

/** How norms read {@link NormOptions}. */
export const NORM: Signature<NormOptions> = {
  byPosition: ['p', 'dim'],
  defaults: { p: 2, dim: null, keepdim: false },
};

/** p-norms of vectors of floating-point elements, with PyTorch's gradients where the norm has no derivative. */
export function norm(a: Dense, { p, ...reduction }: ReadArguments<NormOptions>): Computed {
  const order = orderOf(p);
  checkFloat('linalg.vector_norm: Expected a floating point or complex tensor as input', a);
  return reduce(a, reduction, a.dtype, (row) => lengthOf(row, order), slopesOf(order));
}

function orderOf(p: number | 'fro'): number {
  if (p === 'fro') return 2;
  if (typeof p === 'number' && !Number.isNaN(p)) return p;
  throw new ArgumentError(`norm(): expected a number or 'fro' for p, found ${describeValue(p)}`);
}

function lengthOf(row: Numbers, p: number): number {
  if (row.length === 0 && (p < 0 || p === Infinity)) {
    throw new ShapeError(
      `linalg.vector_norm cannot compute the ${String(p).replace('Infinity', 'inf')} norm on an empty tensor because the operation does not have an identity; expected at least one element`,
    );
  }
  if (p === Infinity || p === -Infinity) {
    let extreme = p > 0 ? 0 : Infinity;
    for (const x of row) extreme = p > 0 ? Math.max(extreme, Math.abs(x)) : Math.min(extreme, Math.abs(x));
    return extreme;
  }
  let sum = 0;
  if (p === 0) for (const x of row) sum += x === 0 ? 0 : 1;
  else if (p === 1) for (const x of row) sum += Math.abs(x);
  else if (p === 2) for (const x of row) sum += x * x;
  else for (const x of row) sum += Math.abs(x) ** p;
  return p === 2 ? Math.sqrt(sum) : p === 0 || p === 1 ? sum : sum ** (1 / p);
}

/** The function that writes the derivatives of a row's norm with respect to its elements. */
function slopesOf(p: number): (row: Numbers, slope: Numbers, norm: number) => void {
  const slopeAt = (x: number, norm: number): number => {
    if (p === 0) return 0;
    if (p === 1) return signOf(x);
    if (norm === 0) return 0;
    // The product of 0 and the scale, which is NaN where the norm is not finite, as in PyTorch.
    if (x === 0 && p < 1) return 0 / norm ** (p - 1);
    return p === 2 ? x / norm : signOf(x) * (Math.abs(x) / norm) ** (p - 1);
  };
  return (row, slope, norm) => {
    if (Math.abs(p) !== Infinity) {
      for (let i = 0; i < row.length; i++) slope[i] = slopeAt(row[i], norm);
      return;
    }
    // All elements of the largest absolute value share the gradient.
    const reaches = (x: number) => Math.abs(x) === norm || Number.isNaN(x);
    let count = 0;
    for (const x of row) if (reaches(x)) count++;
    for (let i = 0; i < row.length; i++) slope[i] = reaches(row[i]) ? signOf(row[i]) / count : 0;
  };
}
