import { nn, ones, type Tensor } from 'initree';
import * as F from 'initree/functional';

/**
 * Drops whole samples of a residual branch in training, with probability `p`, and divides the others by 1 − p
 * (`torchvision.ops.StochasticDepth` in its mode 'row'; Huang et al. 2016, https://arxiv.org/abs/1603.09382). Draws nothing
 * in construction and in evaluation.
 */
export class StochasticDepth extends nn.Module {
  readonly p: number;

  constructor(p: number) {
    super();
    this.p = p;
  }

  override forward(x: Tensor): Tensor {
    if (!this.training || this.p === 0) return x;
    const perSample = ones([x.shape[0], ...x.shape.slice(1).map(() => 1)], { dtype: x.dtype });
    return x.mul(F.dropout(perSample, this.p));
  }

  override extraRepr(): string {
    return `p=${this.p}, mode=row`;
  }
}
