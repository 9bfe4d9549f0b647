import { ArgumentError, DTypeError, ShapeError } from '../../errors.js';
import { isFloatDType } from '../../numerics/DType.js';
import { readArguments, type Signature } from '../../readArguments.js';
import { numbersOf } from '../../tensor/Dense.js';
import { equalShapes, formatShape } from '../../tensor/Shape.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { checkTensors } from './checkTensors.js';
import { elementLoss } from './elementLoss.js';
import { OLDER_OPTIONS, type Reduction } from './reduction.js';

const { abs, exp, log, log1p, max } = Math;

/** Options of {@link binaryCrossEntropy}. */
export interface BinaryCrossEntropyOptions {
  /**
   * Factor of each element's loss, in a shape that broadcasts to the shape of the input; it gets no gradient.
   * Default: null.
   */
  weight?: Tensor | null | undefined;
  /** `'mean'`, `'sum'` or `'none'`. Default: `'mean'`. */
  reduction?: Reduction | undefined;
}

/** Options of {@link binaryCrossEntropyWithLogits}. */
export interface LogitsLossOptions extends BinaryCrossEntropyOptions {
  /**
   * Factor of the loss of positive targets, in a shape that broadcasts to the shape of the input; it gets no gradient.
   * Default: null.
   */
  posWeight?: Tensor | null | undefined;
}

/** How the function reads its options. */
export const BINARY_CROSS_ENTROPY: Signature<BinaryCrossEntropyOptions> = {
  required: ['input', 'target'],
  defaults: { weight: null, reduction: 'mean' },
  lacks: OLDER_OPTIONS,
  order: ['weight', 'sizeAverage', 'reduce', 'reduction'],
};
/** How the function reads its options. */
export const LOGITS_LOSS: Signature<LogitsLossOptions> = {
  required: ['input', 'target'],
  defaults: { weight: null, reduction: 'mean', posWeight: null },
  lacks: OLDER_OPTIONS,
  order: ['weight', 'sizeAverage', 'reduce', 'reduction', 'posWeight'],
};

/** PyTorch replaces smaller logarithms by this number, so that the loss of a probability of 0 is finite. */
const LEAST_LOG = -100;
/** PyTorch replaces a smaller x·(1 − x) by this number before it divides. */
const LEAST_VARIANCE = 1e-12;

/**
 * −t·log(x) − (1 − t)·log(1 − x), where logarithms are at least −100 (`torch.nn.functional.binary_cross_entropy`).
 * @param input Probabilities, any shape, each in [0, 1].
 * @param target Probabilities in the shape and dtype of the input, each in [0, 1].
 * @param options `weight`, `reduction`; see {@link BinaryCrossEntropyOptions}.
 * @returns `[]`, or the shape of the input with `reduction: 'none'`
 * @throws ArgumentError if an element is not in [0, 1].
 * @throws ShapeError if the shapes do not match.
 * @throws DTypeError if the dtypes differ.
 * @example
 * ```ts
 * import { tensor } from 'initree';
 * import * as F from 'initree/functional';
 * console.log(F.binaryCrossEntropy(tensor([0.5, 0.8]), tensor([0, 1])).item().toFixed(4)); // 0.4581
 * ```
 */
export function binaryCrossEntropy(input: Tensor, target: Tensor, options?: BinaryCrossEntropyOptions): Tensor {
  const { weight, reduction } = readArguments('F.binaryCrossEntropy', arguments, BINARY_CROSS_ENTROPY);
  checkTensors('binary_cross_entropy', { input, target }, { weight });
  if (!equalShapes(input.shape, target.shape)) {
    throw new ShapeError(
      `Using a target size (${formatShape(target.shape)}) that is different to the input size (${formatShape(input.shape)}) is deprecated. Please ensure they have the same size.`,
    );
  }
  for (const { dtype } of weight ? [target, weight] : [target]) {
    if (dtype !== input.dtype) {
      throw new DTypeError(
        `Found dtype ${dtype} but expected ${input.dtype}; convert it with to('${input.dtype}') before`,
      );
    }
  }
  checkUnitInterval('input', input);
  checkUnitInterval('target', target);
  return elementLoss(
    input,
    target,
    { weight, reduction },
    {
      name: 'BinaryCrossEntropy',
      value: (x, t) => (t - 1) * max(log1p(-x), LEAST_LOG) - t * max(log(x), LEAST_LOG),
      byInput: (x, t) => (x - t) / max((1 - x) * x, LEAST_VARIANCE),
      byTarget: (x) => log1p(-x) - log(x),
    },
  );
}

/**
 * {@link binaryCrossEntropy} of sigmoid(x), without underflow or overflow
 * (`torch.nn.functional.binary_cross_entropy_with_logits`).
 * @param input Logits, any shape.
 * @param target Probabilities in the shape of the input.
 * @param options `weight`, `posWeight`, `reduction`; see {@link LogitsLossOptions}.
 * @returns `[]`, or the shape of the input with `reduction: 'none'`
 * @throws ShapeError if the shapes do not match.
 * @throws DTypeError if the target's dtype is not floating.
 */
export function binaryCrossEntropyWithLogits(input: Tensor, target: Tensor, options?: LogitsLossOptions): Tensor {
  const name = 'binary_cross_entropy_with_logits';
  const settings = readArguments('F.binaryCrossEntropyWithLogits', arguments, LOGITS_LOSS);
  checkTensors(name, { input, target });
  if (!equalShapes(input.shape, target.shape)) {
    throw new ShapeError(
      `Target size (${formatShape(target.shape)}) must be the same as input size (${formatShape(input.shape)})`,
    );
  }
  if (!isFloatDType(target.dtype)) {
    throw new DTypeError(
      `result type ${input.dtype} can't be cast to the desired output type ${target.dtype}: the target holds probabilities; convert it with to('${input.dtype}') before`,
    );
  }
  // The loss of a target of 1. The loss of a target of 0 is greater by x.
  const surprise = (x: number) => log1p(exp(-abs(x))) + max(-x, 0);
  return elementLoss(input, target, settings, {
    name: 'BinaryCrossEntropyWithLogits',
    value: (x, t, p) => (1 - t) * x + (1 + (p - 1) * t) * surprise(x),
    byInput: (x, t, p) => 1 - t - (1 + (p - 1) * t) / (1 + exp(x)),
    byTarget: (x, _, p) => (p - 1) * surprise(x) - x,
  });
}

function checkUnitInterval(name: string, operand: Tensor): void {
  const outside = numbersOf(operand).find((x) => !(x >= 0 && x <= 1));
  if (outside === undefined) return;
  throw new ArgumentError(
    `all elements of ${name} should be between 0 and 1, found ${outside}; use binaryCrossEntropyWithLogits for logits`,
  );
}
