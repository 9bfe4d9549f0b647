import { describe, expect, it } from '@jest/globals';
import { definePolicy, init, initializeWeights, manualSeed, nn, rule } from 'initree';
import { normalLaw } from '../../src/laws/normal.js';
import { addExpected, countElements, histogramOf } from '../../src/policy/WrittenHistogram.js';

describe('the histogram of what was written', () => {
  it('counts the kept elements, and what the law lets expect', () => {
    const counted = countElements(Float64Array.of(-1, 0, 1, Number.NaN));
    const histogram = counted && addExpected(normalLaw(0, 1), counted);
    expect(histogram).toMatchObject({ from: -1, to: 1 });
    expect(histogram?.counts).toHaveLength(24);
    expect([histogram?.counts[0], histogram?.counts[12], histogram?.counts[23]]).toEqual([1, 1, 1]);
    // Φ(1) − Φ(−1), for three elements.
    expect(histogram?.expected.reduce((a, b) => a + b)).toBeCloseTo(3 * 0.6826894921, 9);
  });

  it('belongs to the entries of a report that have a distribution', () => {
    manualSeed(0);
    const net = new nn.Linear(64, 32);
    const policy = definePolicy('p', [rule(nn.Linear, { weight: init.normal(0, 0.1), bias: init.zeros() })]);
    const [weight, bias] = initializeWeights(net, policy).entries;
    expect(histogramOf(weight)?.counts.reduce((a, b) => a + b)).toBe(1024);
    expect(histogramOf(bias)).toBeNull();
    expect(histogramOf({})).toBeNull();
    expect(Object.keys(weight)).not.toContain('histogram');
  });
});
