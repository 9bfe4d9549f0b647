import { ArgumentError, DTypeError, describeValue, ShapeError } from '../../errors.js';
import { createNumbers, type Numbers } from '../../numerics/numbers.js';
import { readArguments, type Signature } from '../../readArguments.js';
import { denseOf, numbersOf } from '../../tensor/Dense.js';
import { equalShapes, formatShape } from '../../tensor/Shape.js';
import { isGradEnabled } from '../../tensor/Tape.js';
import { record, type Tensor } from '../../tensor/Tensor.js';
import { checkTensors } from './checkTensors.js';
import { checkRows, indicesOf, resolvePadding } from './embedding.js';
import { floatDtype } from './floatDtype.js';
import {
  checkTableNorm,
  DENSE_ONLY,
  frequenciesOf,
  renormalizeRows,
  TABLE_NORM,
  TABLE_ORDER,
  type TableOptions,
} from './tableNorm.js';

/** How the rows of a bag are combined: their sum, their mean, or their largest elements. */
export type BagMode = 'sum' | 'mean' | 'max';

/** Options of {@link embeddingBag}. */
export interface BagOptions extends TableOptions {
  /**
   * Index in the input at which each bag begins (int64 or int32), `[bags]`; only for an input `[N]`, which requires it.
   * Default: null.
   */
  offsets?: Tensor | null | undefined;
  /** How the rows of a bag are combined: `'sum'`, `'mean'` or `'max'`. Default: `'mean'`. */
  mode?: BagMode | undefined;
  /** Factor of each row, in the shape of the input; only with `mode: 'sum'`. Default: null. */
  perSampleWeights?: Tensor | null | undefined;
  /**
   * Index of a row that is ignored, in [−rows, rows − 1]; a negative number counts from the end. Default: null (no such
   * row)
   */
  paddingIdx?: number | null | undefined;
  /** Whether `offsets` also holds the index at which the last bag ends. Default: false. */
  includeLastOffset?: boolean | undefined;
}

const EMBEDDING_BAG: Signature<BagOptions> = {
  required: ['input', 'weight'],
  byPosition: ['offsets'],
  defaults: {
    offsets: null,
    ...TABLE_NORM,
    mode: 'mean',
    perSampleWeights: null,
    includeLastOffset: false,
    paddingIdx: null,
  },
  lacks: DENSE_ONLY,
  order: [...TABLE_ORDER, 'mode', 'sparse', 'perSampleWeights', 'includeLastOffset', 'paddingIdx'],
};

/** The rows of a table in bags. */
interface Bags {
  /** The rows of all bags, one bag after another. */
  readonly rows: Numbers;
  /** The index at which each bag begins, and the index at which the last bag ends. */
  readonly starts: Numbers;
  /** The row that is ignored, −1 for none. */
  readonly padding: number;
  /** The number by which the gradient of a row is divided. */
  readonly frequencyOf: (row: number) => number;
}

/**
 * The sum, the mean or the largest elements of bags of rows of a table (`torch.nn.functional.embedding_bag`). An empty
 * bag gives zeros. NaN counts as the largest number; of equal elements the first one gets the gradient.
 * @param input Indices (int64 or int32): `[bags, size]`, or the bags one after another, `[N]`.
 * @param weight The table, `[rows, columns]`.
 * @param offsets Index in the input at which each bag begins (int64 or int32), `[bags]`; only for an input `[N]`, which
 *   requires it. Or the options. Default: null.
 * @param options `offsets`, `mode`, `perSampleWeights`, `paddingIdx`, `includeLastOffset`, `maxNorm`, `normType`,
 *   `scaleGradByFreq`; see {@link BagOptions}. With `maxNorm` the call changes rows of the table.
 * @returns `[bags, columns]`
 * @throws ArgumentError if an index, an offset or an option is out of its range.
 * @throws ShapeError if the shapes do not match.
 * @throws DTypeError if the dtypes do not match.
 */
