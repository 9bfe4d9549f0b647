import { createNumbers, type Numbers } from '../kernels/numbers.js';
import { type Dense, denseOf, numbersOf } from './Dense.js';
import { broadcastShapes, equalShapes, numelOf, type Shape, stridesOf } from './Shape.js';

/**
 * The elements of `dense` repeated to fill `shape`, which it must broadcast to: the array itself where the shapes agree.
 */
export function broadcastNumbers(dense: Dense, shape: Shape): Numbers {
  const source = numbersOf(dense);
  if (equalShapes(dense.shape, shape)) return source;
  const result = createNumbers(dense.dtype, numelOf(shape));
  if (source.length === 1) return result.fill(source[0]);
  let at = 0;
  forEachRow(dense.shape, shape, (start, step, count) => {
    for (let i = 0, from = start; i < count; i++, from += step) result[at++] = source[from];
  });
  return result;
}

/** The gradient of a broadcast: sums over the dimensions that were repeated. */
export function sumToShape(gradient: Dense, shape: Shape): Dense {
  if (equalShapes(gradient.shape, shape)) return gradient;
  const source = numbersOf(gradient);
  const sums = new Float64Array(numelOf(shape));
  let at = 0;
  forEachRow(shape, gradient.shape, (start, step, count) => {
    for (let i = 0, to = start; i < count; i++, to += step) sums[to] += source[at++];
  });
  return denseOf(sums, shape, gradient.dtype);
}

/** Applies `combine` to every pair of elements of two arrays broadcast together. */
export function zipNumbers(
  a: Dense,
  b: Dense,
  dtype: Dense['dtype'],
  combine: (left: Numbers, right: Numbers, result: Numbers) => void,
): Dense {
  const shape = broadcastShapes(a.shape, b.shape);
  const result = createNumbers(dtype, numelOf(shape));
  combine(broadcastNumbers(a, shape), broadcastNumbers(b, shape), result);
  return denseOf(result, shape, dtype);
}

/**
 * Walks the elements of `shape` in order, a last dimension at a time, and tells for each such row where the elements of a
 * narrower array start and how far apart they stand (0 where one element is repeated).
 */
function forEachRow(narrow: Shape, shape: Shape, visit: (start: number, step: number, count: number) => void): void {
  const ndim = shape.length;
  const narrowStrides = stridesOf(narrow);
  const steps = shape.map((_, d) => {
    const own = d - ndim + narrow.length;
    return own < 0 || narrow[own] === 1 ? 0 : narrowStrides[own];
  });
  const count = shape[ndim - 1] ?? 1;
  const rows = count === 0 ? 0 : numelOf(shape) / count;
  const index = new Array<number>(Math.max(ndim - 1, 0)).fill(0);
  let start = 0;
  for (let row = 0; row < rows; row++) {
    visit(start, steps[ndim - 1] ?? 0, count);
    for (let d = ndim - 2; d >= 0; d--) {
      start += steps[d];
      if (++index[d] < shape[d]) break;
      start -= steps[d] * shape[d];
      index[d] = 0;
    }
  }
}
