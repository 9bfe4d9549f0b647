import { readOptions } from '../../readOptions.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { formatPythonFloat, formatSettings } from '../formatPython.js';
import { alphaDropout, checkProbability, dropout, dropout1d, dropout2d, dropout3d } from '../functional/dropout.js';
import { Module } from '../Module.js';

/** Options of the dropout layers. */
export interface DropoutOptions {
  /** Printed as PyTorch prints it; the input is never overwritten here. False when absent. */
  inplace?: boolean | undefined;
}

/** A layer that draws from the default generator in training and returns its input otherwise. */
abstract class DropoutLayer extends Module {
  readonly p: number;
  readonly inplace: boolean;

  /**
   * @param p share of the elements or channels that are dropped, from 0 to 1
   * @throws ArgumentError for another p
   */
  constructor(p = 0.5, options: DropoutOptions = {}) {
    super();
    this.p = checkProbability(p);
    this.inplace = readOptions(new.target.name, options, { inplace: false }).inplace;
  }

  abstract override forward(input: Tensor): Tensor;

  override extraRepr(): string {
    return formatSettings({ p: formatPythonFloat(this.p), inplace: this.inplace });
  }
}

/**
 * Sets elements to 0 with probability p in training and divides the others by 1 − p (`torch.nn.Dropout`). The masks follow
 * this library's generator: PyTorch's come from another stream, with the same scale and expectation.
 */
export class Dropout extends DropoutLayer {
  override forward(input: Tensor): Tensor {
    return dropout(input, this.p, { training: this.training });
  }
}

/** {@link Dropout} of whole channels of [N, C, L] or [C, L] (`torch.nn.Dropout1d`). */
export class Dropout1d extends DropoutLayer {
  override forward(input: Tensor): Tensor {
    return dropout1d(input, this.p, { training: this.training });
  }
}

/** {@link Dropout} of whole channels of [N, C, H, W] (`torch.nn.Dropout2d`). */
export class Dropout2d extends DropoutLayer {
  override forward(input: Tensor): Tensor {
    return dropout2d(input, this.p, { training: this.training });
  }
}

/** {@link Dropout} of whole channels of [N, C, D, H, W] or [C, D, H, W] (`torch.nn.Dropout3d`). */
export class Dropout3d extends DropoutLayer {
  override forward(input: Tensor): Tensor {
    return dropout3d(input, this.p, { training: this.training });
  }
}

/** Dropout for networks of SELUs, which keeps mean 0 and variance 1 (`torch.nn.AlphaDropout`). */
export class AlphaDropout extends DropoutLayer {
  override forward(input: Tensor): Tensor {
    return alphaDropout(input, this.p, { training: this.training });
  }
}
