import { expect, it } from '@jest/globals';
import { activation } from '../../src/gaussian/activations.js';
import { gainOf } from '../../src/gaussian/gain.js';
import { erfc } from '../../src/numerics/erf.js';

it.each([
  ['identity', 1, 1],
  ['tanh', 1.5925374, 1.4674136],
  ['erf', 1.467167, 1.3252184],
  ['gelu', 1.5335304, 1.4811144],
  ['silu', 1.6765325, 1.6233203],
  ['relu', Math.SQRT2, Math.SQRT2],
] as const)('the gains of %s keep the scale', (name, activations, gradients) => {
  expect(gainOf(activation(name), 'activations')).toBeCloseTo(activations, 7);
  expect(gainOf(activation(name), 'gradients')).toBeCloseTo(gradients, 7);
});

it('the gains of SELU are those of its closed form', () => {
  // SELU is made for E φ² = 1. E φ′² = λ²·(1/2 + α²·e²·Φ(−2)).
  const [alpha, scale] = [1.6732632423543772, 1.0507009873554805];
  const slopes = scale ** 2 * (1 / 2 + alpha ** 2 * Math.exp(2) * (erfc(Math.SQRT2) / 2));
  expect(gainOf(activation('selu'), 'activations')).toBeCloseTo(1, 12);
  expect(gainOf(activation('selu'), 'gradients')).toBeCloseTo(1 / Math.sqrt(slopes), 12);
});

it('an activation that is 0 has no gain', () => {
  expect(gainOf(activation('hardtanh', { minVal: 0, maxVal: 0 }), 'activations')).toBe(Infinity);
});
