import { describe, expect, it } from '@jest/globals';
import { init, manualSeed, nn, noGrad, randn } from '../../src/index.js';
import { edgeOfChaos, meanField, probe } from '../../src/probe.js';

describe('the mean field by the name of an activation', () => {
  it('has the edge of chaos, with the options of the activation', () => {
    expect(edgeOfChaos('tanh', { biasVariance: 0.05 }).weightVariance).toBeCloseTo(1.760955, 5);
    expect(edgeOfChaos('relu').weightVariance).toBeCloseTo(2, 12);
    expect(edgeOfChaos('leaky_relu', { negativeSlope: 0.5 }).weightVariance).toBeCloseTo(2 / 1.25, 12);
    expect(edgeOfChaos('gelu')).toEqual({ weightVariance: null, q: null, reason: 'no edge' });
  });

  it('has the figures of a chain', () => {
    const found = meanField('tanh', { weightVariance: 25 / 9 });
    expect(found.q).toBeCloseTo(1.1784805, 6);
    expect(found.phase).toBe('chaotic');
    expect(meanField('relu', { weightVariance: 2, start: 7 }).q).toBe(7);
    expect(meanField('leaky_relu', { weightVariance: 1.6, negativeSlope: 0.5 }).phase).toBe('critical');
  });

  it('keeps the gradients of a network that starts at the edge', () => {
    manualSeed(0);
    const { weightVariance, q } = edgeOfChaos('tanh', { biasVariance: 0.05 });
    const layers = Array.from({ length: 12 }, () => [new nn.Linear(256, 256), new nn.Tanh()]).flat();
    const model = new nn.Sequential(...layers, new nn.Linear(256, 10));
    noGrad(() => {
      for (const layer of layers) {
        if (!(layer instanceof nn.Linear)) continue;
        init.normal_(layer.weight, 0, Math.sqrt(Number(weightVariance) / 256));
        if (layer.bias) init.normal_(layer.bias, 0, Math.sqrt(0.05));
      }
    });
    // The first layer then has the second moment q as well.
    const size = Math.sqrt((Number(q) - 0.05) / Number(weightVariance));
    const { operations } = probe(model, { input: randn([64, 256]).mul(size) });
    const [first, last] = [operations[0], operations[22]];
    expect(Math.abs(Number(first.gradient?.std) / Number(last.gradient?.std) - 1)).toBeLessThan(0.1);
    expect(Math.abs(last.forward.meanSquare / Number(q) - 1)).toBeLessThan(0.15);
  });

  it.each<[() => unknown, RegExp]>([
    [() => edgeOfChaos('tahn' as never), /Unknown activation tahn; did you mean 'tanh'/],
    [() => edgeOfChaos('tanh', { biasVariance: -1 }), /biasVariance: expected a finite number ≥ 0, found -1/],
    [() => edgeOfChaos('tanh', { biasvariance: 1 } as never), /did you mean 'biasVariance'/],
    [() => edgeOfChaos('leaky_relu', { negativeSlope: NaN }), /negativeSlope: expected a finite number/],
    [() => meanField('tanh', {} as never), /weightVariance: expected a finite number ≥ 0, found undefined/],
    [() => meanField('tanh', { weightVariance: 1, start: 0 }), /start: expected a finite number above 0/],
  ])('refuses wrong arguments (%#)', (call, message) => {
    expect(call).toThrow(message);
  });
});
