import { describe, expect, it } from '@jest/globals';
import { type GaussRule, gaussHermite, gaussLegendre } from '../../src/gaussian/gaussRule.js';

const mean = ({ nodes, weights }: GaussRule, f: (x: number) => number) =>
  nodes.reduce((sum, x, i) => sum + weights[i] * f(x), 0);

describe('Gauss rules', () => {
  it('have the nodes and weights of numpy', () => {
    // numpy.polynomial.legendre.leggauss(8), weights halved; numpy.polynomial.hermite_e.hermegauss(4), weights normalised.
    const legendre = gaussLegendre(8);
    const nodes = [0.1834346424956498, 0.525532409916329, 0.7966664774136267, 0.9602898564975363];
    const weights = [0.3626837833783619, 0.3137066458778873, 0.2223810344533745, 0.10122853629037619];
    nodes.forEach((node, i) => {
      expect(legendre.nodes[4 + i]).toBeCloseTo(node, 14);
      expect(legendre.nodes[3 - i]).toBe(-legendre.nodes[4 + i]);
      expect(legendre.weights[4 + i]).toBeCloseTo(weights[i] / 2, 14);
    });
    const hermite = gaussHermite(4);
    const [inner, outer] = [Math.sqrt(3 - Math.sqrt(6)), Math.sqrt(3 + Math.sqrt(6))];
    [-outer, -inner, inner, outer].forEach((node, i) => {
      expect(hermite.nodes[i]).toBeCloseTo(node, 14);
    });
    expect(hermite.weights[0]).toBeCloseTo((3 - Math.sqrt(6)) / 12, 14);
  });

  it('are exact for polynomials up to degree 2n − 1', () => {
    for (const n of [1, 2, 5, 16]) {
      let doubleFactorial = 1;
      for (let k = 0; k <= 2 * n - 1; k++) {
        const even = k % 2 === 0;
        if (even && k > 0) doubleFactorial *= k - 1;
        expect(mean(gaussLegendre(n), (x) => x ** k)).toBeCloseTo(even ? 1 / (k + 1) : 0, 13);
        const moment = even ? doubleFactorial : 0;
        expect(Math.abs(mean(gaussHermite(n), (x) => x ** k) - moment)).toBeLessThanOrEqual(
          1e-11 * Math.max(1, doubleFactorial),
        );
      }
    }
  });
});
