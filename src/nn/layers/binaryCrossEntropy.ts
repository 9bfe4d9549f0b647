import { readArguments, refuseSurplus, type Signature } from '../../readArguments.js';
import type { Tensor } from '../../tensor/Tensor.js';
import {
  BINARY_CROSS_ENTROPY,
  type BinaryCrossEntropyOptions,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  LOGITS_LOSS,
  type LogitsLossOptions,
} from '../functional/binaryCrossEntropy.js';
import type { Reduction } from '../functional/reduction.js';
import { Module } from '../Module.js';

const PROBABILITIES: Signature<BinaryCrossEntropyOptions> = { ...BINARY_CROSS_ENTROPY, required: [] };

const LOGITS: Signature<LogitsLossOptions> = { ...LOGITS_LOSS, required: [] };

/**
 * The binary cross entropy between probabilities (`torch.nn.BCELoss`).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(new nn.BCELoss().forward(tensor([0.5, 0.8]), tensor([0, 1])).item().toFixed(4)); // 0.4581
 * ```
 */
export class BCELoss extends Module {
  /** A factor of each element's loss, or null: a buffer of the module */
  readonly weight: Tensor | null;
  readonly reduction: Reduction;

  /**
   * @param options `weight` (default: null), `reduction` (default: `'mean'`); see the function `binaryCrossEntropy`.
   *   `weight` becomes a buffer of the module.
   * @throws ArgumentError if an option is unknown.
   */
  constructor(options?: BinaryCrossEntropyOptions) {
    super();
    const { weight, reduction } = readArguments('nn.BCELoss', arguments, PROBABILITIES);
    this.weight = this.registerBuffer('weight', weight);
    this.reduction = reduction;
  }

  /**
   * @param input Probabilities, any shape, each in [0, 1].
   * @param target Probabilities in the shape of the input, each in [0, 1].
   * @returns `[]`, or the shape of the input with `reduction: 'none'`
   * @throws ArgumentError if an element is not in [0, 1].
   * @throws ShapeError if the shapes do not match.
   * @throws DTypeError if the dtypes differ.
   */
  override forward(input: Tensor, target: Tensor): Tensor {
    refuseSurplus('nn.BCELoss.forward', arguments, ['input', 'target']);
    return binaryCrossEntropy(input, target, { weight: this.weight, reduction: this.reduction });
  }
}

/**
 * The binary cross entropy between logits and probabilities (`torch.nn.BCEWithLogitsLoss`).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * const loss = new nn.BCEWithLogitsLoss({ posWeight: tensor([3]) });
 * console.log(loss.forward(tensor([0, 2]), tensor([0, 1])).item().toFixed(4)); // 0.5370
 * ```
 */
export class BCEWithLogitsLoss extends Module {
  static override readonly stateNames = { posWeight: 'pos_weight' };
  /** A factor of each element's loss, or null: a buffer of the module */
  readonly weight: Tensor | null;
  /** A factor of the loss of positive targets, or null: a buffer of the module */
  readonly posWeight: Tensor | null;
  readonly reduction: Reduction;

  /**
   * @param options `weight` (default: null), `posWeight` (default: null), `reduction` (default: `'mean'`); see the
   *   function `binaryCrossEntropyWithLogits`. `weight` and `posWeight` become buffers of the module.
   * @throws ArgumentError if an option is unknown.
   */
  constructor(options?: LogitsLossOptions) {
    super();
    const { weight, posWeight, reduction } = readArguments('nn.BCEWithLogitsLoss', arguments, LOGITS);
    this.weight = this.registerBuffer('weight', weight);
    this.posWeight = this.registerBuffer('pos_weight', posWeight);
    this.reduction = reduction;
  }

  /**
   * @param input Logits, any shape.
   * @param target Probabilities in the shape of the input.
   * @returns `[]`, or the shape of the input with `reduction: 'none'`
   * @throws ShapeError if the shapes do not match.
   * @throws DTypeError if the target's dtype is not floating.
   */
  override forward(input: Tensor, target: Tensor): Tensor {
    refuseSurplus('nn.BCEWithLogitsLoss.forward', arguments, ['input', 'target']);
    const { weight, posWeight, reduction } = this;
    return binaryCrossEntropyWithLogits(input, target, { weight, posWeight, reduction });
  }
}
