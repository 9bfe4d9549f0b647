import { describe, expect, it } from '@jest/globals';
import { sinCos } from '../../src/numerics/sinCos.js';

describe('sinCos', () => {
  // [angle, sin, cos] correctly rounded, by mpmath 1.3 with 30 digits; the C library gives the same.
  it.each([
    [0, 0, 1],
    [0.1, 0.09983341664682815, 0.9950041652780258],
    [1, 0.8414709848078965, 0.5403023058681398],
    [Math.PI / 2, 1, 6.123233995736766e-17],
    [3.125, 0.016591892229347906, -0.9998623450816866],
    [Math.PI, 1.2246467991473532e-16, -1],
    [5.5, -0.7055403255703919, 0.70866977429126],
    [2 * Math.PI, -2.4492935982947064e-16, 1],
  ])('of %d', (angle, sin, cos) => expect(sinCos(angle)).toEqual({ sin, cos }));

  it('agrees with Math to the last place', () => {
    for (let angle = 0; angle < 6.28; angle += 0.0137) {
      const { sin, cos } = sinCos(angle);
      expect(Math.abs(sin - Math.sin(angle))).toBeLessThanOrEqual(2 ** -53);
      expect(Math.abs(cos - Math.cos(angle))).toBeLessThanOrEqual(2 ** -53);
    }
  });
});
