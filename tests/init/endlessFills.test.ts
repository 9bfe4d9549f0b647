import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ArgumentError, PolicyError } from '../../src/errors.js';
import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import { definePolicy } from '../../src/policy/definePolicy.js';
import { explainPolicy } from '../../src/policy/explainPolicy.js';
import { initializeWeights } from '../../src/policy/initializeWeights.js';
import { initializeWeightsAsync } from '../../src/policy/initializeWeightsAsync.js';
import { rule } from '../../src/policy/rule.js';
import { Generator } from '../../src/random/Generator.js';
import { zeros } from '../../src/tensor/creation.js';

/** Hardly a draw is accepted: the mean is 10¹⁰ / 65505 deviations away. */
const ENDLESS = { mean: 1e10, std: 65505, a: 65505, b: 70000 };
const ADVICE = "method: 'inverse', which draws every element once";

beforeEach(() => void jest.spyOn(console, 'warn').mockImplementation(() => {}));

describe('a truncated normal that would not end', () => {
  it('is refused by every way to fill a tensor, before anything is drawn', async () => {
    const generator = new Generator(0);
    const law = init.truncNormal(ENDLESS);
    const model = () => nn.skipInit(() => new nn.Linear(3, 2));
    const policy = definePolicy('endless', [rule(nn.Linear, { bias: init.ones(), weight: law })]);
    const read = init.fromJSON(JSON.parse(JSON.stringify(law)));
    for (const fill of [
      () => init.truncNormal_(zeros([2, 3]), { ...ENDLESS, generator }),
      () => init.truncNormalTf_(zeros([2, 3]), { a: 50, b: 1e9, generator }),
      () => law.fill(zeros([2, 3]), { generator }),
      () => read.fill(zeros([2, 3]), { generator }),
      () => law.law([2, 3]),
      () => init.blocks(2, law).fill(zeros([2, 3]), { generator }),
      () => init.zeroRow(0, law).fill(zeros([2, 3]), { generator }),
      () => init.overwriting(law, init.zeros()).fill(zeros([2, 3]), { generator }),
      () => nn.deferInit(() => law.fill(zeros([2, 3]), { generator })),
      () => nn.skipInit(() => law.fill(zeros([2, 3]), { generator })),
    ]) {
      expect(fill).toThrow(ArgumentError);
      expect(fill).toThrow(ADVICE);
    }
    for (const apply of [explainPolicy, initializeWeights]) {
      expect(() => apply(model(), policy, { generator })).toThrow(PolicyError);
      expect(() => apply(model(), policy, { generator })).toThrow(ADVICE);
    }
    await expect(initializeWeightsAsync(model(), policy, { generator })).rejects.toThrow(ADVICE);
    expect(generator.wordsDrawn).toBe(0);
    expect(init.truncNormal({ ...ENDLESS, method: 'inverse' }).fill(zeros([2, 3]), { generator }).numel).toBe(6);
  });

  it('is refused only for tensors that are too large', () => {
    // One of 40,000 candidates is accepted.
    const rare = init.truncNormal({ a: 20, b: 2020 });
    expect(rare.law([10]).kind).toBe('truncatedNormal');
    expect(rare.law([0]).kind).toBe('truncatedNormal');
    expect(() => rare.law([100_000])).toThrow(
      /in float32, \[20, 2020\] is too wide, too narrow or too far from mean 0 at std 1 for 100000 elements; expected at most 1000 rounds of draws, or 10\^9 elements in all rounds, found about \de\+5 rounds/,
    );
  });
});
