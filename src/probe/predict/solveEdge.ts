import type { Activation } from '../../gaussian/activations.js';
import { bisect, geometricMean } from './bisect.js';
import { type ChainLayer, gradientFactor, NEAR_ZERO, nextVariance, varianceRate } from './ChainLayer.js';
import type { Reason } from './reasons.js';

/** Where a chain is critical: χ₁ = 1 at the fixed point of the second moment. */
export type Edge =
  | {
      /** σ_w². */
      readonly weightVariance: number;
      /** The fixed point of the second moment; `null` if each is one, as for ReLU. */
      readonly q: number | null;
      readonly reason: null;
    }
  | { readonly weightVariance: null; readonly q: null; readonly reason: Reason };

/** The second moments among which an edge is looked for: powers of 2 up to the last one. */
const SMALLEST = 2 ** -40;
const LARGEST = 2 ** 20;
/** From here the second moment must not grow if 0 is to be a stable fixed point. */
const NEAR_BY = 1e-4;

/**
 * The variance of the weights, times the fan-in, that makes an infinitely wide chain critical.
 *
 * *Method:* each q > 0 has one σ_w² with χ₁ = 1, and one σ_b² for which q is the fixed point. So no iteration, which would be
 * slow at the edge, is needed: q is where the σ_b² is the given one. The smallest q counts whose fixed point is stable.
 * @param biasVariance σ_b², ≥ 0
 */
export function solveEdge(activation: Activation, biasVariance: number): Edge {
  if (!activation.isContinuous) return { weightVariance: null, q: null, reason: 'discontinuous' };
  const layerAt = (q: number): ChainLayer => {
    const unit = { activation, weightVariance: 1, biasVariance: 0 };
    const weightVariance = 1 / gradientFactor(unit, q);
    return { activation, weightVariance, biasVariance: q - weightVariance * nextVariance(unit, q) };
  };
  if (biasVariance === 0) {
    const near = layerAt(NEAR_ZERO);
    const isEverywhere = [1e-3, 1, 1e3].every((q) => Math.abs(layerAt(q).biasVariance) < 1e-12 * q);
    if (isEverywhere) return { weightVariance: near.weightVariance, q: null, reason: null };
    const { weightVariance } = near;
    const isFixed = Math.abs(near.biasVariance) < 1e-9 * NEAR_ZERO;
    const isStable = nextVariance({ activation, weightVariance, biasVariance }, NEAR_BY) <= NEAR_BY * (1 + 1e-12);
    if (isFixed && isStable) return { weightVariance, q: 0, reason: null };
  }
  const isBelow = (q: number) => layerAt(q).biasVariance < biasVariance;
  for (let q = SMALLEST; q < LARGEST; q *= 2) {
    const starts = isBelow(q);
    if (starts === isBelow(2 * q)) continue;
    const edge = bisect(q, 2 * q, (x) => isBelow(x) === starts, geometricMean);
    const layer = layerAt(edge);
    if (Math.abs(varianceRate(layer, edge)) < 1) return { weightVariance: layer.weightVariance, q: edge, reason: null };
  }
  return { weightVariance: null, q: null, reason: 'no edge' };
}
