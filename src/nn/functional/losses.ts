import { ArgumentError, DTypeError, ShapeError } from '../../errors.js';
import { isFloatDType } from '../../kernels/DType.js';
import { createNumbers } from '../../kernels/numbers.js';
import { denseOf, numbersOf } from '../../tensor/Dense.js';
import { equalShapes, formatShape, numelOf } from '../../tensor/Shape.js';
import { record, Tensor } from '../../tensor/Tensor.js';
import { logSoftmax } from './softmax.js';

/** What becomes of the losses of single elements: their mean, their sum, or nothing. */
export type Reduction = 'mean' | 'sum' | 'none';

/** Options of {@link nllLoss}. */
export interface NllLossOptions {
  /** A weight for each class, [C]. */
  weight?: Tensor | null | undefined;
  /** A class index that counts for nothing; −100 when absent. */
  ignoreIndex?: number | undefined;
  /** `'mean'` when absent; with weights the mean is weighted. */
  reduction?: Reduction | undefined;
}

/** Options of {@link crossEntropy}. */
export interface CrossEntropyOptions extends NllLossOptions {
  /** Share of the target that is spread evenly over all classes, 0 to 1; 0 when absent. */
  labelSmoothing?: number | undefined;
}

/**
 * Cross entropy between logits and targets (`torch.nn.functional.cross_entropy`).
 * @param input logits, [N, C, …], or [C] for one sample
 * @param target class indices (int64 or int32), [N, …], or probabilities of the input's shape and dtype
 * @throws ShapeError where the sizes do not fit · ArgumentError for a class that does not exist
 */
export function crossEntropy(input: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const { weight = null, ignoreIndex = -100, reduction = 'mean', labelSmoothing = 0 } = options;
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new ArgumentError(`label_smoothing must be between 0.0 and 1.0. Got: ${labelSmoothing}`);
  }
  if (input.ndim === 0) throw new ShapeError('input has no dimensions; cross entropy expects [C], [N, C] or [N, C, …]');
  const classDim = input.ndim === 1 ? 0 : 1;
  if (isFloatDType(target.dtype)) return probabilityLoss(input, target, classDim, weight, reduction, labelSmoothing);
  const places = placesOf(input, target, weight, ignoreIndex);
  const logits = logSoftmax(input, classDim);
  const hard = nllLoss(logits, target, { weight, ignoreIndex, reduction });
  if (labelSmoothing === 0) return hard;
  // The smoothed part: the mean over classes of −log p, weighted, for the samples that count.
  const classes = places.weights.length;
  const perClass = logits
    .mul(spread(places.weights, input, classDim))
    .sum(classDim)
    .neg();
  const counting = new Tensor(
    denseOf(
      places.indices.map((c) => (c < 0 ? 0 : 1)),
      target.shape,
      input.dtype,
    ),
  );
  const soft = reduce(perClass.mul(counting), reduction, places.total);
  return hard.mul(1 - labelSmoothing).add(soft.mul(labelSmoothing / classes));
}

/**
 * The negative of the input at the target's class (`torch.nn.functional.nll_loss`).
 * @param input logarithms of probabilities, [N, C, …], or [C] for one sample
 * @param target class indices (int64 or int32), [N, …]
 * @throws ShapeError where the sizes do not fit · ArgumentError for a class that does not exist
 */
export function nllLoss(input: Tensor, target: Tensor, options: NllLossOptions = {}): Tensor {
  const { weight = null, ignoreIndex = -100, reduction = 'mean' } = options;
  checkReduction(reduction);
  const { indices, weights, inner, total } = placesOf(input, target, weight, ignoreIndex);
  const { dtype } = input;
  const x = numbersOf(input);
  const placeOf = (i: number) => (Math.floor(i / inner) * weights.length + indices[i]) * inner + (i % inner);
  const each = createNumbers(dtype, indices.length);
  let sum = 0;
  for (let i = 0; i < each.length; i++) {
    if (indices[i] < 0) continue;
    each[i] = -weights[indices[i]] * x[placeOf(i)];
    sum += -weights[indices[i]] * x[placeOf(i)];
  }
  const divisor = reduction === 'mean' ? total : 1;
  const value = reduction === 'none' ? denseOf(each, target.shape, dtype) : denseOf([sum / divisor], [], dtype);
  return record('NllLossBackward0', [input], value, (g) => {
    const gradient = numbersOf(g);
    const result = createNumbers(dtype, x.length);
    for (let i = 0; i < indices.length; i++) {
      if (indices[i] < 0) continue;
      const share = reduction === 'none' ? gradient[i] : gradient[0] / divisor;
      result[placeOf(i)] = -weights[indices[i]] * share;
    }
    return [denseOf(result, input.shape, dtype)];
  });
}

