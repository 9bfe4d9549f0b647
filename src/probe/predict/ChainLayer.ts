import { activationMoments, slopeMeanSquare } from '../../gaussian/activationMoments.js';
import type { Activation } from '../../gaussian/activations.js';
import { expectation, pairExpectation } from '../../gaussian/expectation.js';

/** One layer of an infinitely wide chain: an activation φ, then weights and biases. */
export interface ChainLayer {
  readonly activation: Activation;
  /** σ_w²: the variance of a weight times the fan-in, ≥ 0. */
  readonly weightVariance: number;
  /** σ_b²: the variance of a bias, ≥ 0. */
  readonly biasVariance: number;
}

/** A second moment at which every activation is linear on either side of 0, to the last bit. */
export const NEAR_ZERO = 1e-40;

/**
 * The second moment after a layer, before the next activation: σ_w² E φ(√q z)² + σ_b² (Poole et al. 2016, equation 3).
 * @param q the second moment before the layer's activation, ≥ 0
 */
export function nextVariance({ activation, weightVariance, biasVariance }: ChainLayer, q: number): number {
  return weightVariance * activationMoments(activation, { mean: 0, variance: q }).meanSquare + biasVariance;
}

/**
 * The derivative of {@link nextVariance} by q.
 *
 * *Method:* d/dq E f(√q z) = E f(√q z)(z² − 1) / 2q, which needs no derivative of φ and so is right at kinks. By Stein's lemma it
 * is χ₁ + σ_w² E φ″φ (Schoenholz et al. 2017, equation 6).
 * @param q > 0
 */
export function varianceRate({ activation, weightVariance }: ChainLayer, q: number): number {
  const { value } = activation;
  const weighted = (x: number) => value(x) ** 2 * ((x * x) / q - 1);
  return (weightVariance * expectation(weighted, { mean: 0, variance: q }, activation)) / (2 * q);
}

/**
 * χ: the factor of the mean squared gradient, σ_w² E φ′(√q z)² (Schoenholz et al. 2017, equation 4).
 * @param q the second moment before the activation, > 0
 */
export function gradientFactor({ activation, weightVariance }: ChainLayer, q: number): number {
  return weightVariance * slopeMeanSquare(activation, { mean: 0, variance: q });
}

/**
 * The correlation of two inputs after a layer (Poole et al. 2016, equation 5): their covariance over the second moment.
 * @param q the second moment of both inputs before the activation, > 0
 * @param c their correlation before it, in [−1, 1]
 */
export function nextCorrelation(layer: ChainLayer, q: number, c: number): number {
  const { activation, weightVariance, biasVariance } = layer;
  const covariance = weightVariance * pairExpectation(activation.value, q, c, activation) + biasVariance;
  return covariance / nextVariance(layer, q);
}

/**
 * The derivative of {@link nextCorrelation} by c at a fixed point of the variance: σ_w² E φ′(u₁)φ′(u₂). The activation must be
 * continuous.
 * @param q > 0
 */
export function correlationRate({ activation, weightVariance }: ChainLayer, q: number, c: number): number {
  return weightVariance * pairExpectation(activation.slope, q, c, activation);
}
