/*
 * Householder reflections of a few vectors.
 *
 * The vector x has the reflection H = I − β·v·vᵀ, where v is x − r·e scaled to length √2, e is the unit vector of an axis, and
 * |r| = |x|. It maps x to r·e. The product of several reflections is I − V·T·Vᵀ with T upper triangular (Schreiber and Van Loan
 * 1989).
 */

import type { Floats } from '../../numerics/numbers.js';
import type { Matrix } from './Matrix.js';

/**
 * Computes the reflections that map vector k to axis k, for k from `first` to `end − 1`. The reflections of the earlier vectors
 * are applied to a vector first. Each vector is replaced by its v, which has zeros before its axis.
 * @param vectors vectors of `size` elements, one after another
 * @param weights receives −T
 * @param signs receives the signs of the r
 */
export function reflectOntoAxes(
  vectors: Floats,
  size: number,
  first: number,
  end: number,
  weights: Matrix,
  signs: Float64Array,
): void {
  const dots = new Float64Array(end - first);
  for (let k = first; k < end; k++) {
    const v = k * size + k;
    const length = size - k;
    vectors.fill(0, k * size, v);
    const beta = turnIntoReflection(vectors, v, length, k, signs);
    for (let j = k + 1; j < end; j++) {
      const x = j * size + k;
      addScaled(vectors, x, v, length, -beta * dot(vectors, x, v, length));
    }
    for (let i = first; i < k; i++) dots[i - first] = dot(vectors, i * size + k, v, length);
    addColumn(weights, k - first, beta, dots);
  }
}

/** Replaces the vector x by its v, and returns β. */
function turnIntoReflection(vectors: Floats, at: number, length: number, k: number, signs: Float64Array): number {
  const head = vectors[at];
  const squares = dot(vectors, at, at, length);
  const norm = Math.sqrt(squares);
  if (length === 1 || norm === 0) {
    // The vector needs no reflection: only its first element can differ from 0.
    signs[k] = Math.sign(head);
    vectors[at] = 0;
    return 0;
  }
  // With this sign of r, head − r does not cancel digits.
  signs[k] = head > 0 ? -1 : 1;
  vectors[at] = head > 0 ? head + norm : head - norm;
  const scale = 1 / Math.sqrt(squares + Math.abs(head) * norm);
  for (let i = at; i < at + length; i++) vectors[i] *= scale;
  return 2 / dot(vectors, at, at, length);
}

/** Writes column k of −T: −β on the diagonal, and −β·(−T)·Vᵀ·v above it. */
function addColumn({ data, offset, rowStride }: Matrix, k: number, beta: number, dots: Float64Array): void {
  for (let i = 0, row = offset; i < k; i++, row += rowStride) {
    let sum = 0;
    for (let j = i; j < k; j++) sum += data[row + j] * dots[j];
    data[row + k] = -beta * sum;
  }
  data[offset + k * rowStride + k] = -beta;
}

function dot(x: Floats, i: number, j: number, count: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const end = i + count;
  // Four sums take turns, because an addition to a single sum would have to wait for the previous one.
  for (; i + 3 < end; i += 4, j += 4) {
    a += x[i] * x[j];
    b += x[i + 1] * x[j + 1];
    c += x[i + 2] * x[j + 2];
    d += x[i + 3] * x[j + 3];
  }
  for (; i < end; i++, j++) a += x[i] * x[j];
  return a + b + (c + d);
}

function addScaled(x: Floats, to: number, from: number, count: number, factor: number): void {
  for (const end = to + count; to < end; to++, from++) x[to] += factor * x[from];
}

/** Adds 1 to element k of each vector k. */
export function addAxes(vectors: Floats, size: number, first: number, end: number): void {
  for (let k = first; k < end; k++) vectors[k * size + k] += 1;
}

/** Multiplies each vector k by `factor` and by `signs[k]`. */
export function scaleVectors(
  vectors: Floats,
  size: number,
  first: number,
  end: number,
  signs: Float64Array,
  factor: number,
): void {
  for (let k = first; k < end; k++) {
    const scale = signs[k] * factor;
    for (let i = k * size; i < (k + 1) * size; i++) vectors[i] *= scale;
  }
}
