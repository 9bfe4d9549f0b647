import { ArgumentError, DTypeError, formatValue } from '../../errors.js';
import { checkNumber } from '../../numerics/checkNumber.js';
import { isFloatDType } from '../../numerics/DType.js';
import { readArguments, type Signature } from '../../readArguments.js';
import { signOf } from '../../tensor/elementwise.js';
import { equalShapes, formatShape } from '../../tensor/Shape.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { warnOnce } from '../../warnOnce.js';
import { checkTensors } from './checkTensors.js';
import { type ElementLoss, elementLoss, lastStep } from './elementLoss.js';
import { OLDER_OPTIONS, type Reduction } from './reduction.js';

const { abs, exp, log } = Math;

/** A number limited to [−bound, bound]. NaN stays NaN. */
const limited = (x: number, bound: number) => (x > bound ? bound : x < -bound ? -bound : x);

/** Options of {@link mseLoss} and {@link l1Loss}. */
export interface LossOptions {
  /** `'mean'`, `'sum'` or `'none'`. Default: `'mean'`. */
  reduction?: Reduction | undefined;
}

/** Options of {@link smoothL1Loss}. */
export interface SmoothL1LossOptions extends LossOptions {
  /** The |x − t| at which the parabola ends, ≥ 0; with 0 the loss is {@link l1Loss}. Default: 1. */
  beta?: number | undefined;
}

/** Options of {@link huberLoss}. */
export interface HuberLossOptions extends LossOptions {
  /** The |x − t| at which the parabola ends, > 0. Default: 1. */
  delta?: number | undefined;
}

/** Options of {@link klDiv}. */
export interface KlDivOptions {
  /**
   * `'mean'`, `'sum'`, `'none'`, or `'batchmean'`: the sum divided by the first size, which is the definition of the
   * divergence. Default: `'mean'`.
   */
  reduction?: Reduction | 'batchmean' | undefined;
  /** Whether the target holds logarithms of probabilities. Default: false. */
  logTarget?: boolean | undefined;
}

const OPERANDS = ['input', 'target'] as const;
/** How the function reads its options. */
export const LOSS: Signature<LossOptions> = {
  required: OPERANDS,
  defaults: { reduction: 'mean' },
  lacks: OLDER_OPTIONS,
  order: ['sizeAverage', 'reduce', 'reduction'],
};
/** How the function reads its options. */
export const SMOOTH_L1_LOSS: Signature<SmoothL1LossOptions> = {
  required: OPERANDS,
  defaults: { reduction: 'mean', beta: 1 },
  lacks: OLDER_OPTIONS,
  order: ['sizeAverage', 'reduce', 'reduction', 'beta'],
};
/** How the function reads its options. */
export const HUBER_LOSS: Signature<HuberLossOptions> = {
  required: OPERANDS,
  defaults: { reduction: 'mean', delta: 1 },
};
/** How the function reads its options. */
export const KL_DIV: Signature<KlDivOptions> = {
  required: OPERANDS,
  defaults: { reduction: 'mean', logTarget: false },
  lacks: OLDER_OPTIONS,
  order: ['sizeAverage', 'reduce', 'reduction', 'logTarget'],
};

const MEAN_OF_ALL =
  "reduction: 'mean' divides the total loss by both the batch size and the support size. 'batchmean' divides only by the batch size, and aligns with the KL div math definition.";

/**
 * The squared differences (x − t)² (`torch.nn.functional.mse_loss`).
 * @param input Any shape.
 * @param target The shape of the input. Other shapes are broadcast with a warning.
 * @param options `reduction` (default: `'mean'`).
 * @returns `[]`, or the shape of the input with `reduction: 'none'`
 * @throws ShapeError if the shapes do not broadcast together.
 * @example
 * ```ts
 * import { tensor } from 'initree';
 * import * as F from 'initree/functional';
 * console.log(F.mseLoss(tensor([1, 2]), tensor([1, 4])).item()); // 2
 * ```
 */
export function mseLoss(input: Tensor, target: Tensor, options?: LossOptions): Tensor {
  const { reduction } = readArguments('F.mseLoss', arguments, LOSS);
  return differenceLoss('mse_loss', input, target, reduction, {
    name: 'MseLoss',
    value: (x, t) => (x - t) * (x - t),
    byInput: (x, t) => 2 * (x - t),
  });
}

/**
 * The absolute differences |x − t| (`torch.nn.functional.l1_loss`).
 * @param input Any shape.
 * @param target The shape of the input. Other shapes are broadcast with a warning.
 * @param options `reduction` (default: `'mean'`).
 * @returns `[]`, or the shape of the input with `reduction: 'none'`
 * @throws ShapeError if the shapes do not broadcast together.
 */
export function l1Loss(input: Tensor, target: Tensor, options?: LossOptions): Tensor {
  const { reduction } = readArguments('F.l1Loss', arguments, LOSS);
  return differenceLoss('l1_loss', input, target, reduction, {
    name: lastStep(reduction, 'Abs'),
    value: (x, t) => abs(x - t),
    byInput: (x, t) => signOf(x - t),
  });
}

