import { expect, it } from '@jest/globals';
import { manualSeed, ones, type Tensor } from 'initree';
import { StochasticDepth } from '../../examples/zoo/StochasticDepth.js';

const samplesOf = (x: Tensor) => x.view(x.shape[0], -1).tolist() as number[][];

it('drops whole samples in training, and makes up for them in the others', () => {
  manualSeed(0);
  const samples = samplesOf(new StochasticDepth(0.25).forward(ones([4000, 2, 3])));
  const kept = samples.filter(([first]) => first !== 0);
  for (const sample of samples) expect(new Set(sample).size).toBe(1);
  for (const [first] of kept) expect(first).toBeCloseTo(4 / 3, 6);
  // Five standard deviations of a binomial count are 137.
  expect(Math.abs(kept.length - 3000)).toBeLessThan(137);
});

it('is the identity in evaluation, and for p = 0', () => {
  const x = ones([3, 2]);
  expect(new StochasticDepth(0.5).eval().forward(x)).toBe(x);
  expect(new StochasticDepth(0).forward(x)).toBe(x);
  expect(String(new StochasticDepth(0.1))).toBe('StochasticDepth(p=0.1, mode=row)');
});
