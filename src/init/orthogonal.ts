import { ShapeError } from '../errors.js';
import { deltaOrthogonalLaw, orthogonalLaw } from '../laws/orthogonal.js';
import type { DrawOptions } from '../random/DrawOptions.js';
import { formatShape } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import { defineInitializer, type Initializer } from './Initializer.js';

/** A matrix with orthonormal rows or columns, whichever are fewer, times `gain`. */
export function orthogonal(gain = 1): Initializer {
  return defineInitializer('orthogonal', { gain }, (shape) => {
    if (shape.length < 2) {
      throw new ShapeError(`Only tensors with 2 or more dimensions are supported, found ${formatShape(shape)}`);
    }
    return orthogonalLaw(gain);
  });
}

/** A convolution of kernels that are 0 but for the centre, where stands a matrix with orthonormal columns, times `gain`. */
export function deltaOrthogonal(gain = 1): Initializer {
  return defineInitializer('deltaOrthogonal', { gain }, (shape) => {
    if (shape.length < 3 || shape.length > 5) {
      throw new ShapeError(`Only tensors with 3, 4, or 5 dimensions are supported, found ${formatShape(shape)}`);
    }
    if (shape[1] > shape[0]) {
      throw new ShapeError(`deltaOrthogonal needs at least as many outputs as inputs, found ${formatShape(shape)}`);
    }
    return deltaOrthogonalLaw(gain);
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

/**
 * Fills a convolution's weight, [out, in, …kernel] with out ≥ in, so that it keeps the norm of its input: 0 but for the
 * kernel's centre, where stands an [out, in] matrix with orthonormal columns times `gain` (Xiao et al. 2018;
 * `jax.nn.initializers.delta_orthogonal`). Draws one normal for each element of that matrix.
 * @throws ShapeError unless `tensor` has 3, 4 or 5 dimensions, the first at least as large as the second
 */
export function deltaOrthogonal_<T extends Tensor>(tensor: T, gain = 1, options?: DrawOptions): T {
  return deltaOrthogonal(gain).fill(tensor, options);
}
