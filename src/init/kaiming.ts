import type { Law } from '../laws/Law.js';
import { normalLaw } from '../laws/normal.js';
import { uniformLaw } from '../laws/uniform.js';
import { untouchedLaw } from '../laws/untouched.js';
import { checkFinite, checkNumber } from '../numerics/checkNumber.js';
import { DRAW_DEFAULTS, type DrawOptions } from '../random/DrawOptions.js';
import { readOptions } from '../readOptions.js';
import { numelOf, type Shape } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import { type FanMode, fanOf } from './fan.js';
import { calculateGain, type Nonlinearity } from './gain.js';
import { defineInitializer, type Initializer } from './Initializer.js';

/** Settings of {@link kaimingUniform} and {@link kaimingNormal}. */
export interface KaimingSettings {
  /** The negative slope of the rectifier that follows; used with `'leaky_relu'` only. 0 when absent. */
  a?: number | undefined;
  /** `'fan_in'` (default) keeps the scale of activations, `'fan_out'` that of gradients. */
  mode?: FanMode | undefined;
  /** What follows the layer; `'leaky_relu'` when absent. */
  nonlinearity?: Nonlinearity | undefined;
}

const DEFAULTS = { a: 0, mode: 'fan_in', nonlinearity: 'leaky_relu' } as const;

/** U(−bound, bound) with bound = gain·√(3 / fan). */
export function kaimingUniform(settings: KaimingSettings = {}): Initializer {
  return kaiming('kaimingUniform', settings, (std) => {
    const bound = Math.sqrt(3) * std;
    return uniformLaw(-bound, bound);
  });
}

/** N(0, std²) with std = gain / √fan. */
export function kaimingNormal(settings: KaimingSettings = {}): Initializer {
  return kaiming('kaimingNormal', settings, (std) => normalLaw(0, std));
}

/**
 * Fills `tensor` with U(−bound, bound), bound = gain·√(3 / fan) (`torch.nn.init.kaiming_uniform_`; He et al. 2015).
 * A tensor without elements is left alone, with a warning.
 * @param tensor two or more dimensions, [out, in, …kernel]
 * @throws ShapeError for fewer than two dimensions · ArgumentError for an unknown mode or nonlinearity
 */
export function kaimingUniform_<T extends Tensor>(tensor: T, options: KaimingSettings & DrawOptions = {}): T {
  const { generator, ...settings } = readOptions('kaimingUniform_', options, { ...DEFAULTS, ...DRAW_DEFAULTS });
  return kaimingUniform(settings).fill(tensor, { generator });
}

/**
 * Fills `tensor` with N(0, std²), std = gain / √fan (`torch.nn.init.kaiming_normal_`; He et al. 2015).
 * A tensor without elements is left alone, with a warning.
 * @param tensor two or more dimensions, [out, in, …kernel]
 * @throws ShapeError for fewer than two dimensions · ArgumentError for an unknown mode or nonlinearity
 */
export function kaimingNormal_<T extends Tensor>(tensor: T, options: KaimingSettings & DrawOptions = {}): T {
  const { generator, ...settings } = readOptions('kaimingNormal_', options, { ...DEFAULTS, ...DRAW_DEFAULTS });
  return kaimingNormal(settings).fill(tensor, { generator });
}

function kaiming(kind: string, settings: KaimingSettings, lawOf: (std: number) => Law): Initializer {
  const { a, mode, nonlinearity } = readOptions(kind, settings, DEFAULTS);
  return defineInitializer(kind, { a, mode, nonlinearity }, (shape: Shape) => {
    if (numelOf(shape) === 0) return untouchedLaw('Initializing zero-element tensors is a no-op');
    checkNumber('a', a);
    const fan = fanOf(shape, mode);
    return lawOf(checkFinite('gain', calculateGain(nonlinearity, a)) / Math.sqrt(fan));
  });
}
