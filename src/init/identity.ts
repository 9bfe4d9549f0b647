import { ShapeError } from '../errors.js';
import { diracLaw, eyeLaw } from '../laws/structured.js';
import { checkWhole } from '../numerics/checkNumber.js';
import { readArguments, refuseSurplus, type Signature } from '../readArguments.js';
import { formatShape, type Shape } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import { defineInitializer, type Initializer } from './Initializer.js';

/** Settings of {@link dirac}. */
export interface DiracSettings {
  /** Number of groups of output channels, each of which passes the input channels through. Default: 1. */
  groups?: number | undefined;
}

const DIRAC: Signature<DiracSettings> = { byPosition: ['groups'], defaults: { groups: 1 } };

/** An initialiser that makes a matrix [rows, columns] the identity: 1 on the diagonal, 0 elsewhere. */
export function eye(): Initializer {
  refuseSurplus('init.eye', arguments, []);
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
export function dirac(groups?: number | DiracSettings): Initializer {
  const read = readArguments('init.dirac', arguments, DIRAC);
  return defineInitializer('dirac', { groups: read.groups }, (shape) => {
    checkKernel(shape);
    checkWhole('groups', read.groups);
    if (shape[0] % read.groups !== 0) {
      throw new ShapeError(`dim 0 must be divisible by groups, found ${formatShape(shape)} and ${read.groups} groups`);
    }
    return diracLaw(read.groups);
  });
}

/**
 * Fills a matrix [rows, columns] with ones on its diagonal and zeros elsewhere, and returns it (`torch.nn.init.eye_`).
 * @returns `tensor`; `null` as it is, and then nothing is drawn
 * @throws ShapeError unless `tensor` has two dimensions
 * @example
 * ```ts
 * import { init, zeros } from 'initree';
 * console.log(init.eye_(zeros([2, 3])).tolist()); // [ [ 1, 0, 0 ], [ 0, 1, 0 ] ]
 * ```
 */
export function eye_<T extends Tensor | null>(tensor: T): T {
  refuseSurplus('init.eye_', arguments, ['tensor']);
  return tensor === null ? tensor : eye().fill(tensor);
}

/**
 * Fills a convolution's weight [out, in, …kernel] so that the first min(in, out / groups) input channels pass unchanged,
 * and returns it (`torch.nn.init.dirac_`).
 * @param groups number of groups of output channels, each of which passes the input channels through. Default: 1.
 * @returns `tensor`; `null` as it is, and then nothing is drawn
 * @throws ShapeError unless `tensor` has 3, 4 or 5 dimensions, the first divisible by `groups`
 * @throws ArgumentError if `groups` is not a whole number ≥ 1
 * @example
 * ```ts
 * import { init, zeros } from 'initree';
 * console.log(init.dirac_(zeros([2, 2, 3])).tolist()); // [ [ [ 0, 1, 0 ], [ 0, 0, 0 ] ], [ [ 0, 0, 0 ], [ 0, 1, 0 ] ] ]
 * ```
 */
export function dirac_<T extends Tensor | null>(tensor: T, groups?: number | DiracSettings): T {
  const read = readArguments('init.dirac_', arguments, { ...DIRAC, required: ['tensor'] });
  return tensor === null ? tensor : dirac(read).fill(tensor);
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
