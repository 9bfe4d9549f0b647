import { ShapeError } from '../errors.js';
import { formatShape } from '../tensor/Shape.js';
import { checkTensor, type Tensor } from '../tensor/Tensor.js';

/** Refuses a layer's input of another number of dimensions, in PyTorch's words. */
export function checkDims(input: Tensor, dims: readonly number[]): void {
  if (dims.includes(checkTensor('forward', input).ndim)) return;
  const expected = dims.map((count) => `${count}D`).join(' or ');
  throw new ShapeError(`expected ${expected} input (got ${input.ndim}D input), found ${formatShape(input.shape)}`);
}
