import type { Generator } from '../random/Generator.js';
import { randperm } from '../random/randperm.js';
import type { Shape } from '../tensor/Shape.js';

/** How many elements of a column of `rows` elements are set to 0. */
export function zerosPerColumn(rows: number, sparsity: number): number {
  return Math.ceil(sparsity * rows);
}

/** Indices of the elements of a matrix that `sparse` sets to 0, column after column; draws one permutation of the rows for each. */
export function* drawSparseZeros(
  [rows, columns]: Shape,
  sparsity: number,
  generator: Generator,
): IterableIterator<number> {
  const zeros = zerosPerColumn(rows, sparsity);
  for (let column = 0; column < columns; column++) {
    const permutation = randperm(rows, generator);
    for (let i = 0; i < zeros; i++) yield permutation[i] * columns + column;
  }
}
