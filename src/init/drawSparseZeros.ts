import type { Generator } from '../random/Generator.js';
import { randperm } from '../random/randperm.js';
import type { Shape } from '../tensor/Shape.js';

/** How many elements of a column of `rows` elements are set to 0. */
export function zerosPerColumn(rows: number, sparsity: number): number {
  return Math.ceil(sparsity * rows);
}

/** Indices of the elements of each column of a matrix that `sparse` sets to 0; draws a permutation of the rows for each. */
export function* drawSparseZeros(
  [rows, columns]: Shape,
  sparsity: number,
  generator: Generator,
): IterableIterator<Uint32Array> {
  const zeros = zerosPerColumn(rows, sparsity);
  for (let column = 0; column < columns; column++) {
    const permutation = randperm(rows, generator);
    yield permutation.subarray(0, zeros).map((row) => row * columns + column);
  }
}
