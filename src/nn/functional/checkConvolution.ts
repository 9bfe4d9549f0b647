import { ArgumentError, DTypeError, describeValue, ShapeError } from '../../errors.js';
import { isFloatDType } from '../../numerics/DType.js';
import { formatShape } from '../../tensor/Shape.js';
import type { Tensor } from '../../tensor/Tensor.js';

/**
 * Checks the weight and the groups of a convolution.
 * @throws ShapeError if the number of dimensions of the weight is wrong, or if the groups do not divide its outputs.
 * @throws ArgumentError if `groups` is not an integer ≥ 1.
 */
export function checkWeight(name: string, dims: number, weight: Tensor, groups: number): void {
  if (weight.ndim !== dims + 2) {
    throw new ShapeError(`${name} expects a weight of ${dims + 2} dimensions, found ${formatShape(weight.shape)}`);
  }
  if (!Number.isInteger(groups) || groups < 1) {
    throw new ArgumentError(`non-positive groups is not supported: ${describeValue(groups)}`);
  }
  if (weight.shape[0] % groups !== 0 || weight.shape[0] === 0) {
    throw new ShapeError(
      `Given groups=${groups}, expected weight to be at least ${groups} at dimension 0 and to be divisible by ${groups} at ` +
        `dimension 0, but got weight of size ${formatShape(weight.shape)} instead`,
    );
  }
}

/**
 * Checks the bias of a convolution.
 * @param given Start of the message.
 * @throws ShapeError if the bias does not have one element for each output channel.
 */
export function checkBias(given: string, bias: Tensor | null, outputs: number): void {
  if (bias && (bias.ndim !== 1 || bias.numel !== outputs)) {
    throw new ShapeError(
      `${given}, expected bias to be 1-dimensional with ${outputs} elements, but got bias of size ${formatShape(bias.shape)} instead`,
    );
  }
}

/**
 * Checks that the operands of a convolution have the same floating dtype.
 * @throws DTypeError in PyTorch's words.
 */
export function checkDtypes(name: string, input: Tensor, weight: Tensor, bias: Tensor | null): void {
  if (input.dtype !== weight.dtype) {
    throw new DTypeError(`Input type (${input.dtype}) and weight type (${weight.dtype}) should be the same`);
  }
  if (bias && bias.dtype !== input.dtype) {
    throw new DTypeError(`Input type (${input.dtype}) and bias type (${bias.dtype}) should be the same`);
  }
  if (!isFloatDType(input.dtype)) {
    throw new DTypeError(`"${name}" not implemented for '${input.dtype}': expected a floating dtype`);
  }
}
