import type { Generator } from '../random/Generator.js';
import { permute } from '../random/randperm.js';
import type { Shape } from '../tensor/Shape.js';

/** How many elements of a column of `rows` elements are set to 0. */
export function zerosPerColumn(rows: number, sparsity: number): number {
  return Math.ceil(sparsity * rows);
}

/**
 * Indices of the elements of each column of a matrix that `sparse` sets to 0, in an array that the next column's are written
 * to; draws a permutation of the rows for each.
 */
export function* drawSparseZeros(
  [rows, columns]: Shape,
  sparsity: number,
  generator: Generator,
): IterableIterator<Uint32Array> {
  const order = new Uint32Array(rows);
  const zeros = order.subarray(0, zerosPerColumn(rows, sparsity));
  for (let column = 0; column < columns; column++) {
    permute(order, zeros.length, generator);
    for (let i = 0; i < zeros.length; i++) zeros[i] = zeros[i] * columns + column;
    yield zeros;
  }
}
