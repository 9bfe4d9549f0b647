import type { Tensor } from '../../tensor/Tensor.js';
import { formatSettings } from '../formatPython.js';
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
    return input.flatten(this.startDim, this.endDim);
  }

  override extraRepr(): string {
    return formatSettings({ start_dim: this.startDim, end_dim: this.endDim });
  }
}
