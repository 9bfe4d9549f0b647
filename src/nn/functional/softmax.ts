import { ArgumentError } from '../../errors.js';
import type { FloatDType } from '../../numerics/DType.js';
import { readArguments, type Signature } from '../../readArguments.js';
import { checkTensor, type Tensor } from '../../tensor/Tensor.js';

/** Options of {@link softmax}, {@link logSoftmax} and {@link softmin}. */
export interface SoftmaxOptions {
  /**
   * Floating dtype to which the input is converted before, which is the dtype of the result. Default: the dtype of the
   * input.
   */
  dtype?: FloatDType | undefined;
}

/** The dimension of {@link softmax}, {@link logSoftmax} and {@link softmin} by name, and their options. */
export interface SoftmaxDimension extends SoftmaxOptions {
  /** The dimension; a negative number counts from the end. */
  dim: number;
}

const SOFTMAX: Signature<{ dim: number | null } & SoftmaxOptions> = {
  required: ['input'],
  byPosition: ['dim'],
  defaults: { dim: null, dtype: undefined },
};

/**
 * The settings of a function along a dimension.
 * @throws ArgumentError if there is no dimension. PyTorch then chooses one, with a warning.
 */
function readSettings(name: string, input: Tensor, args: ArrayLike<unknown>): SoftmaxDimension {
  const { dim, dtype } = readArguments(`F.${name}`, args, SOFTMAX);
  const { ndim } = checkTensor(name, input);
  if (dim !== null) return { dim, dtype };
  const choice = ndim === 0 || ndim === 1 || ndim === 3 ? 0 : 1;
  throw new ArgumentError(
    `F.${name}() needs dim; write F.${name}(input, ${choice}), which is the dimension that PyTorch chooses without dim`,
  );
}

/**
 * eˣ divided by its sum along a dimension (`torch.nn.functional.softmax`).
 * @param input Any shape.
 * @param dim The dimension, or the options with it; a negative number counts from the end.
 * @param options `dtype`: the floating dtype to which the input is converted before. Default: the dtype of the input.
 * @returns The shape of the input.
 * @throws ArgumentError if there is no `dim`.
 * @throws ShapeError if there is no such dimension.
 * @throws DTypeError if the dtype is not floating.
 * @example
 * ```ts
 * import { tensor } from 'initree';
 * import * as F from 'initree/functional';
 * console.log(String(F.softmax(tensor([1, 1, 2]), 0))); // tensor([0.2119, 0.2119, 0.5761])
 * ```
 */
export function softmax(input: Tensor, dim: number | SoftmaxDimension, options?: SoftmaxOptions): Tensor {
  const { dim: d, dtype } = readSettings('softmax', input, arguments);
  return input.softmax(d, { dtype });
}

/**
 * The logarithm of {@link softmax}, without underflow or overflow (`torch.nn.functional.log_softmax`).
 * @param input Any shape.
 * @param dim The dimension, or the options with it; a negative number counts from the end.
 * @param options `dtype`: the floating dtype to which the input is converted before. Default: the dtype of the input.
 * @returns The shape of the input.
 * @throws ArgumentError if there is no `dim`.
 * @throws ShapeError if there is no such dimension.
 * @throws DTypeError if the dtype is not floating.
 */
export function logSoftmax(input: Tensor, dim: number | SoftmaxDimension, options?: SoftmaxOptions): Tensor {
  const { dim: d, dtype } = readSettings('logSoftmax', input, arguments);
  return input.logSoftmax(d, { dtype });
}

/**
 * The {@link softmax} of −x (`torch.nn.functional.softmin`).
 * @param input Any shape.
 * @param dim The dimension, or the options with it; a negative number counts from the end.
 * @param options `dtype`: the floating dtype to which the input is converted before. Default: the dtype of the input.
 * @returns The shape of the input.
 * @throws ArgumentError if there is no `dim`.
 * @throws ShapeError if there is no such dimension.
 * @throws DTypeError if the dtype is not floating.
 */
export function softmin(input: Tensor, dim: number | SoftmaxDimension, options?: SoftmaxOptions): Tensor {
  const settings = readSettings('softmin', input, arguments);
  return softmax(input.neg(), settings);
}
