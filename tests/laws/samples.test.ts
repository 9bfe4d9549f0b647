import { expect, it } from '@jest/globals';
import { operationsOf } from '../../src/laws/bindLaw.js';
import { expectedMoments } from '../../src/laws/expectedMoments.js';
import type { Law } from '../../src/laws/Law.js';
import type { Distribution, Moments } from '../../src/laws/LawOperations.js';
import { Generator } from '../../src/random/Generator.js';
import { EXAMPLES, shapeFor, write } from './exampleLaws.js';

/** Elements of a row; a tensor has about 10⁵ of them. */
const SIZE = 50_000;
const LAWS = Object.values(EXAMPLES).map(([law]) => law);

/** About 10⁵ elements of a law, their mean, and their central moments. */
function drawSample(law: Law) {
  const elements = Float64Array.from(write(law, shapeFor(law, SIZE), 'float64', new Generator(0)));
  const mean = elements.reduce((sum, x) => sum + x, 0) / elements.length;
  const central = (power: number) => elements.reduce((sum, x) => sum + (x - mean) ** power, 0) / elements.length;
  return { elements, mean, central };
}

it.each(LAWS.filter((law) => expectedMoments(law, shapeFor(law, 4)) !== null))(
  'a sample of the law $kind has the expected moments',
  (law) => {
    const expected = expectedMoments(law, shapeFor(law, SIZE)) as Moments;
    const { elements, mean, central } = drawSample(law);
    // Five standard errors of the mean, and 2 % of the standard deviation: a wrong formula is farther off.
    expect(Math.abs(mean - expected.mean)).toBeLessThanOrEqual((5 * expected.std) / Math.sqrt(elements.length) + 1e-12);
    expect(Math.abs(Math.sqrt(central(2)) - expected.std)).toBeLessThanOrEqual(0.02 * expected.std);
    expect(elements.every((x) => x >= expected.min - 1e-12 && x <= expected.max + 1e-12)).toBe(true);
  },
);

const WITH_DISTRIBUTION = LAWS.filter((law) => operationsOf(law).distribution?.(law));

it.each(WITH_DISTRIBUTION)('a sample of the law $kind has the expected distribution', (law) => {
  const expected = operationsOf(law).distribution?.(law) as Distribution;
  const { elements, central } = drawSample(law);
  expect(central(4) / central(2) ** 2 / expected.kurtosis).toBeCloseTo(1, 1);
  const sorted = elements.sort();
  const distances = Array.from(sorted, (x, i) => Math.abs(expected.cdf(x) - (i + 0.5) / sorted.length));
  // The probability of a Kolmogorov–Smirnov distance above 2.2 / √n is 1e-4.
  expect(Math.max(...distances.filter((_, i) => i % 97 === 0))).toBeLessThan(2.2 / Math.sqrt(sorted.length));
});

it('the laws of independent elements have a distribution', () => {
  const kinds = WITH_DISTRIBUTION.map(({ kind }) => kind).sort();
  expect(kinds).toEqual(['blocks', 'normal', 'overwriting', 'truncatedNormal', 'uniform']);
});
