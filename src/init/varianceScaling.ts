import { ArgumentError, formatValue, isNameIn, nearestName } from '../errors.js';
import type { Law } from '../laws/Law.js';
import { normalLaw } from '../laws/normal.js';
import { truncatedNormalLaw } from '../laws/truncatedNormal.js';
import { checkFinite } from '../numerics/checkNumber.js';
import type { DType } from '../numerics/DType.js';
import type { DrawOptions } from '../random/DrawOptions.js';
import { readArguments, refuseSurplus, type Signature } from '../readArguments.js';
import type { Shape } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import { calculateFanInAndFanOut } from './fan.js';
import { defineInitializer, type Initializer } from './Initializer.js';
import { fillInPlace, inPlaceOf } from './inPlace.js';
import { symmetricUniform } from './symmetricUniform.js';

/** The standard deviation of N(0, 1) truncated to [−2, 2]. Draws are divided by it, so that they have the requested variance. */
export const STD_WITHIN_TWO_SIGMA = 0.87962566103423978;

const FANS = {
  fan_in: (fanIn: number, _fanOut: number) => fanIn,
  fan_out: (_fanIn: number, fanOut: number) => fanOut,
  fan_avg: (fanIn: number, fanOut: number) => (fanIn + fanOut) / 2,
  fan_geo_avg: (fanIn: number, fanOut: number) => Math.sqrt(fanIn * fanOut),
} as const;

const LAWS = {
  uniform: (variance: number, dtype: DType): Law => symmetricUniform(Math.sqrt(3 * variance), dtype, 'scale'),
  normal: (variance: number): Law => normalLaw(0, Math.sqrt(variance)),
  truncated_normal: (variance: number): Law => {
    const scale = Math.sqrt(variance) / STD_WITHIN_TWO_SIGMA;
    return truncatedNormalLaw({ mean: 0, std: 1, a: -2, b: 2, method: 'rejection', scale, shift: 0 });
  },
} as const;

/** Settings of {@link varianceScaling}. */
export interface VarianceScalingSettings {
  /** The variance times the fan, ≥ 0. Default: 1. */
  scale?: number | undefined;
  /** The fan that `scale` is divided by. Default: `'fan_in'`. */
  mode?: keyof typeof FANS | undefined;
  /** `'truncated_normal'` truncates at two standard deviations and corrects for the variance that is lost. Default:
   * `'truncated_normal'`. */
  distribution?: keyof typeof LAWS | undefined;
}

const SCALING: Signature<VarianceScalingSettings> = {
  defaults: { scale: 1, mode: 'fan_in', distribution: 'truncated_normal' },
};
const IN_PLACE = inPlaceOf(SCALING);
const LECUN_IN_PLACE = inPlaceOf<object>({ defaults: {} });

/**
 * An initialiser for weights [out, in, …kernel] that draws with mean 0 and variance scale / max(1, fan)
 * (`jax.nn.initializers.variance_scaling`, Keras' `VarianceScaling`).
 * @param settings `scale` (default: 1), `mode` (default: `'fan_in'`) and `distribution` (default: `'truncated_normal'`)
 * @throws ArgumentError for an unknown option. `law()` and `fill()` report a wrong value of an option.
 * @example
 * ```ts
 * import { init } from 'initree';
 * const he = init.varianceScaling({ scale: 2, distribution: 'normal' });
 * console.log(he.law([64, 200])); // { kind: 'normal', mean: 0, std: 0.1 }
 * ```
 */
export function varianceScaling(settings?: VarianceScalingSettings): Initializer {
  const { scale, mode, distribution } = readArguments('init.varianceScaling', arguments, SCALING);
  return defineInitializer('varianceScaling', { scale, mode, distribution }, (shape, dtype) =>
    scaledLaw(shape, dtype, scale, mode, distribution),
  );
}