export function embeddingBag(
  input: Tensor,
  weight: Tensor,
  offsets?: Tensor | null | BagOptions,
  options?: BagOptions,
): Tensor {
  const settings = readArguments('F.embeddingBag', arguments, EMBEDDING_BAG);
  const { mode, perSampleWeights, paddingIdx, maxNorm, normType, scaleGradByFreq } = settings;
  checkTensors('embedding_bag', { input, weight }, { offsets: settings.offsets, perSampleWeights });
  if (weight.ndim !== 2) {
    throw new ShapeError(`weight has to be a 2D Tensor, but got Tensor of dimension ${weight.ndim}`);
  }
  floatDtype('embedding_bag', weight);
  checkMode(mode);
  if (perSampleWeights) checkSampleWeights(perSampleWeights, mode, input, weight);
  const padding = resolvePadding(paddingIdx, weight.shape[0]);
  const rows = indicesOf('embedding_bag', input);
  const starts = startsOf(input, settings.offsets, settings.includeLastOffset);
  checkRows(rows, weight.shape[0]);
  checkTableNorm(maxNorm, normType);
  if (scaleGradByFreq && mode === 'max') {
    throw new ArgumentError('embedding_bag: max mode does not support scaling the gradient by the frequency');
  }
  renormalizeRows(weight, rows, maxNorm, normType);
  const bags = { rows, starts, padding, frequencyOf: frequenciesOf(rows, scaleGradByFreq) };
  return mode === 'max' ? largestOf(weight, bags) : sumsOf(weight, bags, mode, perSampleWeights);
}

function sumsOf(
  weight: Tensor,
  { rows, starts, padding, frequencyOf }: Bags,
  mode: BagMode,
  factors: Tensor | null,
): Tensor {
  const { dtype } = weight;
  const columns = weight.shape[1];
  const bags = starts.length - 1;
  const table = numbersOf(weight);
  const f = factors && numbersOf(factors);
  const y = createNumbers(dtype, bags * columns);
  const sums = new Float64Array(columns);
  // The divisor of each bag's sum.
  const divisors = new Float64Array(bags).fill(1);
  for (let bag = 0; bag < bags; bag++) {
    let count = 0;
    sums.fill(0);
    for (let i = starts[bag]; i < starts[bag + 1]; i++) {
      if (rows[i] === padding) continue;
      const start = rows[i] * columns;
      const factor = f ? f[i] : 1;
      for (let j = 0; j < columns; j++) sums[j] += factor * table[start + j];
      count++;
    }
    if (mode === 'mean' && count > 0) divisors[bag] = count;
    for (let j = 0, at = bag * columns; j < columns; j++) y[at + j] = sums[j] / divisors[bag];
  }
  const inputs = factors ? [weight, factors] : [weight];
  return record('EmbeddingBagBackward0', inputs, denseOf(y, [bags, columns], dtype), (g) => {
    const gradient = numbersOf(g);
    const byWeight = createNumbers(dtype, weight.requiresGrad ? table.length : 0);
    const byFactors = createNumbers(dtype, factors?.requiresGrad ? factors.numel : 0);
    for (let bag = 0; bag < bags; bag++) {
      const from = bag * columns;
      for (let i = starts[bag]; i < starts[bag + 1]; i++) {
        if (rows[i] === padding) continue;
        const start = rows[i] * columns;
        if (byWeight.length > 0) {
          const share = (f ? f[i] : 1) / divisors[bag] / frequencyOf(rows[i]);
          for (let j = 0; j < columns; j++) byWeight[start + j] += share * gradient[from + j];
        }
        if (byFactors.length > 0) {
          let product = 0;
          for (let j = 0; j < columns; j++) product += table[start + j] * gradient[from + j];
          byFactors[i] = product;
        }
      }
    }
    return [
      weight.requiresGrad ? denseOf(byWeight, weight.shape, dtype) : null,
      factors?.requiresGrad ? denseOf(byFactors, factors.shape, dtype) : null,
    ];
  });
}

