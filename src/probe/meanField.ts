import { ArgumentError, describeValue } from '../errors.js';
import {
  type ActivationName,
  type ActivationSettings,
  activation,
  isActivationName,
  settingsOf,
} from '../gaussian/activations.js';
import { type OptionDefaults, readArguments } from '../readArguments.js';
import type { MeanField } from './predict/MeanField.js';
import { type Edge, solveEdge } from './predict/solveEdge.js';
import { solveMeanField } from './predict/solveMeanField.js';

/** Settings of {@link edgeOfChaos}, and the options of the activation. */
export interface EdgeSettings extends ActivationSettings {
  /** σ_b²: the variance of a bias, ≥ 0. Default: 0. */
  biasVariance?: number | undefined;
}

/** Settings of {@link meanField}, and the options of the activation. */
export interface MeanFieldSettings extends EdgeSettings {
  /** σ_w²: the variance of a weight times the fan-in, ≥ 0. */
  weightVariance: number;
  /** The second moment before the first activation, > 0. Default: 1. */
  start?: number | undefined;
}

/**
 * The variance of the weights, times the fan-in, with which an infinitely wide chain of equal layers is critical: on average it neither
 * shrinks nor enlarges gradients, χ₁ = 1, at the second moment q to which its values tend (Poole et al. 2016, Schoenholz et al. 2017).
 * @param name the activation by its name in `torch.nn.functional` (`'tanh'`, `'relu'`, …), or `'erf'` or `'identity'`
 * @param settings `biasVariance` (default: 0), and the options of the function in `initree/functional`
 * @returns σ_w² as `weightVariance`, and `q`, which is `null` if every second moment is a fixed point, as for ReLU. Both are `null` if
 *   there is no such σ_w²; `reason` then says why.
 * @throws ArgumentError if a name or an option is unknown, or if a number is outside its range
 * @example
 * ```ts
 * import { init, nn } from 'initree';
 * import { edgeOfChaos } from 'initree/probe';
 * const edge = edgeOfChaos('tanh', { biasVariance: 0.05 });
 * console.log(edge.weightVariance?.toFixed(4), edge.q?.toFixed(4)); // 1.7610 0.5700
 * console.log(edgeOfChaos('relu').weightVariance?.toFixed(4)); // 2.0000
 * const layer = new nn.Linear(256, 256);
 * init.normal_(layer.weight, 0, Math.sqrt((edge.weightVariance ?? 1) / 256));
 * init.normal_(layer.bias, 0, Math.sqrt(0.05));
 * ```
 */
export function edgeOfChaos(name: ActivationName, settings?: EdgeSettings): Edge;
export function edgeOfChaos(name: ActivationName): Edge {
  const { biasVariance, ...options } = readArguments<EdgeSettings, keyof ActivationSettings>('edgeOfChaos', arguments, {
    required: ['name'],
    defaults: withOptionsOf<EdgeSettings, keyof ActivationSettings>(name, { biasVariance: 0 }),
  });
  const phi = activation(name, options);
  checkVariance('biasVariance', biasVariance);
  return solveEdge(phi, biasVariance);
}

/**
 * The mean-field figures of an infinitely wide chain of equal layers: the second moment to which its values tend, the factor χ₁ of the
 * squared gradient for each layer, and over how many layers signals pass (Poole et al. 2016, Schoenholz et al. 2017).
 * @param name the activation by its name in `torch.nn.functional` (`'tanh'`, `'relu'`, …), or `'erf'` or `'identity'`
 * @param settings `weightVariance` (required), `biasVariance` (default: 0), `start` (default: 1), and the options of the function in
 *   `initree/functional`
 * @returns the figures; `reasons` says why one is `null`
 * @throws ArgumentError if a name or an option is unknown, or if a number is outside its range
 * @example
 * ```ts
 * import { meanField } from 'initree/probe';
 * const { phase, chi, trainableDepth } = meanField('tanh', { weightVariance: 1, biasVariance: 0.05 });
 * console.log(phase, chi?.toFixed(3), trainableDepth?.toFixed(1)); // ordered 0.759 21.8
 * ```
 */
export function meanField(name: ActivationName, settings: MeanFieldSettings): MeanField;
export function meanField(name: ActivationName): MeanField {
  type Absent = 'weightVariance' | keyof ActivationSettings;
  const read = readArguments<MeanFieldSettings, Absent>('meanField', arguments, {
    required: ['name'],
    defaults: withOptionsOf<MeanFieldSettings, Absent>(name, { weightVariance: undefined, biasVariance: 0, start: 1 }),
  });
  const { weightVariance, biasVariance, start, ...options } = read;
  const phi = activation(name, options);
  checkVariance('weightVariance', weightVariance);
  checkVariance('biasVariance', biasVariance);
  if (!(typeof start === 'number' && start > 0 && start < Infinity)) {
    throw new ArgumentError(`start: expected a finite number above 0, found ${describeValue(start)}`);
  }
  return solveMeanField({ activation: phi, weightVariance, biasVariance }, start);
}

/** The defaults of settings, and of the options of an activation. */
function withOptionsOf<S, A extends keyof S>(name: unknown, defaults: object): OptionDefaults<S, A> {
  const own = isActivationName(name) ? settingsOf(name) : {};
  return { ...defaults, ...own } as unknown as OptionDefaults<S, A>;
}

function checkVariance(name: string, value: unknown): asserts value is number {
  if (typeof value === 'number' && value >= 0 && value < Infinity) return;
  throw new ArgumentError(`${name}: expected a finite number ≥ 0, found ${describeValue(value)}`);
}
