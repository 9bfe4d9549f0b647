import type { FloatDType } from '../numerics/DType.js';
import { checkNormal } from '../random/fillNormal.js';
import { normalSteps } from '../random/fillSteps.js';
import { randpermWords } from '../random/wordsDrawn.js';
import { numelOf } from '../tensor/Shape.js';
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
    const [rows, columns] = shape;
    yield* normalSteps(data, dtype, 0, std, generator.part(0));
    const zeros = zerosPerColumn(rows, sparsity);
    let column = 0;
    for (const order of generator.numbers.permutations(rows, columns, zeros, generator.part(1))) {
      writeAt(tensor, indicesIn(column++, columns, order.subarray(0, zeros)), 0);
      yield;
    }
  },

  cost: (_law, shape) => 25 * numelOf(shape),
};

/** How many elements of a column of `rows` elements are set to 0. */
function zerosPerColumn(rows: number, sparsity: number): number {
  return Math.ceil(sparsity * rows);
}

/** The indices of the elements of one column of a matrix in some rows. */
function* indicesIn(column: number, columns: number, rows: Uint32Array): IterableIterator<number> {
  for (const row of rows) yield row * columns + column;
}
