import { tridiagonalSpectrum } from '../numerics/tridiagonal.js';

/** The points and weights of a quadrature rule. The weights add to 1. */
export interface GaussRule {
  /** In rising order. */
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

/** The n-point rule for the mean over [−1, 1]. It is exact for polynomials of degree 2n − 1. */
export function gaussLegendre(n: number): GaussRule {
  return gaussRule(n, (k) => k / Math.sqrt(4 * k * k - 1));
}

/** The n-point rule for the expectation over N(0, 1). It is exact for polynomials of degree 2n − 1. */
export function gaussHermite(n: number): GaussRule {
  return gaussRule(n, Math.sqrt);
}

/**
 * The rule of a symmetric weight.
 *
 * *Method:* Golub & Welsch 1969: the nodes are the eigenvalues of the matrix of the recurrence of the orthonormal polynomials.
 * @param coefficient the coefficient of the recurrence at k = 1, 2, …
 */
function gaussRule(n: number, coefficient: (k: number) => number): GaussRule {
  const { eigenvalues, weights } = tridiagonalSpectrum(
    new Float64Array(n),
    Float64Array.from({ length: n - 1 }, (_, i) => coefficient(i + 1)),
  );
  // The rule is symmetric; the mean of both halves removes rounding errors.
  const nodes = eigenvalues.map((x, i) => (x - eigenvalues[n - 1 - i]) / 2);
  return { nodes, weights: weights.map((w, i) => (w + weights[n - 1 - i]) / 2) };
}
