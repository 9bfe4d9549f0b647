import { ArgumentError, describeValue, ShapeError } from '../errors.js';
import type { DType } from '../numerics/DType.js';
import { concatenate } from './alongDimension.js';
import { promoteDtypes } from './promote.js';
import { equalShapes, formatShape, resolveDim } from './Shape.js';
import { record, Tensor } from './Tensor.js';

/**
 * Tensors joined along an existing dimension (`torch.cat`): equal but for its size; of the dtype that stands for all of
 * theirs. Tensors of shape [0] are left out.
 */
export function cat(tensors: readonly Tensor[], dim = 0): Tensor {
  const parts = checkTensors('cat', tensors).filter(({ shape }) => shape.length !== 1 || shape[0] !== 0);
  return join('CatBackward0', parts.length === 0 ? tensors : parts, dim);
}

/** Tensors of one shape joined along a new dimension (`torch.stack`). */
export function stack(tensors: readonly Tensor[], dim = 0): Tensor {
  const [first] = checkTensors('stack', tensors);
  if (first === undefined) throw new ArgumentError('stack expects a non-empty TensorList');
  tensors.forEach(({ shape }, i) => {
    if (equalShapes(shape, first.shape)) return;
    throw new ShapeError(
      `stack expects each tensor to be equal size, but got ${formatShape(first.shape)} at entry 0 and ${formatShape(shape)} at entry ${i}`,
    );
  });
  const at = resolveDim(dim, first.ndim + 1);
  return join(
    'StackBackward0',
    tensors.map((tensor) => tensor.unsqueeze(at)),
    at,
  );
}

function checkTensors(operation: string, tensors: readonly Tensor[]): readonly Tensor[] {
  if (!Array.isArray(tensors)) {
    throw new ArgumentError(`${operation}() takes an array of Tensors, found ${describeValue(tensors)}`);
  }
  tensors.forEach((part, i) => {
    if (part instanceof Tensor) return;
    throw new ArgumentError(`expected Tensor as element ${i} in argument 0, but got ${describeValue(part)}`);
  });
  return tensors;
}

function join(name: string, tensors: readonly Tensor[], dim: number): Tensor {
  const [first] = tensors;
  if (first === undefined) throw new ArgumentError('cat(): expected a non-empty list of Tensors');
  const dtype = tensors.reduce<DType>((common, tensor) => promoteDtypes(common, tensor.dtype), first.dtype);
  const parts = tensors.map((tensor) => tensor.to(dtype));
  const { value, pullback } = concatenate(parts, dim);
  return record(name, parts, value, pullback);
}
