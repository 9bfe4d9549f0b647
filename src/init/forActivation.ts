import { ArgumentError, formatValue, nearestName } from '../errors.js';
import {
  type ActivationName,
  type ActivationSettings,
  activation,
  isActivationName,
  settingsOf,
} from '../gaussian/activations.js';
import { gainOf, type Kept } from '../gaussian/gain.js';
import { type OptionDefaults, readArguments } from '../readArguments.js';
import type { Initializer } from './Initializer.js';
import { type VarianceScalingSettings, varianceScaling } from './varianceScaling.js';

/** Settings of {@link forActivation}, and the options of the activation. */
export interface ForActivationSettings extends ActivationSettings {
  /** What keeps its scale from layer to layer. Default: `'activations'`. */
  keep?: Kept | undefined;
  /** Default: `'truncated_normal'`, as in {@link varianceScaling}. */
  distribution?: VarianceScalingSettings['distribution'];
  /** The fan that the variance is divided by. Default: `'fan_in'` to keep activations, `'fan_out'` to keep gradients. */
  mode?: VarianceScalingSettings['mode'];
}

const MODES = { activations: 'fan_in', gradients: 'fan_out' } as const;

/**
 * An initialiser for the weights between two layers with the activation φ: {@link varianceScaling} with the scale 1 / E φ(z)² for
 * activations, or 1 / E φ′(z)² for gradients, where z is N(0, 1).
 *
 * With the activations kept, the second moment before each activation stays 1 if it is 1 for the first. This fixed point is stable
 * for `'tanh'`, `'softsign'` and `'selu'`. Any is one for ReLU. Small differences grow with depth for `'gelu'`, `'silu'` and
 * `'mish'`. `calculateGain` returns PyTorch's recommended gains, which for `'tanh'` and `'selu'` are others.
 * @param name the activation by its name in `torch.nn.functional` (`'gelu'`, `'silu'`, `'leaky_relu'`, …), or `'erf'` or `'identity'`
 * @param settings `keep` (default: `'activations'`), `distribution` (default: `'truncated_normal'`), `mode` (default: `'fan_in'`
 *   to keep activations, `'fan_out'` to keep gradients), and the options of the function in `initree/functional`
 * @throws ArgumentError if a name or an option is unknown, if a number is outside its range, or if the activation is constant
 * @example
 * ```ts
 * import { init } from 'initree';
 * const weight = init.forActivation('gelu', { distribution: 'normal' });
 * console.log(Math.sqrt(weight.scale).toFixed(4)); // 1.5335
 * console.log(init.forActivation('relu').scale.toFixed(4)); // 2.0000
 * ```
 */
export function forActivation(
  name: ActivationName,
  settings?: ForActivationSettings,
): Initializer & { readonly scale: number } {
  const own = isActivationName(name) ? settingsOf(name) : {};
  const defaults = { keep: 'activations', distribution: 'truncated_normal', mode: undefined, ...own };
  const read = readArguments<ForActivationSettings, 'mode' | keyof ActivationSettings>(
    'init.forActivation',
    arguments,
    {
      required: ['name'],
      defaults: defaults as OptionDefaults<ForActivationSettings, 'mode' | keyof ActivationSettings>,
    },
  );
  const { keep, distribution, mode, ...options } = read;
  const phi = activation(name, options);
  if (!Object.hasOwn(MODES, keep)) {
    throw new ArgumentError(`keep: unknown ${formatValue(keep)}${nearestName(keep, Object.keys(MODES))}`);
  }
  const scale = gainOf(phi, keep) ** 2;
  if (!Number.isFinite(scale))
    throw new ArgumentError(`'${name}' is constant with these settings, so no gain keeps ${keep}`);
  return varianceScaling({ scale, distribution, mode: mode ?? MODES[keep] }) as Initializer & {
    readonly scale: number;
  };
}
