import { ArgumentError, describeValue } from '../../errors.js';
import { readArguments, refuseSurplus, type Signature } from '../../readArguments.js';
import type { Tensor } from '../../tensor/Tensor.js';
import {
  HUBER_LOSS,
  type HuberLossOptions,
  huberLoss,
  KL_DIV,
  type KlDivOptions,
  klDiv,
  LOSS,
  type LossOptions,
  l1Loss,
  mseLoss,
  SMOOTH_L1_LOSS,
  type SmoothL1LossOptions,
  smoothL1Loss,
} from '../functional/elementLosses.js';
import type { Reduction } from '../functional/reduction.js';
import { Module } from '../Module.js';

const DIFFERENCE: Signature<LossOptions> = { ...LOSS, required: [] };

const SMOOTH_L1: Signature<SmoothL1LossOptions> = { ...SMOOTH_L1_LOSS, required: [] };

const HUBER: Signature<HuberLossOptions> = { ...HUBER_LOSS, required: [] };

const KULLBACK_LEIBLER: Signature<KlDivOptions> = { ...KL_DIV, required: [] };

/** A loss of the differences between elements and their targets, whose only option is the reduction. */
abstract class DifferenceLoss extends Module {
  readonly reduction: Reduction;

  /**
   * @param options `reduction` (default: `'mean'`): `'mean'`, `'sum'` or `'none'`.
   * @throws ArgumentError if an option is unknown.
   */
  constructor(options?: LossOptions) {
    super();
    this.reduction = readArguments(`nn.${new.target.name}`, arguments, DIFFERENCE).reduction;
  }

  /**
   * @param input Any shape.
   * @param target The shape of the input. Other shapes are broadcast with a warning.
   * @returns `[]`, or the shape of the input with `reduction: 'none'`
   * @throws ShapeError if the shapes do not broadcast together.
   */
  abstract override forward(input: Tensor, target: Tensor): Tensor;
}

/**
 * The squared differences (x − t)² between elements and their targets (`torch.nn.MSELoss`).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(new nn.MSELoss().forward(tensor([1, 2]), tensor([1, 4])).item()); // 2
 * ```
 */
export class MSELoss extends DifferenceLoss {
  override forward(input: Tensor, target: Tensor): Tensor {
    refuseSurplus('nn.MSELoss.forward', arguments, ['input', 'target']);
    return mseLoss(input, target, { reduction: this.reduction });
  }
}

/**
 * The absolute differences |x − t| between elements and their targets (`torch.nn.L1Loss`).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(new nn.L1Loss().forward(tensor([1, 2]), tensor([1, 4])).item()); // 1
 * ```
 */
export class L1Loss extends DifferenceLoss {
  override forward(input: Tensor, target: Tensor): Tensor {
    refuseSurplus('nn.L1Loss.forward', arguments, ['input', 'target']);
    return l1Loss(input, target, { reduction: this.reduction });
  }
}

/**
 * ½(x − t)²/beta where |x − t| < beta, otherwise |x − t| − ½beta (`torch.nn.SmoothL1Loss`).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(new nn.SmoothL1Loss().forward(tensor([1, 2]), tensor([1, 4])).item()); // 0.75
 * ```
 */
export class SmoothL1Loss extends Module {
  readonly reduction: Reduction;
  readonly beta: number;

  /**
   * @param options `reduction` (default: `'mean'`), `beta` (≥ 0, default: 1): where the parabola ends.
   * @throws ArgumentError if an option is unknown.
   */
  constructor(options?: SmoothL1LossOptions) {
    super();
    const { reduction, beta } = readArguments('nn.SmoothL1Loss', arguments, SMOOTH_L1);
    this.reduction = reduction;
    this.beta = beta;
  }

  /**
   * @param input Any shape.
   * @param target The shape of the input. Other shapes are broadcast with a warning.
   * @returns `[]`, or the shape of the input with `reduction: 'none'`
   * @throws ArgumentError if `beta` is negative.
   * @throws ShapeError if the shapes do not broadcast together.
   */
  override forward(input: Tensor, target: Tensor): Tensor {
    refuseSurplus('nn.SmoothL1Loss.forward', arguments, ['input', 'target']);
    return smoothL1Loss(input, target, { reduction: this.reduction, beta: this.beta });
  }
}

/**
 * ½(x − t)² where |x − t| < delta, otherwise delta·(|x − t| − ½delta) (`torch.nn.HuberLoss`; Huber 1964).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(new nn.HuberLoss({ delta: 0.5 }).forward(tensor([1, 2]), tensor([1, 4])).item()); // 0.4375
 * ```
 */
export class HuberLoss extends Module {
  readonly reduction: Reduction;
  readonly delta: number;

  /**
   * @param options `reduction` (default: `'mean'`), `delta` (> 0, default: 1): where the parabola ends.
   * @throws ArgumentError if an option is unknown or `delta` is not a number. `forward` checks that it is positive.
   */
  constructor(options?: HuberLossOptions) {
    super();
    const { reduction, delta } = readArguments('nn.HuberLoss', arguments, HUBER);
    if (typeof delta !== 'number') {
      throw new ArgumentError(`delta must be a float or int, got: ${describeValue(delta)}`);
    }
    this.reduction = reduction;
    this.delta = delta;
  }

  /**
   * @param input Any shape.
   * @param target The shape of the input. Other shapes are broadcast with a warning.
   * @returns `[]`, or the shape of the input with `reduction: 'none'`
   * @throws ArgumentError if `delta` is not positive.
   * @throws ShapeError if the shapes do not broadcast together.
   */
  override forward(input: Tensor, target: Tensor): Tensor {
    refuseSurplus('nn.HuberLoss.forward', arguments, ['input', 'target']);
    return huberLoss(input, target, { reduction: this.reduction, delta: this.delta });
  }
}

/**
 * The Kullback–Leibler divergence between targets and predictions, element by element t·(log t − x)
 * (`torch.nn.KLDivLoss`).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * const loss = new nn.KLDivLoss({ reduction: 'batchmean' });
 * console.log(loss.forward(tensor([[0.5, 0.5]]).log(), tensor([[0.25, 0.75]])).item().toFixed(4)); // 0.1308
 * ```
 */
export class KLDivLoss extends Module {
  readonly reduction: Reduction | 'batchmean';
  readonly logTarget: boolean;

  /**
   * @param options `reduction` (default: `'mean'`): `'batchmean'` is the definition of the divergence; `logTarget`
   *   (default: false): whether the target holds logarithms of probabilities.
   * @throws ArgumentError if an option is unknown.
   */
  constructor(options?: KlDivOptions) {
    super();
    const { reduction, logTarget } = readArguments('nn.KLDivLoss', arguments, KULLBACK_LEIBLER);
    this.reduction = reduction;
    this.logTarget = logTarget;
  }

  /**
   * @param input Logarithms of probabilities, any shape.
   * @param target Probabilities, or their logarithms with `logTarget`; its shape broadcasts with the shape of the
   *   input.
   * @returns `[]`, or the broadcast shape with `reduction: 'none'`
   * @throws ShapeError if the shapes do not broadcast together.
   * @throws DTypeError if the target's dtype is not floating.
   */
  override forward(input: Tensor, target: Tensor): Tensor {
    refuseSurplus('nn.KLDivLoss.forward', arguments, ['input', 'target']);
    return klDiv(input, target, { reduction: this.reduction, logTarget: this.logTarget });
  }
}
