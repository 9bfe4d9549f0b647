import type { Tensor } from '../../tensor/Tensor.js';
import { type CrossEntropyOptions, crossEntropy } from '../functional/losses.js';
import { Module } from '../Module.js';

/**
 * Cross entropy between logits and class indices (`torch.nn.CrossEntropyLoss`).
 * @param options as of `F.crossEntropy`; a `weight` is a buffer of the module
 */
export class CrossEntropyLoss extends Module {
  readonly weight: Tensor | null;
  readonly ignoreIndex: number;
  readonly reduction: 'mean' | 'sum' | 'none';
  readonly labelSmoothing: number;

  constructor({ weight, ignoreIndex = -100, reduction = 'mean', labelSmoothing = 0 }: CrossEntropyOptions = {}) {
    super();
    this.weight = this.registerBuffer('weight', weight ?? null);
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