function largestOf(weight: Tensor, { rows, starts, padding }: Bags): Tensor {
  const { dtype } = weight;
  const columns = weight.shape[1];
  const bags = starts.length - 1;
  const table = numbersOf(weight);
  const y = createNumbers(dtype, bags * columns);
  // The index in the table that each element comes from; −1 for an empty bag.
  const sources = new Int32Array(isGradEnabled() && weight.requiresGrad ? y.length : 0).fill(-1);
  for (let bag = 0; bag < bags; bag++) {
    const at = bag * columns;
    let isFirst = true;
    for (let i = starts[bag]; i < starts[bag + 1]; i++) {
      if (rows[i] === padding) continue;
      const start = rows[i] * columns;
      for (let j = 0; j < columns; j++) {
        const x = table[start + j];
        const isLarger = x > y[at + j] || (Number.isNaN(x) && !Number.isNaN(y[at + j]));
        if (!isFirst && !isLarger) continue;
        y[at + j] = x;
        if (sources.length > 0) sources[at + j] = start + j;
      }
      isFirst = false;
    }
  }
  return record('EmbeddingBagBackward0', [weight], denseOf(y, [bags, columns], dtype), (g) => {
    const gradient = numbersOf(g);
    const result = createNumbers(dtype, table.length);
    for (let i = 0; i < gradient.length; i++) if (sources[i] >= 0) result[sources[i]] += gradient[i];
    return [denseOf(result, weight.shape, dtype)];
  });
}

function checkMode(mode: BagMode): void {
  if (mode === 'sum' || mode === 'mean' || mode === 'max') return;
  throw new ArgumentError(`mode has to be one of sum, mean or max, found ${describeValue(mode)}`);
}

function checkSampleWeights(factors: Tensor, mode: BagMode, input: Tensor, weight: Tensor): void {
  if (!equalShapes(factors.shape, input.shape)) {
    throw new ShapeError(
      `embedding_bag: If per_sample_weights (${formatShape(factors.shape)}) is not None, then it must have the same shape as the input (${formatShape(input.shape)})`,
    );
  }
  if (mode !== 'sum') {
    throw new ArgumentError(
      `embedding_bag: per_sample_weights was not None. per_sample_weights is only supported for mode='sum' (got mode='${mode}')`,
    );
  }
  if (factors.dtype !== weight.dtype) {
    throw new DTypeError(
      `Expected 'weight' to have the same type as 'per_sample_weights'; but ${weight.dtype} does not equal ${factors.dtype}`,
    );
  }
}

/** The index at which each bag begins, and the index at which the last bag ends. */
function startsOf(input: Tensor, offsets: Tensor | null, includeLastOffset: boolean): Numbers {
  if (input.ndim === 2) {
    if (offsets !== null) {
      throw new ShapeError(
        'if input is 2D, then offsets has to be None, as input is treated is a mini-batch of fixed length sequences',
      );
    }
    const [bags, size] = input.shape;
    return Float64Array.from({ length: bags + 1 }, (_, bag) => bag * size);
  }
  if (input.ndim !== 1) {
    throw new ShapeError(`input has to be 1D or 2D Tensor, but got Tensor of dimension ${input.ndim}`);
  }
  if (offsets === null)
    throw new ShapeError('offsets has to be a 1D Tensor but got None: an input [N] requires offsets');
  if (offsets.ndim !== 1) throw new ShapeError(`offsets has to be a 1D Tensor, found ${formatShape(offsets.shape)}`);
  if (includeLastOffset && offsets.numel === 0) {
    throw new ShapeError('include_last_offset: number of offset should be at least 1, found []');
  }
  const starts = new Float64Array(offsets.numel + 1).fill(input.numel);
  starts.set(indicesOf('embedding_bag', offsets));
  checkOffsets(starts);
  return includeLastOffset ? starts.subarray(0, -1) : starts;
}

function checkOffsets(starts: Float64Array): void {
  const bags = starts.length - 1;
  if (bags > 0 && starts[0] !== 0) {
    throw new ArgumentError(
      `offsets[0] has to be 0, i.e., the first sequence in the mini-batch has to start from position 0. However, got ${starts[0]}`,
    );
  }
  for (let bag = 0; bag < bags; bag++) {
    if (starts[bag] <= starts[bag + 1]) continue;
    throw new ArgumentError(
      bag === bags - 1
        ? `offsets[-1] can not be greater than input's length ${starts[bags]} but got offsets[-1] of ${starts[bag]}`
        : `offsets must not decrease, found ${starts[bag]} before ${starts[bag + 1]}`,
    );
  }
}
