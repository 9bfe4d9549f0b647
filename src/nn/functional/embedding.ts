import { ArgumentError, DTypeError, describeValue, ShapeError } from '../../errors.js';
import { checkNumber } from '../../numerics/checkNumber.js';
import { createStorage } from '../../numerics/DType.js';
import { createNumbers, type Numbers } from '../../numerics/numbers.js';
import { readArguments, type Signature } from '../../readArguments.js';
import { gather } from '../../tensor/alongDimension.js';
import { denseOf, numbersOf, reshaped } from '../../tensor/Dense.js';
import { formatShape } from '../../tensor/Shape.js';
import { checkTensor, record, Tensor } from '../../tensor/Tensor.js';
import { checkOutput } from './checkOutput.js';
import { checkTensors } from './checkTensors.js';
import {
  checkTableNorm,
  DENSE_ONLY,
  frequenciesOf,
  renormalizeRows,
  TABLE_NORM,
  type TableOptions,
} from './tableNorm.js';

/** Options of {@link embedding}. */
export interface EmbeddingFunctionOptions extends TableOptions {
  /**
   * Index of a row whose gradient is 0, in [−rows, rows − 1]; a negative number counts from the end. Default: null (no
   * such row)
   */
  paddingIdx?: number | null | undefined;
}

const EMBEDDING: Signature<EmbeddingFunctionOptions> = {
  required: ['input', 'weight'],
  defaults: { paddingIdx: null, ...TABLE_NORM },
  lacks: DENSE_ONLY,
};

/**
 * The rows of a table that the indices select (`torch.nn.functional.embedding`).
 * @param input Indices (int64 or int32) of any shape, each in [0, rows − 1].
 * @param weight The table, `[rows, columns]`.
 * @param options `paddingIdx` (default: null), `maxNorm` (default: null), `normType` (default: 2), `scaleGradByFreq` (default:
 *   false); see {@link EmbeddingFunctionOptions}. With `maxNorm` the call changes rows of the table.
 * @returns `[*, columns]`, where * is the shape of the input
 * @throws ArgumentError if an index is out of range.
 * @throws ShapeError if the table does not have two dimensions.
 * @throws DTypeError if the indices have another dtype.
 * @example
 * ```ts
 * import { tensor, zeros } from 'initree';
 * import * as F from 'initree/functional';
 * console.log(F.embedding(tensor([1, 2, 4], { dtype: 'int64' }), zeros([10, 3])).shape); // [ 3, 3 ]
 * ```
 */
export function embedding(input: Tensor, weight: Tensor, options?: EmbeddingFunctionOptions): Tensor {
  const { paddingIdx, maxNorm, normType, scaleGradByFreq } = readArguments('F.embedding', arguments, EMBEDDING);
  checkTensors('embedding', { input, weight });
  if (weight.ndim !== 2) throw new ShapeError(`'weight' must be 2-D, found ${formatShape(weight.shape)}`);
  const { dtype } = weight;
  const [rows, columns] = weight.shape;
  const padding = resolvePadding(paddingIdx, rows);
  const indices = indicesOf('embedding', input);
  checkRows(indices, rows);
  checkTableNorm(maxNorm, normType);
  renormalizeRows(weight, indices, maxNorm, normType);
  const frequencyOf = frequenciesOf(indices, scaleGradByFreq);
  const value = reshaped(gather(weight, 0, indices).value, [...input.shape, columns]);
  return record('EmbeddingBackward0', [weight], value, (g) => {
    const gradient = numbersOf(g);
    const result = createNumbers(dtype, weight.numel);
    for (let i = 0, from = 0; i < indices.length; i++, from += columns) {
      if (indices[i] === padding) continue;
      const to = indices[i] * columns;
      const frequency = frequencyOf(indices[i]);
      for (let j = 0; j < columns; j++) result[to + j] += gradient[from + j] / frequency;
    }
    return [denseOf(result, weight.shape, dtype)];
  });
}

