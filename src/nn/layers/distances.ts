import { readOptions } from '../../readOptions.js';
import type { Tensor } from '../../tensor/Tensor.js';
import {
  type CosineSimilarityOptions,
  cosineSimilarity,
  type PairwiseDistanceOptions,
  pairwiseDistance,
} from '../functional/distances.js';
import { Module } from '../Module.js';

/** The cosine of the angle between vectors along a dimension (`torch.nn.CosineSimilarity`). */
export class CosineSimilarity extends Module {
  readonly dim: number;
  readonly eps: number;

  constructor(options: CosineSimilarityOptions = {}) {
    super();
    const { dim, eps } = readOptions('CosineSimilarity', options, { dim: 1, eps: 1e-8 });
    this.dim = dim;
    this.eps = eps;
  }

  /** @param x1 of a shape that broadcasts with that of `x2`; `dim` is left out of the output */
  override forward(x1: Tensor, x2: Tensor): Tensor {
    return cosineSimilarity(x1, x2, { dim: this.dim, eps: this.eps });
  }
}

/** The p-norm of differences along the last dimension (`torch.nn.PairwiseDistance`). */
export class PairwiseDistance extends Module {
  /** The norm's exponent, PyTorch's `p`. */
  readonly norm: number;
  readonly eps: number;
  readonly keepdim: boolean;

  constructor(options: PairwiseDistanceOptions = {}) {
    super();
    const { p, eps, keepdim } = readOptions('PairwiseDistance', options, { p: 2, eps: 1e-6, keepdim: false });
    this.norm = p;
    this.eps = eps;
    this.keepdim = keepdim;
  }

  /** @param x1 [N, D] or [D], of a shape that broadcasts with that of `x2` · @returns [N] or [] */
  override forward(x1: Tensor, x2: Tensor): Tensor {
    return pairwiseDistance(x1, x2, { p: this.norm, eps: this.eps, keepdim: this.keepdim });
  }
}
