import { describe, expect, it } from '@jest/globals';
import { definePolicy, init, manualSeed, nn, randn, rule } from 'initree';
import { type ProbeResult, probe } from 'initree/probe';
import { planView } from 'initree/probe/show';

/** A chain of 12 layers, each with an activation if there is one; without a policy it has biases, and PyTorch's default. */
function chain(weight: init.Initializer | null, act: (() => nn.Module) | null): ProbeResult {
  manualSeed(0);
  const layers = Array.from({ length: 12 }, () => new nn.Linear(128, 128, { bias: weight === null }));
  const model = new nn.Sequential(...layers.flatMap((layer) => (act === null ? [layer] : [layer, act()])));
  const policy = weight === null ? {} : { policy: definePolicy('chain', [rule(nn.Linear, { weight })]) };
  return probe(model, { input: randn([64, 128]), ...policy });
}

const relu = () => new nn.ReLU();
const trendOf = (found: ProbeResult) => {
  const [figure] = planView(found, 'depth').filter(({ key }) => key === 'depth');
  return figure;
};

describe('the trend with depth', () => {
  it('has the factor of a straight line, and the measured points beside it', () => {
    const found = chain(init.xavierNormal(), relu);
    expect(found.depth.forwardRate).toBeCloseTo(Math.SQRT1_2, 1);
    const { caption, table, draw } = trendOf(found);
    expect(caption).toMatch(/Forwards it is 0\.\d+/);
    expect(table.heading).toEqual(['layer', 'standard deviation', 'fitted']);
    expect(table.rows).toHaveLength(12);
    expect(Number(table.rows[11][1]) / found.operations[22].forward.std).toBeCloseTo(1, 2);
    expect(draw('a', [])).toContain('a layer');
  });

  it('has no factor where the line bends: only the biases are left', () => {
    const found = chain(null, relu);
    const stds = found.operations.filter(({ kind }) => kind === 'linear').map(({ forward }) => forward.std);
    expect(stds[3] / stds[0]).toBeLessThan(0.2);
    expect(stds[11] / stds[6]).toBeGreaterThan(0.8);
    expect(found.depth.forwardRate).toBeNull();
    expect(found.findings[0].seen).not.toContain('each layer multiplies');
    const { caption, table, draw } = trendOf(found);
    expect(caption).toContain('This line is not straight, so no factor is fitted');
    expect(table.rows[0][2]).toBe('–');
    expect(draw('a', [])).not.toContain('fitted');
  });
});

describe('a chain of layers without an activation', () => {
  it('has the mean-field figures of a linear network', () => {
    const { depth } = chain(init.lecunNormal(), null);
    expect(depth.chains).toHaveLength(1);
    expect(depth.chains[0].operations).toHaveLength(12);
    const { activation, meanField } = depth.chains[0];
    expect(activation).toBe('identity');
    expect(meanField).toMatchObject({ phase: 'critical', c: null, trainableDepth: null, reasons: { c: 'kept' } });
    expect(meanField.chi).toBeCloseTo(1, 12);
  });

  it('grows by the variance of its weights', () => {
    const found = chain(init.normal(0, 1.5 / Math.sqrt(128)), null);
    expect(found.depth.chains[0].meanField).toMatchObject({ phase: 'chaotic', q: null });
    expect(found.depth.chains[0].meanField.chi).toBeCloseTo(2.25, 12);
    const [row] = trendOf(found).further?.rows ?? [];
    expect(row.slice(0, 4)).toEqual(['0 … 11', '12', 'none', 'chaotic']);
  });

  it('is none where a normalisation follows', () => {
    manualSeed(0);
    const layers = Array.from({ length: 4 }, () => [new nn.Linear(32, 32), new nn.LayerNorm(32)]).flat();
    const { depth } = probe(new nn.Sequential(...layers), { input: randn([16, 32]) });
    expect(depth.chains).toEqual([]);
    expect(depth.reason).toContain('three equal layers in a row');
  });
});
