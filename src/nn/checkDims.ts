import { ShapeError } from '../errors.js';
import { formatShape } from '../tensor/Shape.js';
import { checkTensor, type Tensor } from '../tensor/Tensor.js';

/** Throws ShapeError, in PyTorch's words, unless a layer's input has one of these numbers of dimensions. */
export function checkDims(input: Tensor, dims: readonly number[]): void {
  if (dims.includes(checkTensor('forward', input).ndim)) return;
  const expected = dims.map((count) => `${count}D`).join(' or ');
  throw new ShapeError(`expected ${expected} input (got ${input.ndim}D input), found ${formatShape(input.shape)}`);
}
