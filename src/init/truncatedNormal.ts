import type { TruncationMethod } from '../laws/Law.js';
import { truncatedNormalLaw } from '../laws/truncatedNormal.js';
import { DRAW_DEFAULTS, type DrawOptions } from '../random/DrawOptions.js';
import { readOptions } from '../readOptions.js';
import type { Tensor } from '../tensor/Tensor.js';
import { defineInitializer, type Initializer } from './Initializer.js';

/** Settings of {@link truncNormal} and {@link truncNormalTf}. */
export interface TruncNormalSettings {
  /** Mean of the normal before it is cut; 0 when absent. */
  mean?: number | undefined;
  /** Standard deviation of the normal before it is cut, above 0; 1 when absent. */
  std?: number | undefined;
  /** Lower bound; −2 when absent. */
  a?: number | undefined;
  /** Upper bound; 2 when absent. */
  b?: number | undefined;
  /** How the cut is made; `'rejection'`, PyTorch's, when absent. */
  method?: TruncationMethod | undefined;
}

const DEFAULTS = { mean: 0, std: 1, a: -2, b: 2, method: 'rejection' } as const;

/** N(mean, std²) with values outside [a, b] drawn again; the bounds are absolute, not in standard deviations. */
export function truncNormal(settings: TruncNormalSettings = {}): Initializer {
  const { mean, std, a, b, method } = readOptions('truncNormal', settings, DEFAULTS);
  return defineInitializer('truncNormal', { mean, std, a, b, method }, () =>
    truncatedNormalLaw({ mean, std, a, b, method, scale: 1, shift: 0 }),
  );
}

/**
 * N(0, 1) cut to [a, b], then multiplied by std and moved by mean: bounds in standard deviations, as in TensorFlow
 * (timm's `trunc_normal_tf_`).
 */
export function truncNormalTf(settings: TruncNormalSettings = {}): Initializer {
  const { mean, std, a, b, method } = readOptions('truncNormalTf', settings, DEFAULTS);
  return defineInitializer('truncNormalTf', { mean, std, a, b, method }, () =>
    truncatedNormalLaw({ mean: 0, std: 1, a, b, method, scale: std, shift: mean }),
  );
}

/**
 * Fills `tensor` with draws from a normal cut to [a, b] (`torch.nn.init.trunc_normal_`). Warns where the mean lies more
 * than two standard deviations outside the bounds.
 * @throws ArgumentError unless std > 0, a ≤ b, and mean and std are finite · DTypeError for integers
 */
export function truncNormal_<T extends Tensor>(tensor: T, options: TruncNormalSettings & DrawOptions = {}): T {
  const { generator, ...settings } = readOptions('truncNormal_', options, { ...DEFAULTS, ...DRAW_DEFAULTS });
  return truncNormal(settings).fill(tensor, { generator });
}

/** Fills `tensor` with draws from a normal cut at `a` and `b` standard deviations (timm's `trunc_normal_tf_`). */
export function truncNormalTf_<T extends Tensor>(tensor: T, options: TruncNormalSettings & DrawOptions = {}): T {
  const { generator, ...settings } = readOptions('truncNormalTf_', options, { ...DEFAULTS, ...DRAW_DEFAULTS });
  return truncNormalTf(settings).fill(tensor, { generator });
}
