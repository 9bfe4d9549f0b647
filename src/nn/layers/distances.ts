import { readArguments, refuseSurplus, type Signature } from '../../readArguments.js';
import type { Tensor } from '../../tensor/Tensor.js';
import {
  type CosineSimilarityOptions,
  cosineSimilarity,
  type PairwiseDistanceOptions,
  pairwiseDistance,
} from '../functional/distances.js';
import { Module } from '../Module.js';

const COSINE_SIMILARITY: Signature<CosineSimilarityOptions> = { byPosition: ['dim'], defaults: { dim: 1, eps: 1e-8 } };

const PAIRWISE_DISTANCE: Signature<PairwiseDistanceOptions> = {
  byPosition: ['p'],
  defaults: { p: 2, eps: 1e-6, keepdim: false },
};

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
   * @param dim The dimension of the vectors; a negative number counts from the end. Default: 1.
   * @param options `dim`, `eps` (default: 1e-8): the smallest length that is divided by.
   * @throws ArgumentError if an option is unknown.
   */
  constructor(dim?: number | CosineSimilarityOptions, options?: CosineSimilarityOptions) {
    super();
    const settings = readArguments('nn.CosineSimilarity', arguments, COSINE_SIMILARITY);
    this.dim = settings.dim;
    this.eps = settings.eps;
  }

  /**
   * @param x1 Vectors along `dim`.
   * @param x2 Vectors along `dim`; the shapes of `x1` and `x2` broadcast together.
   * @returns The broadcast shape without `dim`.
   * @throws ShapeError if the shapes do not broadcast together.
   * @throws DTypeError if the dtypes are integers.
   */
  override forward(x1: Tensor, x2: Tensor): Tensor {
    refuseSurplus('nn.CosineSimilarity.forward', arguments, ['x1', 'x2']);
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
   * @param p The exponent, any number or ±Infinity. Default: 2.
   * @param options `p`, `eps` (default: 1e-6): number added to each difference; `keepdim` (default: false): whether the
   *   last dimension remains, with size 1.
   * @throws ArgumentError if an option is unknown.
   */
  constructor(p?: number | PairwiseDistanceOptions, options?: PairwiseDistanceOptions) {
    super();
    const settings = readArguments('nn.PairwiseDistance', arguments, PAIRWISE_DISTANCE);
    this.norm = settings.p;
    this.eps = settings.eps;
    this.keepdim = settings.keepdim;
  }

  /**
   * @param x1 `[N, D]` or `[D]`
   * @param x2 `[N, D]` or `[D]`; the shapes of `x1` and `x2` broadcast together.
   * @returns `[N]` or `[]`; with `keepdim` `[N, 1]` or `[1]`
   * @throws ShapeError if the shapes do not broadcast together.
   */
  override forward(x1: Tensor, x2: Tensor): Tensor {
    refuseSurplus('nn.PairwiseDistance.forward', arguments, ['x1', 'x2']);
    return pairwiseDistance(x1, x2, { p: this.norm, eps: this.eps, keepdim: this.keepdim });
  }
}
