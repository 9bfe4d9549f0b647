import { ShapeError } from '../errors.js';
import { formatShape } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import { type DrawOptions, defineInitializer, type Initializer } from './Initializer.js';
import { checkFinite } from './Law.js';

/** A matrix with orthonormal rows or columns, whichever are fewer, times `gain`. */
export function orthogonal(gain = 1): Initializer {
  return defineInitializer('orthogonal', { gain }, (shape) => {
    checkFinite('gain', gain);
    if (shape.length < 2) {
      throw new ShapeError(`Only tensors with 2 or more dimensions are supported, found ${formatShape(shape)}`);
    }
    return { kind: 'orthogonal', gain };
  });
}

/**
 * Fills `tensor`, seen as a matrix [out, in·∏kernel], with orthonormal rows or columns times `gain`
 * (`torch.nn.init.orthogonal_`; Saxe et al. 2013). The factor is unique, so it agrees with PyTorch's to rounding (5e-6).
 * @throws ShapeError for fewer than two dimensions
 */
export function orthogonal_<T extends Tensor>(tensor: T, gain = 1, options?: DrawOptions): T {
  return orthogonal(gain).fill(tensor, options);
}
