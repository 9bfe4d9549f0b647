import { ArgumentError } from '../errors.js';
import { concatenate } from './layout.js';
import { record, type Tensor } from './Tensor.js';

/** Tensors joined along an existing dimension (`torch.cat`): equal but for its size. */
export function cat(tensors: readonly Tensor[], dim = 0): Tensor {
  const { value, pullback } = concatenate(tensors, dim);
  return record('CatBackward0', tensors, value, pullback);
}

/** Tensors of one shape joined along a new dimension (`torch.stack`). */
export function stack(tensors: readonly Tensor[], dim = 0): Tensor {
  if (tensors.length === 0) throw new ArgumentError('stack expects a non-empty TensorList');
  return cat(
    tensors.map((tensor) => tensor.unsqueeze(dim)),
    dim,
  );
}
