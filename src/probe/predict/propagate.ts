import { activationMoments } from '../../gaussian/activationMoments.js';
import { type ChainLayer, nextVariance } from './ChainLayer.js';
import type { Moments } from './Moments.js';

/** What an infinitely wide layer has in theory. */
export interface ChainState {
  /** The second moment before the activation. */
  readonly q: number;
  /** The moments after the activation. */
  readonly activation: Moments;
}

/**
 * The states of the layers of an infinitely wide chain, one after another.
 * @param q the second moment before the first activation, ≥ 0
 * @param layers the number of layers
 */
export function propagate(layer: ChainLayer, q: number, layers: number): ChainState[] {
  const { activation } = layer;
  const states: ChainState[] = [];
  for (let l = 0; l < layers; l++) {
    const normal = { mean: 0, variance: q };
    states.push({ q, activation: activationMoments(activation, normal) });
    q = nextVariance(layer, q);
  }
  return states;
}