/** Options of {@link oneHot}. */
export interface OneHotOptions {
  /** Size of the new dimension. Default: −1, which means the largest index plus 1. */
  numClasses?: number | undefined;
}

const ONE_HOT: Signature<OneHotOptions> = {
  required: ['input'],
  byPosition: ['numClasses'],
  defaults: { numClasses: -1 },
};

/**
 * 1 at each index along a new last dimension, otherwise 0, as int64 (`torch.nn.functional.one_hot`).
 * @param input Indices (int64 or int32) of any shape, each in [0, numClasses − 1].
 * @param numClasses Size of the new dimension, or the options. Default: −1, which means the largest index plus 1.
 * @param options `numClasses` (default: −1).
 * @returns `[*, numClasses]`, where * is the shape of the input
 * @throws ArgumentError if an index is out of range.
 * @throws DTypeError if the indices have another dtype.
 * @example
 * ```ts
 * import { tensor } from 'initree';
 * import * as F from 'initree/functional';
 * console.log(F.oneHot(tensor([0, 2], { dtype: 'int64' })).tolist()); // [ [ 1n, 0n, 0n ], [ 0n, 0n, 1n ] ]
 * ```
 */
export function oneHot(input: Tensor, numClasses?: number | OneHotOptions, options?: OneHotOptions): Tensor<'int64'> {
  const settings = readArguments('F.oneHot', arguments, ONE_HOT);
  const indices = indicesOf('one_hot', input);
  const wanted = checkNumber('num_classes', settings.numClasses);
  if (indices.length === 0 && wanted < 1) {
    throw new ArgumentError('Can not infer total number of classes from empty tensor.');
  }
  let largest = -1;
  for (let i = 0; i < indices.length; i++) {
    if (indices[i] < 0) throw new ArgumentError(`Class values must be non-negative, found ${indices[i]}`);
    largest = Math.max(largest, indices[i]);
  }
  const classes = wanted === -1 ? largest + 1 : wanted;
  if (!Number.isSafeInteger(classes) || classes < 0 || largest >= classes) {
    throw new ArgumentError(
      `Class values must be smaller than num_classes (${describeValue(classes)}), found ${largest}`,
    );
  }
  const shape = [...input.shape, classes];
  checkOutput('one_hot', shape);
  const data = createStorage('int64', indices.length * classes);
  for (let i = 0; i < indices.length; i++) data[i * classes + indices[i]] = 1n;
  return new Tensor({ dtype: 'int64', shape, data });
}

/**
 * The row that `paddingIdx` selects, −1 for none.
 * @throws ArgumentError if there is no such row.
 */
export function resolvePadding(paddingIdx: number | null, rows: number): number {
  if (paddingIdx === null) return -1;
  if (!Number.isInteger(paddingIdx) || paddingIdx < -rows || paddingIdx >= rows) {
    throw new ArgumentError(
      `Padding_idx must be within num_embeddings: expected ${-rows} to ${rows - 1}, found ${describeValue(paddingIdx)}`,
    );
  }
  return paddingIdx < 0 ? paddingIdx + rows : paddingIdx;
}

/**
 * The elements of a tensor of indices.
 * @throws DTypeError if the dtype is neither int64 nor int32.
 */
export function indicesOf(name: string, input: Tensor): Numbers {
  checkTensor(name, input);
  if (input.dtype === 'int64' || input.dtype === 'int32') return numbersOf(input);
  throw new DTypeError(
    `Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got ${input.dtype} instead (while checking arguments for ${name}); convert it with to('int64')`,
  );
}

/**
 * Checks the indices of rows.
 * @throws ArgumentError if an index is not in [0, count − 1].
 */
export function checkRows(rows: Numbers, count: number): void {
  for (let i = 0; i < rows.length; i++) {
    if (rows[i] >= 0 && rows[i] < count) continue;
    throw new ArgumentError(
      `index out of range in self: Index ${i} of input takes value ${rows[i]} which is not in the valid range [0, ${count})`,
    );
  }
}
