import { ArgumentError, describeValue, ShapeError } from '../../errors.js';
import { readArguments, refuseSurplus, type Signature } from '../../readArguments.js';
import { formatShape } from '../../tensor/Shape.js';
import { checkTensor, type Tensor } from '../../tensor/Tensor.js';
import { formatSettings } from '../formatPython.js';
import { logSoftmax, softmax, softmin } from '../functional/softmax.js';
import { Module } from '../Module.js';

const ALONG: Signature<{ dim?: number | null | undefined }> = { byPosition: ['dim'], defaults: { dim: null } };

/** A function of the rows along one dimension. */
abstract class AlongDimension extends Module {
  readonly dim: number;

  /**
   * @param dim The dimension, which also `{ dim }` may give; a negative number counts from the end.
   * @throws ArgumentError if `dim` is missing or is not an integer. PyTorch's choice of a missing dimension is deprecated.
   */
  constructor(dim: number | { readonly dim: number }) {
    super();
    const name = `nn.${new.target.name}`;
    const { dim: given } = readArguments(name, arguments, ALONG);
    if (given === null || !Number.isInteger(given)) {
      const found = describeValue(given);
      throw new ArgumentError(`dim must be an int, found ${found}; write new ${name}(-1) for the last dimension`);
    }
    this.dim = given;
  }

  override extraRepr(): string {
    return formatSettings({ dim: this.dim });
  }
}

/**
 * eˣ divided by its sum along a dimension, for inputs of any shape (`torch.nn.Softmax`).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(String(new nn.Softmax(0).forward(tensor([1, 1, 2])))); // tensor([0.2119, 0.2119, 0.5761])
 * ```
 */
export class Softmax extends AlongDimension {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.Softmax.forward', arguments, ['input']);
    return softmax(input, this.dim);
  }
}

/**
 * The logarithm of the softmax along a dimension, for inputs of any shape (`torch.nn.LogSoftmax`).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(String(new nn.LogSoftmax(0).forward(tensor([1, 1, 2])))); // tensor([-1.5514, -1.5514, -0.5514])
 * ```
 */
export class LogSoftmax extends AlongDimension {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.LogSoftmax.forward', arguments, ['input']);
    return logSoftmax(input, this.dim);
  }
}

/**
 * The softmax of −x along a dimension, for inputs of any shape (`torch.nn.Softmin`).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(String(new nn.Softmin(0).forward(tensor([1, 1, 2])))); // tensor([0.4223, 0.4223, 0.1554])
 * ```
 */
export class Softmin extends AlongDimension {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.Softmin.forward', arguments, ['input']);
    return softmin(input, this.dim);
  }
}

/**
 * The softmax over the channels of every pixel of an image (`torch.nn.Softmax2d`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.Softmax2d().forward(zeros([2, 3, 12, 13])).shape); // [ 2, 3, 12, 13 ]
 * ```
 */
export class Softmax2d extends Module {
  /**
   * @param input `[N, C, H, W]` or `[C, H, W]`
   * @returns The shape of the input.
   * @throws ShapeError if the number of dimensions of the input is wrong.
   */
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.Softmax2d.forward', arguments, ['input']);
    const { ndim } = checkTensor('Softmax2d', input);
    if (ndim === 3 || ndim === 4) return softmax(input, -3);
    throw new ShapeError(`Softmax2d: expected input to be 3D or 4D, got ${ndim}D instead: ${formatShape(input.shape)}`);
  }
}
