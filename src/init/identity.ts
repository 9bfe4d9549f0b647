import { ArgumentError, ShapeError } from '../errors.js';
import { diracLaw, eyeLaw } from '../laws/structured.js';
import { formatShape, type Shape } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import { defineInitializer, type Initializer } from './Initializer.js';

/** The identity matrix. */
export function eye(): Initializer {
  return defineInitializer('eye', {}, (shape) => {
    checkMatrix(shape);
    return eyeLaw();
  });
}

/** A convolution that passes its input channels through. */
export function dirac(groups = 1): Initializer {
  return defineInitializer('dirac', { groups }, (shape) => {
    if (shape.length < 3 || shape.length > 5) {
      throw new ShapeError(`Only tensors with 3, 4, or 5 dimensions are supported, found ${formatShape(shape)}`);
    }
    if (!Number.isInteger(groups) || groups < 1) {
      throw new ArgumentError(`groups is a whole number of at least 1, found ${String(groups)}`);
    }
    if (shape[0] % groups !== 0) {
      throw new ShapeError(`dim 0 must be divisible by groups, found ${formatShape(shape)} and ${groups} groups`);
    }
    return diracLaw(groups);
  });
}

/**
 * Fills a matrix with ones on its diagonal and zeros elsewhere (`torch.nn.init.eye_`).
 * @throws ShapeError unless `tensor` has two dimensions
 */
export function eye_<T extends Tensor>(tensor: T): T {
  return eye().fill(tensor);
}

/**
 * Fills a convolution's weight, [out, in, …kernel], so that as many input channels as possible pass unchanged
 * (`torch.nn.init.dirac_`).
 * @param groups how many groups of output channels do so, each for itself
 * @throws ShapeError unless `tensor` has 3, 4 or 5 dimensions, the first divisible by `groups`
 */
export function dirac_<T extends Tensor>(tensor: T, groups = 1): T {
  return dirac(groups).fill(tensor);
}

/** Refuses a shape that is not a matrix's. */
export function checkMatrix(shape: Shape): void {
  if (shape.length !== 2) {
    throw new ShapeError(`Only tensors with 2 dimensions are supported, found ${formatShape(shape)}`);
  }
}
