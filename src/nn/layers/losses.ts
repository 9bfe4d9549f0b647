import { readArguments, refuseSurplus, type Signature } from '../../readArguments.js';
import type { Tensor } from '../../tensor/Tensor.js';
import {
  CROSS_ENTROPY,
  type CrossEntropyOptions,
  crossEntropy,
  NLL_LOSS,
  type NllLossOptions,
  nllLoss,
} from '../functional/losses.js';
import type { Reduction } from '../functional/reduction.js';
import { Module } from '../Module.js';

const NLL: Signature<NllLossOptions> = { ...NLL_LOSS, required: [] };

const ENTROPY: Signature<CrossEntropyOptions> = { ...CROSS_ENTROPY, required: [] };

/**
 * The cross entropy between logits and class indices or class probabilities (`torch.nn.CrossEntropyLoss`).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * const loss = new nn.CrossEntropyLoss();
 * console.log(loss.forward(tensor([[2, 0], [0, 1]]), tensor([0, 1], { dtype: 'int64' })).item().toFixed(4)); // 0.2201
 * ```
 */
export class CrossEntropyLoss extends Module {
  /** `[C]`, or null: a buffer of the module */
  readonly weight: Tensor | null;
  readonly ignoreIndex: number;
  readonly reduction: Reduction;
  readonly labelSmoothing: number;

  /**
   * @param options `weight` (default: null), `ignoreIndex` (default: −100), `reduction` (default: `'mean'`),
   *   `labelSmoothing` (in [0, 1], default: 0); see the function `crossEntropy`. `weight` becomes a buffer of the
   *   module.
   * @throws ArgumentError if an option is unknown.
   */
  constructor(options?: CrossEntropyOptions) {
    super();
    const { weight, ignoreIndex, reduction, labelSmoothing } = readArguments('nn.CrossEntropyLoss', arguments, ENTROPY);
    this.weight = this.registerBuffer('weight', weight);
    this.ignoreIndex = ignoreIndex;
    this.reduction = reduction;
    this.labelSmoothing = labelSmoothing;
  }

  /**
   * @param input Logits, `[N, C, …]` or `[C]`
   * @param target Class indices (int64, int32 or uint8), `[N, …]` or `[]`, or probabilities in the shape of the input
   * @returns `[]`, or `[N, …]` with `reduction: 'none'`
   * @throws ShapeError if the shapes do not match.
   * @throws ArgumentError if a class index or an option is out of its range.
   * @throws DTypeError if the dtypes do not match.
   */
  override forward(input: Tensor, target: Tensor): Tensor {
    refuseSurplus('nn.CrossEntropyLoss.forward', arguments, ['input', 'target']);
    const { weight, ignoreIndex, reduction, labelSmoothing } = this;
    return crossEntropy(input, target, { weight, ignoreIndex, reduction, labelSmoothing });
  }
}

/**
 * The negative log-likelihood of class indices (`torch.nn.NLLLoss`).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * const loss = new nn.NLLLoss();
 * console.log(loss.forward(tensor([[-1, -2], [-3, -4]]), tensor([0, 1], { dtype: 'int64' })).item()); // 2.5
 * ```
 */
export class NLLLoss extends Module {
  /** `[C]`, or null: a buffer of the module */
  readonly weight: Tensor | null;
  readonly ignoreIndex: number;
  readonly reduction: Reduction;

  /**
   * @param options `weight` (default: null), `ignoreIndex` (default: −100), `reduction` (default: `'mean'`); see the
   *   function `nllLoss`. `weight` becomes a buffer of the module.
   * @throws ArgumentError if an option is unknown.
   */
  constructor(options?: NllLossOptions) {
    super();
    const { weight, ignoreIndex, reduction } = readArguments('nn.NLLLoss', arguments, NLL);
    this.weight = this.registerBuffer('weight', weight);
    this.ignoreIndex = ignoreIndex;
    this.reduction = reduction;
  }

  /**
   * @param input Logarithms of probabilities, `[N, C, …]` or `[C]`
   * @param target Class indices (int64, int32 or uint8), `[N, …]` or `[]`
   * @returns `[]`, or `[N, …]` with `reduction: 'none'`
   * @throws ShapeError if the shapes do not match.
   * @throws ArgumentError if a class index is out of range.
   * @throws DTypeError if the dtypes do not match.
   */
  override forward(input: Tensor, target: Tensor): Tensor {
    refuseSurplus('nn.NLLLoss.forward', arguments, ['input', 'target']);
    const { weight, ignoreIndex, reduction } = this;
    return nllLoss(input, target, { weight, ignoreIndex, reduction });
  }
}
