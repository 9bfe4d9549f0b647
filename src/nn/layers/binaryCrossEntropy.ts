import { readOptions } from '../../readOptions.js';
import type { Tensor } from '../../tensor/Tensor.js';
import {
  type BinaryCrossEntropyOptions,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  type LogitsLossOptions,
} from '../functional/binaryCrossEntropy.js';
import type { Reduction } from '../functional/reduction.js';
import { Module } from '../Module.js';

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
