import type { Module } from '../nn/Module.js';
import type { Policy } from './definePolicy.js';

/** Options of {@link Parametrization.learningRates}. */
export interface LearningRateOptions {
  /** The rate that is multiplied by the factor of each parameter, ≥ 0. Default: 1, the factors themselves. */
  learningRate?: number | undefined;
  /** The kind of the optimizer: `'adam'` for those that divide by the size of the gradient, or `'sgd'`. Default: `'adam'`. */
  optimizer?: 'adam' | 'sgd' | undefined;
}

/**
 * A policy with all else that makes a network train alike at every width: the learning rates of its parameters, and the
 * multiplier of its readout.
 */
export interface Parametrization extends Policy {
  /** The initialisation alone. */
  readonly policy: Policy;
  /** The learning rate of each parameter of a model, by its state-dict key. */
  learningRates(model: Module, options?: LearningRateOptions): Map<string, number>;
  /** What the model multiplies the input of its readout by, where the readout has `width` inputs. */
  outputMultiplier(width: number): number;
}

/** Whether a policy has learning rates of its own. */
export function isParametrization(policy: Policy): policy is Parametrization {
  return typeof (policy as Partial<Parametrization>).learningRates === 'function';
}
