import { ShapeError } from '../errors.js';
import { diracLaw, eyeLaw } from '../laws/structured.js';
import { checkWhole } from '../numerics/checkNumber.js';
import { formatShape, type Shape } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import { defineInitializer, type Initializer } from './Initializer.js';

/** An initialiser that makes a matrix [rows, columns] the identity: 1 on the diagonal, 0 elsewhere. */
export function eye(): Initializer {
  return defineInitializer('eye', {}, (shape) => {
    checkMatrix(shape);
    return eyeLaw();
  });
}

/**
 * An initialiser for convolutions' weights [out, in, …kernel], with one to three kernel dimensions, that pass their input
 * channels through. `law()` and `fill()` report a wrong `groups`.
 * @param groups number of groups of output channels, each of which passes the input channels through; it divides `out`;
 *   Default: 1.
 */
export function dirac(groups = 1): Initializer {
  return defineInitializer('dirac', { groups }, (shape) => {
    checkKernel(shape);
    checkWhole('groups', groups);
    if (shape[0] % groups !== 0) {
      throw new ShapeError(`dim 0 must be divisible by groups, found ${formatShape(shape)} and ${groups} groups`);
    }
    return diracLaw(groups);
  });
}

/**
 * Fills a matrix [rows, columns] with ones on its diagonal and zeros elsewhere, and returns it (`torch.nn.init.eye_`).
 * @throws ShapeError unless `tensor` has two dimensions
 * @example
 * ```ts
 * import { init, zeros } from 'initree';
 * console.log(init.eye_(zeros([2, 3])).tolist()); // [ [ 1, 0, 0 ], [ 0, 1, 0 ] ]
 * ```
 */
export function eye_<T extends Tensor>(tensor: T): T {
  return eye().fill(tensor);
}

/**
 * Fills a convolution's weight [out, in, …kernel] so that the first min(in, out / groups) input channels pass unchanged,
 * and returns it (`torch.nn.init.dirac_`).
 * @param groups number of groups of output channels, each of which passes the input channels through. Default: 1.
 * @throws ShapeError unless `tensor` has 3, 4 or 5 dimensions, the first divisible by `groups`
 * @throws ArgumentError if `groups` is not a whole number ≥ 1
 * @example
 * ```ts
 * import { init, zeros } from 'initree';
 * console.log(init.dirac_(zeros([2, 2, 3])).tolist()); // [ [ [ 0, 1, 0 ], [ 0, 0, 0 ] ], [ [ 0, 0, 0 ], [ 0, 1, 0 ] ] ]
 * ```
 */
export function dirac_<T extends Tensor>(tensor: T, groups = 1): T {
  return dirac(groups).fill(tensor);
}

/** Refuses a shape that is not that of a matrix. */
export function checkMatrix(shape: Shape): void {
  if (shape.length !== 2) {
    throw new ShapeError(`Only tensors with 2 dimensions are supported, found ${formatShape(shape)}`);
  }
}

/** Refuses a shape that is not that of a convolution's weight. */
export function checkKernel(shape: Shape): void {
  if (shape.length < 3 || shape.length > 5) {
    throw new ShapeError(`Only tensors with 3, 4, or 5 dimensions are supported, found ${formatShape(shape)}`);
  }
}
