import { ArgumentError, describeValue, ShapeError } from '../../errors.js';
import { formatShape } from '../../tensor/Shape.js';
import { checkTensor, type Tensor } from '../../tensor/Tensor.js';
import { formatSettings } from '../formatPython.js';
import { logSoftmax, softmax, softmin } from '../functional/softmax.js';
import { Module } from '../Module.js';

/** A function of the rows along one dimension. */
abstract class AlongDimension extends Module {
  readonly dim: number;

  /** @param dim the dimension; negative ones count from the end */
  constructor(dim: number) {
    super();
    if (!Number.isInteger(dim)) throw new ArgumentError(`dim must be an int, found ${describeValue(dim)}`);
    this.dim = dim;
  }

  override extraRepr(): string {
    return formatSettings({ dim: this.dim });
  }
}

/** eˣ divided by its sum along a dimension (`torch.nn.Softmax`). */
export class Softmax extends AlongDimension {
  override forward(input: Tensor): Tensor {
    return softmax(input, this.dim);
  }
}

/** The logarithm of the softmax along a dimension (`torch.nn.LogSoftmax`). */
export class LogSoftmax extends AlongDimension {
  override forward(input: Tensor): Tensor {
    return logSoftmax(input, this.dim);
  }
}

/** The softmax of −x along a dimension (`torch.nn.Softmin`). */
export class Softmin extends AlongDimension {
  override forward(input: Tensor): Tensor {
    return softmin(input, this.dim);
  }
}

/** The softmax over the channels of each place of an image (`torch.nn.Softmax2d`). */
export class Softmax2d extends Module {
  /** @param input [N, C, H, W] or [C, H, W] */
  override forward(input: Tensor): Tensor {
    const { ndim } = checkTensor('Softmax2d', input);
    if (ndim === 3 || ndim === 4) return softmax(input, -3);
    throw new ShapeError(`Softmax2d: expected input to be 3D or 4D, got ${ndim}D instead: ${formatShape(input.shape)}`);
  }
}
