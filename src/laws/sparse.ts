import type { FloatDType } from '../numerics/DType.js';
import { checkNormal } from '../random/fillNormal.js';
import { normalSteps } from '../random/fillSteps.js';
import type { Generator } from '../random/Generator.js';
import { permute } from '../random/randperm.js';
import { randpermWords } from '../random/wordsDrawn.js';
import { numelOf, type Shape } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import { bindLaw } from './bindLaw.js';
import { checkFloatDType } from './checkFloatDType.js';
import type { SparseLaw } from './Law.js';
import type { LawOperations } from './LawOperations.js';
import { afterNormals, normalMoments } from './normal.js';
import { writeAt } from './writeElements.js';

/** N(0, std²) with the fraction `sparsity` of each column set to 0. */
export function sparseLaw(sparsity: number, std: number): SparseLaw {
  return bindLaw({ kind: 'sparse', sparsity, std }, SPARSE);
}

export const SPARSE: LawOperations<SparseLaw> = {
  check({ kind, std }, dtype) {
    checkFloatDType(kind, dtype);
    checkNormal(0, std);
  },

  moments({ sparsity, std }, [rows]) {
    const kept = 1 - zerosPerColumn(rows, sparsity) / Math.max(rows, 1);
    return normalMoments(0, std * Math.sqrt(kept));
  },

  positionAfter(_law, shape, dtype, position) {
    const [rows, columns] = shape;
    const after = afterNormals(numelOf(shape), dtype, position);
    return { ...after, words: after.words + columns * randpermWords(rows) };
  },

  *write({ sparsity, std }, tensor, generator) {
    const { data, dtype, shape } = tensor as Tensor<FloatDType>;
    yield* normalSteps(data, dtype, 0, std, generator);
    for (const column of drawZeroIndices(shape, sparsity, generator)) {
      writeAt(tensor, column, 0);
      yield;
    }
  },

  cost: (_law, shape) => 25 * numelOf(shape),
};

/** How many elements of a column of `rows` elements are set to 0. */
function zerosPerColumn(rows: number, sparsity: number): number {
  return Math.ceil(sparsity * rows);
}

/**
 * Draws, for one column of a matrix after another, the indices of the elements that are set to 0: the first of a permutation
 * of the rows. The same array is yielded for every column.
 */
function* drawZeroIndices([rows, columns]: Shape, sparsity: number, generator: Generator): Iterable<Uint32Array> {
  const order = new Uint32Array(rows);
  const zeros = order.subarray(0, zerosPerColumn(rows, sparsity));
  for (let column = 0; column < columns; column++) {
    permute(order, zeros.length, generator);
    for (let i = 0; i < zeros.length; i++) zeros[i] = zeros[i] * columns + column;
    yield zeros;
  }
}