/**
 * ½(x − t)²/beta where |x − t| < beta, otherwise |x − t| − ½beta (`torch.nn.functional.smooth_l1_loss`).
 * @param input Any shape.
 * @param target The shape of the input. Other shapes are broadcast with a warning.
 * @param options `reduction` (default: `'mean'`), `beta` (≥ 0, default: 1).
 * @returns `[]`, or the shape of the input with `reduction: 'none'`
 * @throws ArgumentError if `beta` is negative.
 * @throws ShapeError if the shapes do not broadcast together.
 */
export function smoothL1Loss(input: Tensor, target: Tensor, options?: SmoothL1LossOptions): Tensor {
  const { beta, reduction } = readArguments('F.smoothL1Loss', arguments, SMOOTH_L1_LOSS);
  if (!(checkNumber('beta', beta) >= 0)) {
    throw new ArgumentError(`smooth_l1_loss does not support negative values for beta, found ${formatValue(beta)}`);
  }
  return differenceLoss('smooth_l1_loss', input, target, reduction, {
    name: 'SmoothL1Loss',
    value: (x, t) => (abs(x - t) < beta ? (0.5 * (x - t) * (x - t)) / beta : abs(x - t) - 0.5 * beta),
    byInput: beta === 0 ? (x, t) => signOf(x - t) : (x, t) => limited((x - t) / beta, 1),
  });
}

/**
 * ½(x − t)² where |x − t| < delta, otherwise delta·(|x − t| − ½delta) (`torch.nn.functional.huber_loss`; Huber 1964).
 * @param input Any shape.
 * @param target The shape of the input. Other shapes are broadcast with a warning.
 * @param options `reduction` (default: `'mean'`), `delta` (> 0, default: 1).
 * @returns `[]`, or the shape of the input with `reduction: 'none'`
 * @throws ArgumentError if `delta` is not positive.
 * @throws ShapeError if the shapes do not broadcast together.
 */
export function huberLoss(input: Tensor, target: Tensor, options?: HuberLossOptions): Tensor {
  const { delta, reduction } = readArguments('F.huberLoss', arguments, HUBER_LOSS);
  if (!(checkNumber('delta', delta) > 0)) {
    throw new ArgumentError(`huber_loss does not support non-positive values for delta, found ${formatValue(delta)}`);
  }
  return differenceLoss('huber_loss', input, target, reduction, {
    name: 'HuberLoss',
    value: (x, t) => (abs(x - t) < delta ? 0.5 * (x - t) * (x - t) : delta * (abs(x - t) - 0.5 * delta)),
    byInput: (x, t) => limited(x - t, delta),
  });
}

/**
 * t·(log t − x), whose sum over a distribution is the Kullback–Leibler divergence (`torch.nn.functional.kl_div`).
 * @param input Logarithms of probabilities, any shape.
 * @param target Probabilities, or their logarithms with `logTarget`; its shape broadcasts with the shape of the input.
 * @param options `reduction` (default: `'mean'`, with a warning), `logTarget` (default: false); see {@link KlDivOptions}.
 * @returns `[]`, or the broadcast shape with `reduction: 'none'`
 * @throws ShapeError if the shapes do not broadcast together.
 * @throws DTypeError if the target's dtype is not floating.
 */
export function klDiv(input: Tensor, target: Tensor, options?: KlDivOptions): Tensor {
  const { reduction, logTarget } = readArguments('F.klDiv', arguments, KL_DIV);
  checkTensors('kl_div', { input, target });
  if (!isFloatDType(target.dtype)) {
    throw new DTypeError(`kl_div: Integral inputs not supported, found a target of ${target.dtype}`);
  }
  if (reduction === 'batchmean') {
    const total = klDiv(input, target, { reduction: 'sum', logTarget });
    return input.ndim === 0 ? total : total.div(input.shape[0]);
  }
  if (reduction === 'mean') warnOnce(MEAN_OF_ALL);
  return elementLoss(
    input,
    target,
    { reduction },
    logTarget
      ? {
          name: lastStep(reduction, 'Mul'),
          value: (x, t) => exp(t) * (t - x),
          byInput: (_, t) => -exp(t),
          byTarget: (x, t) => exp(t) * (t - x + 1),
        }
      : {
          name: lastStep(reduction, 'Sub'),
          value: (x, t) => (t === 0 ? 0 : t * log(t)) - t * x,
          byInput: (_, t) => -t,
          // PyTorch divides t by t, which is NaN for 0.
          byTarget: (x, t) => log(t) + t / t - x,
        },
  );
}

/** A loss of x − t. As in PyTorch, different shapes are broadcast with a warning. */
function differenceLoss(
  operation: string,
  input: Tensor,
  target: Tensor,
  reduction: Reduction,
  loss: ElementLoss,
): Tensor {
  checkTensors(operation, { input, target });
  const result = elementLoss(input, target, { reduction }, loss);
  if (!equalShapes(input.shape, target.shape)) {
    const sizes = `${formatShape(target.shape)}) that is different to the input size (${formatShape(input.shape)}`;
    warnOnce(
      `Using a target size (${sizes}). This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size.`,
    );
  }
  return result;
}
