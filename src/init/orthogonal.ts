import { ShapeError } from '../errors.js';
import { deltaOrthogonalLaw, orthogonalLaw } from '../laws/orthogonal.js';
import type { DrawOptions } from '../random/DrawOptions.js';
import { readArguments } from '../readArguments.js';
import { formatShape } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import { GAIN, GAIN_IN_PLACE, type GainSettings } from './GainSettings.js';
import { defineInitializer, type Initializer } from './Initializer.js';
import { checkKernel } from './identity.js';
import { fillInPlace } from './inPlace.js';

/**
 * An initialiser for weights [out, in, …kernel] that, seen as a matrix [out, in·∏kernel], have orthonormal rows or columns,
 * whichever are fewer, times `gain`. `law()` and `fill()` report a wrong `gain`.
 * @param gain finite. Default: 1.
 */
export function orthogonal(gain?: number | GainSettings): Initializer {
  const read = readArguments('init.orthogonal', arguments, GAIN);
  return defineInitializer('orthogonal', { gain: read.gain }, (shape) => {
    if (shape.length < 2) {
      throw new ShapeError(`Only tensors with 2 or more dimensions are supported, found ${formatShape(shape)}`);
    }
    return orthogonalLaw(read.gain);
  });
}

/**
 * An initialiser for convolutions' weights [out, in, …kernel], with out ≥ in: the kernel's centre is a matrix with
 * orthonormal columns times `gain`, and the other elements are 0. `law()` and `fill()` report a wrong `gain`.
 * @param gain finite. Default: 1.
 */
export function deltaOrthogonal(gain?: number | GainSettings): Initializer {
  const read = readArguments('init.deltaOrthogonal', arguments, GAIN);
  return defineInitializer('deltaOrthogonal', { gain: read.gain }, (shape) => {
    checkKernel(shape);
    if (shape[1] > shape[0]) {
      throw new ShapeError(`deltaOrthogonal needs at least as many outputs as inputs, found ${formatShape(shape)}`);
    }
    return deltaOrthogonalLaw(read.gain);
  });
}

/**
 * Fills `tensor` [out, in, …kernel], seen as a matrix [out, in·∏kernel], with orthonormal rows or columns, whichever are
 * fewer, times `gain`, and returns it (`torch.nn.init.orthogonal_`; Saxe et al. 2013). The orthogonal factor is unique, so
 * that it agrees with PyTorch's to rounding (5e-6).
 * @param gain finite. Default: 1.
 * @param options `gain`, and `generator` (default: the default generator)
 * @returns `tensor`; `null` as it is, and then nothing is drawn
 * @throws ShapeError for fewer than two dimensions
 * @throws ArgumentError if `gain` is not finite
 * @throws DTypeError if the dtype is not a floating dtype
 * @example
 * ```ts
 * import { init, manualSeed, zeros } from 'initree';
 * manualSeed(0);
 * const q = init.orthogonal_(zeros([2, 5]));
 * console.log(q.matmul(q.transpose(0, 1)).sub(init.eye_(zeros([2, 2]))).abs().max().item() < 1e-6); // true
 * ```
 */
export function orthogonal_<T extends Tensor | null>(
  tensor: T,
  gain?: number | (GainSettings & DrawOptions),
  options?: GainSettings & DrawOptions,
): T {
  return fillInPlace('init.orthogonal_', tensor, arguments, GAIN_IN_PLACE, orthogonal);
}

/**
 * Fills a convolution's weight [out, in, …kernel], with out ≥ in, so that the convolution keeps the norm of its input, and
 * returns it (Xiao et al. 2018; `jax.nn.initializers.delta_orthogonal`). The kernel's centre is a matrix [out, in] with
 * orthonormal columns times `gain`, and the other elements are 0. One normal is drawn for each element of that matrix.
 * @param gain finite. Default: 1.
 * @param options `gain`, and `generator` (default: the default generator)
 * @returns `tensor`; `null` as it is, and then nothing is drawn
 * @throws ShapeError unless `tensor` has 3, 4 or 5 dimensions, the first at least as large as the second
 * @throws ArgumentError if `gain` is not finite
 * @throws DTypeError if the dtype is not a floating dtype
 * @example
 * ```ts
 * import { init, manualSeed, zeros } from 'initree';
 * manualSeed(0);
 * console.log(init.deltaOrthogonal_(zeros([1, 1, 3])).abs().tolist()); // [ [ [ 0, 1, 0 ] ] ]
 * ```
 */
export function deltaOrthogonal_<T extends Tensor | null>(
  tensor: T,
  gain?: number | (GainSettings & DrawOptions),
  options?: GainSettings & DrawOptions,
): T {
  return fillInPlace('init.deltaOrthogonal_', tensor, arguments, GAIN_IN_PLACE, deltaOrthogonal);
}
