import { nn, type Tensor } from 'initree';

/** Puts the dimensions in another order (`torchvision.ops.Permute`). */
export class Permute extends nn.Module {
  readonly dims: readonly number[];

  constructor(dims: readonly number[]) {
    super();
    this.dims = dims;
  }

  override forward(x: Tensor): Tensor {
    return x.permute(this.dims);
  }
}
