import { readOptions } from '../../readOptions.js';
import type { Tensor } from '../../tensor/Tensor.js';
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
