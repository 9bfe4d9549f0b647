import { readOptions } from '../../readOptions.js';
import type { Tensor } from '../../tensor/Tensor.js';
import {
  type HuberLossOptions,
  huberLoss,
  type KlDivOptions,
  klDiv,
  type LossOptions,
  l1Loss,
  mseLoss,
  type SmoothL1LossOptions,
  smoothL1Loss,
} from '../functional/elementLosses.js';
import type { Reduction } from '../functional/reduction.js';
import { Module } from '../Module.js';

/** A loss whose only option is the reduction. */
abstract class DifferenceLoss extends Module {
  readonly reduction: Reduction;

  constructor(options: LossOptions = {}) {
    super();
    this.reduction = readOptions(new.target.name, options, { reduction: 'mean' }).reduction;
  }

  abstract override forward(input: Tensor, target: Tensor): Tensor;
}

/** (x − t)² of elements and their targets (`torch.nn.MSELoss`). */
export class MSELoss extends DifferenceLoss {
  override forward(input: Tensor, target: Tensor): Tensor {
    return mseLoss(input, target, { reduction: this.reduction });
  }
}

/** |x − t| of elements and their targets (`torch.nn.L1Loss`). */
export class L1Loss extends DifferenceLoss {
  override forward(input: Tensor, target: Tensor): Tensor {
    return l1Loss(input, target, { reduction: this.reduction });
  }
}

/** ½(x − t)²/beta where |x − t| < beta, |x − t| − ½beta beyond (`torch.nn.SmoothL1Loss`). */
export class SmoothL1Loss extends Module {
  readonly reduction: Reduction;
  readonly beta: number;

  constructor(options: SmoothL1LossOptions = {}) {
    super();
    const { reduction, beta } = readOptions('SmoothL1Loss', options, { reduction: 'mean', beta: 1 });
    this.reduction = reduction;
    this.beta = beta;
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return smoothL1Loss(input, target, { reduction: this.reduction, beta: this.beta });
  }
}

/** ½(x − t)² where |x − t| < delta, delta·(|x − t| − ½delta) beyond (`torch.nn.HuberLoss`). */
export class HuberLoss extends Module {
  readonly reduction: Reduction;
  readonly delta: number;

  constructor(options: HuberLossOptions = {}) {
    super();
    const { reduction, delta } = readOptions('HuberLoss', options, { reduction: 'mean', delta: 1 });
    this.reduction = reduction;
    this.delta = delta;
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return huberLoss(input, target, { reduction: this.reduction, delta: this.delta });
  }
}

/** The Kullback–Leibler divergence of targets from predictions (`torch.nn.KLDivLoss`). */
export class KLDivLoss extends Module {
  readonly reduction: Reduction | 'batchmean';
  readonly logTarget: boolean;

  /** @param options as of `F.klDiv`: the divergence by its definition is `{ reduction: 'batchmean' }` */
  constructor(options: KlDivOptions = {}) {
    super();
    const { reduction, logTarget } = readOptions('KLDivLoss', options, { reduction: 'mean', logTarget: false });
    this.reduction = reduction;
    this.logTarget = logTarget;
  }

  /** @param input logarithms of probabilities · @param target probabilities, or their logarithms with `logTarget` */
  override forward(input: Tensor, target: Tensor): Tensor {
    return klDiv(input, target, { reduction: this.reduction, logTarget: this.logTarget });
  }
}
