import { ArgumentError, describeValue } from '../../errors.js';
import type { Shape } from '../../tensor/Shape.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { formatSettings } from '../formatPython.js';
import { flatten, unflatten } from '../functional/flatten.js';
import { Module } from '../Module.js';

/**
 * Makes one dimension of the dimensions `startDim` to `endDim` (`torch.nn.Flatten`).
 * @param startDim first dimension to be joined, 1 when absent
 * @param endDim last dimension to be joined, −1 (the last) when absent
 */
export class Flatten extends Module {
  readonly startDim: number;
  readonly endDim: number;

  constructor(startDim = 1, endDim = -1) {
    super();
    this.startDim = startDim;
    this.endDim = endDim;
  }

  override forward(input: Tensor): Tensor {
    return flatten(input, this.startDim, this.endDim);
  }

  override extraRepr(): string {
    return formatSettings({ start_dim: this.startDim, end_dim: this.endDim });
  }
}

/**
 * Makes several dimensions of one (`torch.nn.Unflatten`).
 * @param dim the dimension to be divided
 * @param sizes its new sizes, whose product is the old one; one may be −1, which stands for what is left
 */
export class Unflatten extends Module {
  readonly dim: number;
  readonly sizes: Shape;

  constructor(dim: number, sizes: Shape) {
    super();
    if (!Array.isArray(sizes) || !sizes.every(Number.isSafeInteger)) {
      throw new ArgumentError(`unflattened_size must be tuple of ints, but found ${describeValue(sizes)}`);
    }
    this.dim = dim;
    this.sizes = [...sizes];
  }

  override forward(input: Tensor): Tensor {
    return unflatten(input, this.dim, this.sizes);
  }

  override extraRepr(): string {
    return formatSettings({ dim: this.dim, unflattened_size: this.sizes });
  }
}
