import { readOptions } from '../../readOptions.js';
import type { Tensor } from '../../tensor/Tensor.js';
import {
  type CosineSimilarityOptions,
  cosineSimilarity,
  type PairwiseDistanceOptions,
  pairwiseDistance,
} from '../functional/distances.js';
import { Module } from '../Module.js';

/**
 * The cosine of the angle between vectors along a dimension (`torch.nn.CosineSimilarity`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.CosineSimilarity().forward(zeros([100, 128]), zeros([100, 128])).shape); // [ 100 ]
 * ```
 */
export class CosineSimilarity extends Module {
  readonly dim: number;
  readonly eps: number;

  /**
   * @param options `dim` (default: 1): the dimension of the vectors; `eps` (default: 1e-8): the smallest length that is
   *   divided by.
   * @throws ArgumentError if an option is unknown.
   */
  constructor(options: CosineSimilarityOptions = {}) {
    super();
    const { dim, eps } = readOptions('CosineSimilarity', options, { dim: 1, eps: 1e-8 });
    this.dim = dim;
    this.eps = eps;
  }

  /**
   * @param x1 Vectors along `dim`.
   * @param x2 Vectors along `dim`; the shapes of `x1` and `x2` broadcast together.
   * @returns The broadcast shape without `dim`.
   * @throws ShapeError if the shapes do not broadcast together.
   * @throws DTypeError if the dtypes are integers.
   */
  override forward(x1: Tensor, x2: Tensor): Tensor {
    return cosineSimilarity(x1, x2, { dim: this.dim, eps: this.eps });
  }
}

/**
 * The p-norm of the difference of vectors along the last dimension (`torch.nn.PairwiseDistance`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.PairwiseDistance({ p: 1 }).forward(zeros([100, 128]), zeros([100, 128])).shape); // [ 100 ]
 * ```
 */
export class PairwiseDistance extends Module {
  /** The exponent of the norm, which PyTorch calls `p`. */
  readonly norm: number;
  readonly eps: number;
  readonly keepdim: boolean;

  /**
   * @param options `p` (default: 2): the exponent, any number or ±Infinity; `eps` (default: 1e-6): number added to each
   *   difference; `keepdim` (default: false): whether the last dimension remains, with size 1.
   * @throws ArgumentError if an option is unknown.
   */
  constructor(options: PairwiseDistanceOptions = {}) {
    super();
    const { p, eps, keepdim } = readOptions('PairwiseDistance', options, { p: 2, eps: 1e-6, keepdim: false });
    this.norm = p;
    this.eps = eps;
    this.keepdim = keepdim;
  }

  /**
   * @param x1 `[N, D]` or `[D]`
   * @param x2 `[N, D]` or `[D]`; the shapes of `x1` and `x2` broadcast together.
   * @returns `[N]` or `[]`; with `keepdim` `[N, 1]` or `[1]`
   * @throws ShapeError if the shapes do not broadcast together.
   */
  override forward(x1: Tensor, x2: Tensor): Tensor {
    return pairwiseDistance(x1, x2, { p: this.norm, eps: this.eps, keepdim: this.keepdim });
  }
}
