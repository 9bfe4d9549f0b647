import { ArgumentError, ShapeError } from '../errors.js';
import { normalLaw } from '../laws/normal.js';
import { checkFinite } from '../numerics/checkNumber.js';
import type { DrawOptions } from '../random/DrawOptions.js';
import { readArguments } from '../readArguments.js';
import { formatShape, type Shape } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import { calculateFanInAndFanOut } from './fan.js';
import { GAIN, GAIN_IN_PLACE, type GainSettings } from './GainSettings.js';
import { defineInitializer, type Initializer } from './Initializer.js';
import { fillInPlace } from './inPlace.js';
import { symmetricUniform } from './symmetricUniform.js';

/**
 * An initialiser for weights [out, in, …kernel] that draws from U(−a, a), a = gain·√(6 / (fanIn + fanOut)). `law()` and
 * `fill()` report a wrong `gain`.
 * @param gain finite and ≥ 0. Default: 1.
 */
export function xavierUniform(gain?: number | GainSettings): Initializer {
  const read = readArguments('init.xavierUniform', arguments, GAIN);
  return defineInitializer('xavierUniform', { gain: read.gain }, (shape, dtype) => {
    const bound = Math.sqrt(3) * xavierStd('xavierUniform', shape, read.gain);
    if (bound < 0) {
      throw new ArgumentError(
        `gain: expected a number ≥ 0, found ${read.gain}: uniform_ expects to return a [from, to) range`,
      );
    }
    return symmetricUniform(bound, dtype, 'gain');
  });
}

/**
 * An initialiser for weights [out, in, …kernel] that draws from N(0, std²), std = gain·√(2 / (fanIn + fanOut)). `law()` and
 * `fill()` report a wrong `gain`.
 * @param gain finite. Default: 1.
 */
export function xavierNormal(gain?: number | GainSettings): Initializer {
  const read = readArguments('init.xavierNormal', arguments, GAIN);
  return defineInitializer('xavierNormal', { gain: read.gain }, (shape) =>
    normalLaw(0, xavierStd('xavierNormal', shape, read.gain)),
  );
}

/**
 * Fills `tensor` with draws from U(−a, a), a = gain·√(6 / (fanIn + fanOut)), and returns it
 * (`torch.nn.init.xavier_uniform_`; Glorot & Bengio 2010).
 * @param tensor [out, in, …kernel]
 * @param gain finite and ≥ 0. Default: 1.
 * @param options `gain`, and `generator` (default: the default generator)
 * @returns `tensor`; `null` as it is, and then nothing is drawn
 * @throws ShapeError for fewer than two dimensions, or if both fans are 0
 * @throws ArgumentError if `gain` is negative or not finite, or so large that the range is beyond the dtype
 * @throws DTypeError if the dtype is not a floating dtype
 * @example
 * ```ts
 * import { init, manualSeed, zeros } from 'initree';
 * manualSeed(0);
 * console.log(init.xavierUniform_(zeros([2, 4])).abs().max().item() <= 1); // true
 * ```
 */
export function xavierUniform_<T extends Tensor | null>(
  tensor: T,
  gain?: number | (GainSettings & DrawOptions),
  options?: GainSettings & DrawOptions,
): T {
  return fillInPlace('init.xavierUniform_', tensor, arguments, GAIN_IN_PLACE, xavierUniform);
}

/**
 * Fills `tensor` with draws from N(0, std²), std = gain·√(2 / (fanIn + fanOut)), and returns it
 * (`torch.nn.init.xavier_normal_`; Glorot & Bengio 2010).
 * @param tensor [out, in, …kernel]
 * @param gain finite. Default: 1.
 * @param options `gain`, and `generator` (default: the default generator)
 * @returns `tensor`; `null` as it is, and then nothing is drawn
 * @throws ShapeError for fewer than two dimensions, or if both fans are 0
 * @throws ArgumentError if `gain` is not finite
 * @throws DTypeError if the dtype is not a floating dtype
 * @example
 * ```ts
 * import { init, manualSeed, zeros } from 'initree';
 * manualSeed(0);
 * console.log(init.xavierNormal_(zeros([100, 300])).std().item().toFixed(3)); // 0.071
 * ```
 */
export function xavierNormal_<T extends Tensor | null>(
  tensor: T,
  gain?: number | (GainSettings & DrawOptions),
  options?: GainSettings & DrawOptions,
): T {
  return fillInPlace('init.xavierNormal_', tensor, arguments, GAIN_IN_PLACE, xavierNormal);
}

function xavierStd(kind: string, shape: Shape, gain: number): number {
  checkFinite('gain', gain);
  const [fanIn, fanOut] = calculateFanInAndFanOut({ shape });
  if (fanIn + fanOut === 0) {
    throw new ShapeError(`${kind} expects a fan-in or fan-out above 0, found the shape ${formatShape(shape)}`);
  }
  return gain * Math.sqrt(2 / (fanIn + fanOut));
}
