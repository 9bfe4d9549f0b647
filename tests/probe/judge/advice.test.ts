import { describe, expect, it } from '@jest/globals';
import { definePolicy, init, manualSeed, nn, randn, rule } from 'initree';
import { probe } from 'initree/probe';

/** Tanh layers that widen from 32 to 256 units, with Xavier's weights. */
function widening(seed: number) {
  manualSeed(seed);
  const layers = [32, 256, 256].map((inputs) => new nn.Linear(inputs, 256));
  const model = new nn.Sequential(...layers.flatMap((layer) => [layer, new nn.Tanh()]), new nn.Linear(256, 10));
  const policy = definePolicy('xavier', [rule(nn.Linear, { weight: init.xavierNormal(), bias: init.zeros() })]);
  return probe(model, { input: randn([64, 32]), policy });
}

describe('advice', () => {
  it.each([0, 1, 2])('is never what the weights have already, seed %d', (seed) => {
    const [finding, ...others] = widening(seed).findings;
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ id: 'gain', severity: 'note', path: '0.weight' });
    expect(finding.seen).toContain(
      'is that of Xavier (√(2 / (32 + 256)) = 0.0833), between 1 / √32, which keeps the values of tanh, and 1 / √256, which keeps the gradients.',
    );
    expect(finding.advice).toBe("Write init.lecunNormal() for 0.weight (rule 'Linear').");
  });
});
