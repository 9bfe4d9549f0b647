import { ArgumentError, DTypeError, describeValue, ShapeError } from '../../errors.js';
import { checkWhole } from '../../numerics/checkNumber.js';
import { isFloatDType } from '../../numerics/DType.js';
import { createNumbers } from '../../numerics/numbers.js';
import { readArguments, type Signature } from '../../readArguments.js';
import { splitAt } from '../../tensor/alongDimension.js';
import { denseOf, numbersOf } from '../../tensor/Dense.js';
import { equalShapes, formatShape, type Shape } from '../../tensor/Shape.js';
import { record, Tensor } from '../../tensor/Tensor.js';
import { checkTensors } from './checkTensors.js';
import { floatDtype } from './floatDtype.js';
import { checkReduction, OLDER_OPTIONS, type Reduction } from './reduction.js';
import { logSoftmax } from './softmax.js';

/** Options of {@link nllLoss}. */
export interface NllLossOptions {
  /** Weight of each class, `[C]`. Default: null. */
  weight?: Tensor | null | undefined;
  /** Class index of the samples that are ignored. Default: −100. */
  ignoreIndex?: number | undefined;
  /** `'mean'`, `'sum'` or `'none'`; with weights `'mean'` is the weighted mean. Default: `'mean'`. */
  reduction?: Reduction | undefined;
}

/** Options of {@link crossEntropy}. */
export interface CrossEntropyOptions extends NllLossOptions {
  /** Share of the target that is spread evenly over all classes, in [0, 1]. Default: 0. */
  labelSmoothing?: number | undefined;
}

/** How the function reads its options. */
export const CROSS_ENTROPY: Signature<CrossEntropyOptions> = {
  required: ['input', 'target'],
  defaults: { weight: null, ignoreIndex: -100, reduction: 'mean', labelSmoothing: 0 },
  lacks: OLDER_OPTIONS,
  order: ['weight', 'sizeAverage', 'ignoreIndex', 'reduce', 'reduction', 'labelSmoothing'],
};
/** How the function reads its options. */
export const NLL_LOSS: Signature<NllLossOptions> = {
  required: ['input', 'target'],
  defaults: { weight: null, ignoreIndex: -100, reduction: 'mean' },
  lacks: OLDER_OPTIONS,
  order: ['weight', 'sizeAverage', 'ignoreIndex', 'reduce', 'reduction'],
};

/**
 * The cross entropy between logits and targets (`torch.nn.functional.cross_entropy`).
 * @param input Logits, `[N, C, …]`, or `[C]` for one sample
 * @param target Class indices (int64, int32 or uint8), `[N, …]` or `[]`, or probabilities in the shape of the input
 * @param options `weight`, `ignoreIndex`, `reduction`, `labelSmoothing`; see {@link CrossEntropyOptions}.
 * @returns `[]`, or `[N, …]` with `reduction: 'none'`
 * @throws ShapeError if the shapes do not match.
 * @throws ArgumentError if a class index or an option is out of its range.
 * @throws DTypeError if the dtypes do not match.
 * @example
 * ```ts
 * import { tensor } from 'initree';
 * import * as F from 'initree/functional';
 * const target = tensor([0, 1], { dtype: 'int64' });
 * console.log(F.crossEntropy(tensor([[2, 0], [0, 1]]), target).item().toFixed(4)); // 0.2201
 * ```
 */