/**
 * An initialiser for weights [out, in, …kernel] that draws from a normal distribution of variance 1 / fanIn, truncated at
 * two standard deviations (`jax.nn.initializers.lecun_normal`).
 * @example
 * ```ts
 * import { init } from 'initree';
 * console.log(init.expectedMoments(init.lecunNormal().law([8, 100]), [8, 100])?.std.toFixed(3)); // 0.100
 * ```
 */
export function lecunNormal(): Initializer {
  refuseSurplus('init.lecunNormal', arguments, []);
  return defineInitializer('lecunNormal', {}, (shape, dtype) =>
    scaledLaw(shape, dtype, 1, 'fan_in', 'truncated_normal'),
  );
}

/**
 * An initialiser for weights [out, in, …kernel] that draws from a uniform distribution of variance 1 / fanIn
 * (`jax.nn.initializers.lecun_uniform`).
 * @example
 * ```ts
 * import { init } from 'initree';
 * console.log(init.lecunUniform().law([8, 12])); // { kind: 'uniform', from: -0.5, to: 0.5 }
 * ```
 */
export function lecunUniform(): Initializer {
  refuseSurplus('init.lecunUniform', arguments, []);
  return defineInitializer('lecunUniform', {}, (shape, dtype) => scaledLaw(shape, dtype, 1, 'fan_in', 'uniform'));
}

/**
 * Fills `tensor` [out, in, …kernel] by {@link varianceScaling}, and returns it.
 * @param options `scale` (default: 1), `mode` (default: `'fan_in'`), `distribution` (default: `'truncated_normal'`), and
 *   `generator` (default: the default generator)
 * @returns `tensor`; `null` as it is, and then nothing is drawn
 * @throws ShapeError for fewer than two dimensions
 * @throws ArgumentError if `scale` is negative or not finite, or a name is unknown
 * @throws DTypeError if the dtype is not a floating dtype
 */
export function varianceScaling_<T extends Tensor | null>(
  tensor: T,
  options?: VarianceScalingSettings & DrawOptions,
): T {
  return fillInPlace('init.varianceScaling_', tensor, arguments, IN_PLACE, varianceScaling);
}

/**
 * Fills `tensor` [out, in, …kernel] by {@link lecunNormal}, and returns it.
 * @param options `generator`. Default: the default generator.
 * @returns `tensor`; `null` as it is, and then nothing is drawn
 * @throws ShapeError for fewer than two dimensions
 * @throws DTypeError if the dtype is not a floating dtype
 */
export function lecunNormal_<T extends Tensor | null>(tensor: T, options?: DrawOptions): T {
  return fillInPlace('init.lecunNormal_', tensor, arguments, LECUN_IN_PLACE, () => lecunNormal());
}

/**
 * Fills `tensor` [out, in, …kernel] by {@link lecunUniform}, and returns it.
 * @param options `generator`. Default: the default generator.
 * @returns `tensor`; `null` as it is, and then nothing is drawn
 * @throws ShapeError for fewer than two dimensions
 * @throws DTypeError if the dtype is not a floating dtype
 */
export function lecunUniform_<T extends Tensor | null>(tensor: T, options?: DrawOptions): T {
  return fillInPlace('init.lecunUniform_', tensor, arguments, LECUN_IN_PLACE, () => lecunUniform());
}

function scaledLaw(
  shape: Shape,
  dtype: DType,
  scale: number,
  mode: keyof typeof FANS,
  distribution: keyof typeof LAWS,
): Law {
  if (checkFinite('scale', scale) < 0) throw new ArgumentError(`varianceScaling expects scale >= 0, found ${scale}`);
  if (!isNameIn(FANS, mode)) {
    throw new ArgumentError(`Mode ${formatValue(mode)} not supported${nearestName(mode, Object.keys(FANS))}`);
  }
  if (!isNameIn(LAWS, distribution)) {
    const names = Object.keys(LAWS);
    throw new ArgumentError(`Unsupported distribution ${formatValue(distribution)}${nearestName(distribution, names)}`);
  }
  const fan = FANS[mode](...calculateFanInAndFanOut({ shape }));
  return LAWS[distribution](scale / Math.max(1, fan), dtype);
}
