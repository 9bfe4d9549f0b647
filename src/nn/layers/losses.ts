import { readOptions } from '../../readOptions.js';
import type { Tensor } from '../../tensor/Tensor.js';
import {
  type BinaryCrossEntropyOptions,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  type LogitsLossOptions,
} from '../functional/binaryCrossEntropy.js';
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
import { type CrossEntropyOptions, crossEntropy, type NllLossOptions, nllLoss } from '../functional/losses.js';
import type { Reduction } from '../functional/reduction.js';
import { Module } from '../Module.js';

/**
 * Cross entropy between logits and class indices (`torch.nn.CrossEntropyLoss`).
 * @param options as of `F.crossEntropy`; a `weight` is a buffer of the module
 */
export class CrossEntropyLoss extends Module {
  readonly weight: Tensor | null;
  readonly ignoreIndex: number;
  readonly reduction: Reduction;
  readonly labelSmoothing: number;

  constructor(options: CrossEntropyOptions = {}) {
    super();
    const { weight, ignoreIndex, reduction, labelSmoothing } = readOptions('CrossEntropyLoss', options, {
      weight: null,
      ignoreIndex: -100,
      reduction: 'mean',
      labelSmoothing: 0,
    });
    this.weight = this.registerBuffer('weight', weight);
    this.ignoreIndex = ignoreIndex;
    this.reduction = reduction;
    this.labelSmoothing = labelSmoothing;
  }

  /** @param input logits, [N, C, …] or [C] · @param target class indices, [N, …] or a single one, or probabilities */
  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, ignoreIndex, reduction, labelSmoothing } = this;
    return crossEntropy(input, target, { weight, ignoreIndex, reduction, labelSmoothing });
  }
}

/**
 * The negative logarithm of a class's probability (`torch.nn.NLLLoss`).
 * @param options as of `F.nllLoss`; a `weight` is a buffer of the module
 */
export class NLLLoss extends Module {
  readonly weight: Tensor | null;
  readonly ignoreIndex: number;
  readonly reduction: Reduction;

  constructor(options: NllLossOptions = {}) {
    super();
    const { weight, ignoreIndex, reduction } = readOptions('NLLLoss', options, {
      weight: null,
      ignoreIndex: -100,
      reduction: 'mean',
    });
    this.weight = this.registerBuffer('weight', weight);
    this.ignoreIndex = ignoreIndex;
    this.reduction = reduction;
  }

  /** @param input logarithms of probabilities, [N, C, …] or [C] · @param target class indices, [N, …] or a single one */
  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, ignoreIndex, reduction } = this;
    return nllLoss(input, target, { weight, ignoreIndex, reduction });
  }
}

/** (x − t)² of elements and their targets (`torch.nn.MSELoss`). */
export class MSELoss extends Module {
  readonly reduction: Reduction;

  constructor(options: LossOptions = {}) {
    super();
    const { reduction } = readOptions('MSELoss', options, { reduction: 'mean' });
    this.reduction = reduction;
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return mseLoss(input, target, { reduction: this.reduction });
  }
}

/** |x − t| of elements and their targets (`torch.nn.L1Loss`). */
export class L1Loss extends Module {
  readonly reduction: Reduction;

  constructor(options: LossOptions = {}) {
    super();
    const { reduction } = readOptions('L1Loss', options, { reduction: 'mean' });
    this.reduction = reduction;
  }

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

/**
 * Binary cross entropy between probabilities (`torch.nn.BCELoss`).
 * @param options as of `F.binaryCrossEntropy`; a `weight` is a buffer of the module
 */
export class BCELoss extends Module {
  readonly weight: Tensor | null;
  readonly reduction: Reduction;

  constructor(options: BinaryCrossEntropyOptions = {}) {
    super();
    const { weight, reduction } = readOptions('BCELoss', options, { weight: null, reduction: 'mean' });
    this.weight = this.registerBuffer('weight', weight);
    this.reduction = reduction;
  }

  /** @param input probabilities · @param target probabilities, of the same shape */
  override forward(input: Tensor, target: Tensor): Tensor {
    return binaryCrossEntropy(input, target, { weight: this.weight, reduction: this.reduction });
  }
}

/**
 * Binary cross entropy between logits and probabilities (`torch.nn.BCEWithLogitsLoss`).
 * @param options as of `F.binaryCrossEntropyWithLogits`; `weight` and `posWeight` are buffers of the module
 */
export class BCEWithLogitsLoss extends Module {
  static override readonly stateNames = { posWeight: 'pos_weight' };
  readonly weight: Tensor | null;
  readonly posWeight: Tensor | null;
  readonly reduction: Reduction;

  constructor(options: LogitsLossOptions = {}) {
    super();
    const { weight, posWeight, reduction } = readOptions('BCEWithLogitsLoss', options, {
      weight: null,
      posWeight: null,
      reduction: 'mean',
    });
    this.weight = this.registerBuffer('weight', weight);
    this.posWeight = this.registerBuffer('pos_weight', posWeight);
    this.reduction = reduction;
  }

  /** @param input logits · @param target probabilities, of the same shape */
  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, posWeight, reduction } = this;
    return binaryCrossEntropyWithLogits(input, target, { weight, posWeight, reduction });
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