export function crossEntropy(input: Tensor, target: Tensor, options?: CrossEntropyOptions): Tensor {
  const { weight, ignoreIndex, reduction, labelSmoothing } = readArguments('F.crossEntropy', arguments, CROSS_ENTROPY);
  checkTensors('cross_entropy', { input, target }, { weight });
  checkWhole('ignore_index', ignoreIndex, -Infinity);
  checkReduction(reduction);
  if (!(Number.isFinite(labelSmoothing) && labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new ArgumentError(`label_smoothing must be between 0.0 and 1.0. Got: ${describeValue(labelSmoothing)}`);
  }
  const classDim = classDimOf(input);
  if (equalShapes(input.shape, target.shape)) {
    if (!isFloatDType(target.dtype)) {
      throw new DTypeError(
        `Expected floating point type for target with class probabilities, got ${target.dtype}; class indices have no dimension for the classes`,
      );
    }
    if (ignoreIndex >= 0) throw new ArgumentError('ignore_index is not supported for floating point target');
    return probabilityLoss(input, target, classDim, weight, reduction, labelSmoothing);
  }
  const logits = logSoftmax(input, classDim);
  const hard = nllLoss(logits, target, { weight, ignoreIndex, reduction });
  if (labelSmoothing === 0) return hard;
  // The smoothed part: the weighted mean over the classes of −log p, for the samples that are not ignored.
  const { indices, weights, total } = readTarget(input, target, weight, ignoreIndex);
  const perClass = logits
    .mul(spread(weights, input, classDim))
    .sum(classDim)
    .neg();
  // A choice instead of a product with 0: the loss of an ignored sample may be infinite, and the mean divides by 0 if
  // all samples are ignored.
  const counts = Uint8Array.from(indices, (index) => (index < 0 ? 0 : 1));
  const each = perClass.where(Tensor.fromData(counts, target.shape, 'bool'), 0);
  return hard.mul(1 - labelSmoothing).add(reduce(each, reduction, total).mul(labelSmoothing / weights.length));
}

/**
 * The negative of the input at the class of the target (`torch.nn.functional.nll_loss`).
 * @param input Logarithms of probabilities, `[N, C, …]`, or `[C]` for one sample
 * @param target Class indices (int64, int32 or uint8), `[N, …]` or `[]`
 * @param options `weight`, `ignoreIndex`, `reduction`; see {@link NllLossOptions}.
 * @returns `[]`, or `[N, …]` with `reduction: 'none'`
 * @throws ShapeError if the shapes do not match.
 * @throws ArgumentError if a class index is out of range.
 * @throws DTypeError if the dtypes do not match.
 */
export function nllLoss(input: Tensor, target: Tensor, options?: NllLossOptions): Tensor {
  const { weight, ignoreIndex, reduction } = readArguments('F.nllLoss', arguments, NLL_LOSS);
  checkTensors('nll_loss', { input, target }, { weight });
  checkWhole('ignore_index', ignoreIndex, -Infinity);
  checkReduction(reduction);
  const dtype = floatDtype('nll_loss', input);
  const { indices, weights, total } = readTarget(input, target, weight, ignoreIndex);
  const [outer, classes, inner] = splitAt(input.shape, classDimOf(input));
  const x = numbersOf(input);
  const each = createNumbers(dtype, reduction === 'none' ? indices.length : 0);
  let sum = 0;
  for (let o = 0, i = 0; o < outer; o++) {
    for (let r = 0; r < inner; r++, i++) {
      const c = indices[i];
      if (c < 0) continue;
      const loss = -weights[c] * x[(o * classes + c) * inner + r];
      if (reduction === 'none') each[i] = loss;
      else sum += loss;
    }
  }
  const divisor = reduction === 'mean' ? total : 1;
  const value = reduction === 'none' ? denseOf(each, target.shape, dtype) : denseOf([sum / divisor], [], dtype);
  return record(input.ndim > 2 ? 'NllLoss2DBackward0' : 'NllLossBackward0', [input], value, (g) => {
    const gradient = numbersOf(g);
    const result = createNumbers(dtype, x.length);
    for (let o = 0, i = 0; o < outer; o++) {
      for (let r = 0; r < inner; r++, i++) {
        const c = indices[i];
        if (c < 0) continue;
        const share = reduction === 'none' ? gradient[i] : gradient[0] / divisor;
        result[(o * classes + c) * inner + r] = -weights[c] * share;
      }
    }
    return [denseOf(result, input.shape, dtype)];
  });
}

/** The classes of a target, and their weights. */
interface TargetClasses {
  /** The class of each sample, −1 for a sample that is ignored. */
  readonly indices: Int32Array;
  /** The weight of each class. */
  readonly weights: ArrayLike<number>;
  /** The sum of the weights of all samples that are not ignored. */
  readonly total: number;
}

function readTarget(input: Tensor, target: Tensor, weight: Tensor | null, ignoreIndex: number): TargetClasses {
  if (target.dtype !== 'int64' && target.dtype !== 'int32' && target.dtype !== 'uint8') {
    throw new DTypeError(
      `expected target dtype to be Long or Byte, but got ${target.dtype}: class indices are int64, int32 or uint8; convert the target with to('int64')`,
    );
  }
  const classDim = classDimOf(input);
  const classes = input.shape[classDim];
  checkTargetShape(target.shape, input.shape.toSpliced(classDim, 1), input.shape);
  if (weight) checkWeight(weight, classes, input);
  const weights = weight ? numbersOf(weight) : new Float32Array(classes).fill(1);
  const given = numbersOf(target);
  const indices = new Int32Array(given.length);
  let total = 0;
  for (let i = 0; i < indices.length; i++) {
    const index = given[i];
    if (index === ignoreIndex) {
      indices[i] = -1;
      continue;
    }
    if (index < 0 || index >= classes) {
      throw new ArgumentError(`Target ${index} is out of bounds. There are ${classes} classes, from 0 on`);
    }
    indices[i] = index;
    total += weights[index];
  }
  return { indices, weights, total };
}

/** The dimension of the input that counts the classes. */
function classDimOf({ shape }: Tensor): number {
  if (shape.length === 0) throw new ShapeError('Expected 1 or more dimensions (got 0): [C], [N, C] or [N, C, …]');
  return shape.length === 1 ? 0 : 1;
}

function checkTargetShape(found: Shape, expected: Shape, input: Shape): void {
  if (equalShapes(found, expected)) return;
  const batch = `Expected input batch_size (${expected[0]}) to match target batch_size (${found[0]})`;
  const sizes = `Expected target size ${formatShape(expected)}, got ${formatShape(found)}`;
  throw new ShapeError(
    `${expected.length === 1 && found.length === 1 ? batch : sizes}: the input is ${formatShape(input)}`,
  );
}

function checkWeight(weight: Tensor, classes: number, input: Tensor): void {
  if (weight.ndim !== 1 || weight.numel !== classes) {
    throw new ShapeError(
      `weight tensor should be defined either for all ${classes} classes or no classes but got weight tensor of shape: ${formatShape(weight.shape)}`,
    );
  }
  if (weight.dtype !== input.dtype) {
    throw new DTypeError(
      `expected a weight of the input's dtype, scalar type ${input.dtype} but found ${weight.dtype}`,
    );
  }
}

function probabilityLoss(
  input: Tensor,
  target: Tensor,
  classDim: number,
  weight: Tensor | null,
  reduction: Reduction,
  labelSmoothing: number,
): Tensor {
  const classes = input.shape[classDim];
  if (weight) checkWeight(weight, classes, input);
  const smoothed = labelSmoothing === 0 ? target : target.mul(1 - labelSmoothing).add(labelSmoothing / classes);
  const weighted = weight ? smoothed.mul(spread(numbersOf(weight), input, classDim)) : smoothed;
  const perSample = logSoftmax(input, classDim).mul(weighted).sum(classDim).neg();
  return reduce(perSample, reduction, perSample.numel);
}

/** A number for each class, in a shape that broadcasts over the input. */
function spread(perClass: ArrayLike<number>, input: Tensor, classDim: number): Tensor {
  const shape = input.shape.map((size, d) => (d === classDim ? size : 1));
  return new Tensor(denseOf(Array.from(perClass), shape, input.dtype));
}

function reduce(each: Tensor, reduction: Reduction, divisor: number): Tensor {
  if (reduction === 'none') return each;
  return reduction === 'sum' ? each.sum() : each.sum().div(divisor);
}