/** Where the target's classes are. */
interface Places {
  /** Class of each sample, −1 where it is ignored. */
  readonly indices: number[];
  /** Weight of each class. */
  readonly weights: ArrayLike<number>;
  /** Elements from one class of a sample to the next. */
  readonly inner: number;
  /** Weights of all samples that count, added up. */
  readonly total: number;
}

function placesOf(input: Tensor, target: Tensor, weight: Tensor | null, ignoreIndex: number): Places {
  if (target.dtype !== 'int64' && target.dtype !== 'int32') {
    throw new DTypeError(`expected scalar type Long (class indices, int64 or int32) but found ${target.dtype}`);
  }
  const { shape } = input;
  const classes = shape.length === 1 ? shape[0] : shape[1];
  const expected = shape.length === 1 ? [] : [shape[0], ...shape.slice(2)];
  if (shape.length === 0 || !equalShapes(target.shape, expected)) {
    throw new ShapeError(
      `Expected input batch_size (${shape[0]}) to match target batch_size (${target.shape[0]}): an input ${formatShape(shape)} ` +
        `takes a target ${formatShape(expected)}, found ${formatShape(target.shape)}`,
    );
  }
  if (weight && (weight.ndim !== 1 || weight.numel !== classes)) {
    throw new ShapeError(
      `weight tensor should be defined either for all ${classes} classes or no classes but got weight tensor of shape: ${formatShape(weight.shape)}`,
    );
  }
  const weights = weight ? numbersOf(weight) : new Float32Array(classes).fill(1);
  let total = 0;
  const indices = Array.from(numbersOf(target), (index) => {
    if (index === ignoreIndex) return -1;
    if (index < 0 || index >= classes) throw new ArgumentError(`Target ${index} is out of bounds.`);
    total += weights[index];
    return index;
  });
  return { indices, weights, inner: numelOf(shape.slice(2)), total };
}

function probabilityLoss(
  input: Tensor,
  target: Tensor,
  classDim: number,
  weight: Tensor | null,
  reduction: Reduction,
  labelSmoothing: number,
): Tensor {
  if (!equalShapes(input.shape, target.shape)) {
    throw new ShapeError(
      `Expected floating point type for target with class probabilities to have the input's shape ${formatShape(input.shape)}, got ${formatShape(target.shape)}`,
    );
  }
  const classes = input.shape[classDim];
  const smoothed = labelSmoothing === 0 ? target : target.mul(1 - labelSmoothing).add(labelSmoothing / classes);
  const weighted = weight ? smoothed.mul(spread(numbersOf(weight), input, classDim)) : smoothed;
  const perSample = logSoftmax(input, classDim).mul(weighted).sum(classDim).neg();
  return reduce(perSample, reduction, perSample.numel);
}

/** A number for each class in a shape that broadcasts over the input. */
function spread(perClass: ArrayLike<number>, input: Tensor, classDim: number): Tensor {
  const shape = input.shape.map((size, d) => (d === classDim ? size : 1));
  return new Tensor(denseOf(Array.from(perClass), shape, input.dtype));
}

function reduce(each: Tensor, reduction: Reduction, divisor: number): Tensor {
  checkReduction(reduction);
  if (reduction === 'none') return each;
  return reduction === 'sum' ? each.sum() : each.sum().div(divisor);
}

function checkReduction(reduction: Reduction): void {
  if (reduction !== 'mean' && reduction !== 'sum' && reduction !== 'none') {
    throw new ArgumentError(`${String(reduction)} is not a valid value for reduction: 'mean', 'sum' or 'none'`);
  }
}
