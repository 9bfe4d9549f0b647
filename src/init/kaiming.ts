import type { Law } from '../laws/Law.js';
import { normalLaw } from '../laws/normal.js';
import { untouchedLaw } from '../laws/untouched.js';
import { checkFinite, checkNumber } from '../numerics/checkNumber.js';
import type { DType } from '../numerics/DType.js';
import type { DrawOptions } from '../random/DrawOptions.js';
import { readArguments, type Signature } from '../readArguments.js';
import { numelOf, type Shape } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import { type FanMode, fanOf } from './fan.js';
import { calculateGain, type Nonlinearity } from './gain.js';
import { defineInitializer, type Initializer } from './Initializer.js';
import { fillInPlace, inPlaceOf } from './inPlace.js';
import { symmetricUniform } from './symmetricUniform.js';

/** Settings of {@link kaimingUniform} and {@link kaimingNormal}. */
export interface KaimingSettings {
  /** The negative slope of the rectifier that follows; only `'leaky_relu'` uses it. Default: 0. */
  a?: number | undefined;
  /** `'fan_in'` keeps the scale of activations, `'fan_out'` that of gradients. Default: `'fan_in'`. */
  mode?: FanMode | undefined;
  /** The nonlinearity that follows the layer. Default: `'leaky_relu'`. */
  nonlinearity?: Nonlinearity | undefined;
}

const KAIMING: Signature<KaimingSettings> = { defaults: { a: 0, mode: 'fan_in', nonlinearity: 'leaky_relu' } };
const IN_PLACE = inPlaceOf(KAIMING);

/**
 * An initialiser for weights [out, in, …kernel] that draws from U(−bound, bound), bound = gain·√(3 / fan).
 * @param settings `a` (default: 0), `mode` (default: `'fan_in'`) and `nonlinearity` (default: `'leaky_relu'`)
 * @throws ArgumentError for an unknown option. `law()` and `fill()` report a wrong value of an option.
 */
export function kaimingUniform(settings?: KaimingSettings): Initializer {
  return kaiming('kaimingUniform', arguments, (std, dtype) => symmetricUniform(Math.sqrt(3) * std, dtype, 'gain'));
}

/**
 * An initialiser for weights [out, in, …kernel] that draws from N(0, std²), std = gain / √fan.
 * @param settings `a` (default: 0), `mode` (default: `'fan_in'`) and `nonlinearity` (default: `'leaky_relu'`)
 * @throws ArgumentError for an unknown option. `law()` and `fill()` report a wrong value of an option.
 */
export function kaimingNormal(settings?: KaimingSettings): Initializer {
  return kaiming('kaimingNormal', arguments, (std) => normalLaw(0, std));
}

/**
 * Fills `tensor` with draws from U(−bound, bound), bound = gain·√(3 / fan), and returns it
 * (`torch.nn.init.kaiming_uniform_`; He et al. 2015). For a tensor without elements it only prints a warning.
 * @param tensor [out, in, …kernel]
 * @param options `a` (default: 0), `mode` (default: `'fan_in'`), `nonlinearity` (default: `'leaky_relu'`), and `generator`
 *   (default: the default generator)
 * @returns `tensor`; `null` as it is, and then nothing is drawn
 * @throws ShapeError for fewer than two dimensions
 * @throws ArgumentError if the mode or the nonlinearity is unknown, or a number is not finite
 * @throws DTypeError if the dtype is not a floating dtype
 * @example
 * ```ts
 * import { init, manualSeed, zeros } from 'initree';
 * manualSeed(0);
 * const weight = init.kaimingUniform_(zeros([2, 3]), { nonlinearity: 'relu' });
 * console.log(weight.abs().max().item() <= Math.sqrt(2)); // true
 * ```
 */
export function kaimingUniform_<T extends Tensor | null>(tensor: T, options?: KaimingSettings & DrawOptions): T {
  return fillInPlace('init.kaimingUniform_', tensor, withPlaceOfA(arguments, 1), IN_PLACE, kaimingUniform);
}

/**
 * Fills `tensor` with draws from N(0, std²), std = gain / √fan, and returns it (`torch.nn.init.kaiming_normal_`; He et al.
 * 2015). For a tensor without elements it only prints a warning.
 * @param tensor [out, in, …kernel]
 * @param options `a` (default: 0), `mode` (default: `'fan_in'`), `nonlinearity` (default: `'leaky_relu'`), and `generator`
 *   (default: the default generator)
 * @returns `tensor`; `null` as it is, and then nothing is drawn
 * @throws ShapeError for fewer than two dimensions
 * @throws ArgumentError if the mode or the nonlinearity is unknown, or a number is not finite
 * @throws DTypeError if the dtype is not a floating dtype
 * @example
 * ```ts
 * import { init, manualSeed, zeros } from 'initree';
 * manualSeed(0);
 * const weight = init.kaimingNormal_(zeros([64, 3, 7, 7]), { mode: 'fan_out', nonlinearity: 'relu' });
 * console.log(weight.std().item().toFixed(3), Math.sqrt(2 / (64 * 49)).toFixed(3)); // 0.025 0.025
 * ```
 */
export function kaimingNormal_<T extends Tensor | null>(tensor: T, options?: KaimingSettings & DrawOptions): T {
  return fillInPlace('init.kaimingNormal_', tensor, withPlaceOfA(arguments, 1), IN_PLACE, kaimingNormal);
}

function kaiming(kind: string, args: ArrayLike<unknown>, lawOf: (std: number, dtype: DType) => Law): Initializer {
  const { a, mode, nonlinearity } = readArguments(`init.${kind}`, withPlaceOfA(args, 0), KAIMING);
  return defineInitializer(kind, { a, mode, nonlinearity }, (shape: Shape, dtype) => {
    if (numelOf(shape) === 0) return untouchedLaw('Initializing zero-element tensors is a no-op');
    checkNumber('a', a);
    const fan = fanOf(shape, mode);
    return lawOf(checkFinite('gain', calculateGain(nonlinearity, a)) / Math.sqrt(fan), dtype);
  });
}

/** The arguments with a place for `a`, so that the message about a mode by position names the mode. */
function withPlaceOfA(args: ArrayLike<unknown>, place: number): ArrayLike<unknown> {
  return typeof args[place] === 'string' ? Array.from(args).toSpliced(place, 0, undefined) : args;
}
