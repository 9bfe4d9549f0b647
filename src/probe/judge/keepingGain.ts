import { gainOf } from '../../gaussian/gain.js';
import type { ProbedOperation } from '../Probe.js';
import { activationOf } from '../predict/activationOf.js';

/** Activations that are nearly linear at 0: with the gain 1 the signal neither grows nor decays exponentially with depth. */
const LINEAR_AT_ZERO: ReadonlySet<string> = new Set(['tanh', 'sigmoid', 'softsign', 'hardtanh', 'erf', 'selu']);

/** The gain of the weights, √(variance · fan-in), that keeps the scale over a layer and its activation. */
export function keepingGain(activation: ProbedOperation | null): number {
  if (activation === null || LINEAR_AT_ZERO.has(activation.kind)) return 1;
  const known = activationOf(activation);
  return known ? gainOf(known, 'activations') : 1;
}
