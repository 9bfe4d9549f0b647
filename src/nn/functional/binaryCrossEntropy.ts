import { ArgumentError, DTypeError, ShapeError } from '../../errors.js';
import { isFloatDType } from '../../numerics/DType.js';
import { readOptions } from '../../readOptions.js';
import { numbersOf } from '../../tensor/Dense.js';
import { equalShapes, formatShape } from '../../tensor/Shape.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { checkTensors } from './checkTensors.js';
import { elementLoss } from './elementLoss.js';
import type { Reduction } from './reduction.js';

const { abs, exp, log, log1p, max } = Math;

/** Options of {@link binaryCrossEntropy}. */
export interface BinaryCrossEntropyOptions {
  /** What each element's loss is multiplied by, of a shape that broadcasts to the input's; gets no gradient. */
  weight?: Tensor | null | undefined;
  /** `'mean'` when absent. */
  reduction?: Reduction | undefined;
}

/** Options of {@link binaryCrossEntropyWithLogits}. */
export interface LogitsLossOptions extends BinaryCrossEntropyOptions {
  /** What the loss of a target of 1 is multiplied by, of a shape that broadcasts to the input's; gets no gradient. */
  posWeight?: Tensor | null | undefined;
}

/** Where PyTorch cuts off the logarithms of 0, so that a loss stays finite. */
const LEAST_LOG = -100;
/** The least x·(1 − x) that PyTorch divides by. */
const LEAST_VARIANCE = 1e-12;

/**
 * −t·log(x) − (1 − t)·log(1 − x), logarithms being at least −100 (`torch.nn.functional.binary_cross_entropy`).
 * @param input probabilities
 * @param target of the input's shape and dtype, 0 to 1
 * @throws ArgumentError for elements outside 0 to 1 · ShapeError or DTypeError where the operands do not fit
 */
export function binaryCrossEntropy(input: Tensor, target: Tensor, options: BinaryCrossEntropyOptions = {}): Tensor {
  const { weight, reduction } = readOptions('binary_cross_entropy', options, { weight: null, reduction: 'mean' });
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
 * {@link binaryCrossEntropy} of sigmoid(x), without under- or overflow
 * (`torch.nn.functional.binary_cross_entropy_with_logits`).
 * @param input logits
 * @param target probabilities, of the input's shape
 * @throws ShapeError or DTypeError where the operands do not fit
 */
export function binaryCrossEntropyWithLogits(input: Tensor, target: Tensor, options: LogitsLossOptions = {}): Tensor {
  const name = 'binary_cross_entropy_with_logits';
  const settings = readOptions(name, options, { weight: null, posWeight: null, reduction: 'mean' });
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
  // The loss of a target of 1; that of a target of 0 is x more.
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
    `all elements of ${name} should be between 0 and 1, found ${outside}; binaryCrossEntropyWithLogits takes logits`,
  );
}
