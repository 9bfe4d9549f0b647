import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as F from '../../../src/functional.js';
import * as nn from '../../../src/nn.js';
import { Generator } from '../../../src/random/Generator.js';
import { tensor } from '../../../src/tensor/creation.js';
import { randn } from '../../../src/tensor/randomCreation.js';
import { describeLayers } from '../describeLayers.js';
import { describePairs } from '../describePairs.js';
import { expectGradients } from '../expectGradients.js';

describe('distances', () => {
  describeLayers({
    'CosineSimilarity()': () => new nn.CosineSimilarity(),
    'PairwiseDistance()': () => new nn.PairwiseDistance(),
  });
  describePairs('distances.json', { CosineSimilarity: nn.CosineSimilarity, PairwiseDistance: nn.PairwiseDistance });

  it('count differences with p = 0', () => {
    const input = tensor([[1, 2, 3]], { requiresGrad: true });
    const distance = F.pairwiseDistance(input, tensor([[1, 5, 4]]), { p: 0, eps: 0 });
    expect(distance.tolist()).toEqual([2]);
    distance.backward();
    expect(input.grad?.tolist()).toEqual([[0, 0, 0]]);
  });

  it('share the slope among the largest differences', () => {
    const input = tensor([3, -3, 1], { requiresGrad: true });
    F.pairwiseDistance(input, tensor([0, 0, 0]), { p: Infinity, eps: 0 }).backward();
    expect(input.grad?.tolist()).toEqual([0.5, -0.5, 0]);
  });

  it('have gradients that agree with finite differences', () => {
    const dtype = 'float64';
    const size = fc.integer({ min: 1, max: 4 });
    const exponent = fc.constantFrom(0.5, 1, 1.5, 2, 3, Infinity, -Infinity, -1);
    fc.assert(
      fc.property(size, size, size, fc.nat(999), exponent, (n, c, l, seed, p) => {
        const generator = new Generator(seed);
        const draw = (shape: number[]) => randn(shape, { dtype, generator });
        expectGradients(new nn.CosineSimilarity({ dim: 1 }), [draw([n, c, l]), draw([1, c, l])]);
        expectGradients(new nn.PairwiseDistance({ p }), [draw([n, c]), draw([c])], 1e-5);
      }),
      { numRuns: 10 },
    );
  });

  it('subtract integers in their dtype, as PyTorch does', () => {
    const [a, b] = [
      [1, 5, 7],
      [4, 2, 7],
    ].map((elements) => tensor(elements, { dtype: 'uint8' }));
    expect(F.pairwiseDistance(a, b).item()).toBe(253.01779174804688);
    expect(F.pairwiseDistance(a, b, { p: 1 }).item()).toBe(256);
    expect(F.pairwiseDistance(a, b, { p: 1, eps: 1 }).item()).toBe(259);
    expect(F.pairwiseDistance(a, b, { p: 1, eps: 0 }).item()).toBe(256);
    const [most, minusTwo] = [2 ** 31 - 1, -2].map((element) => tensor([element], { dtype: 'int32' }));
    expect(F.pairwiseDistance(most, minusTwo).item()).toBe(2 ** 31);
    const [far, farther] = [2n ** 62n, -(2n ** 63n)].map((element) => tensor([element]));
    expect(F.pairwiseDistance(far, farther).item()).toBe(2 ** 62);
    expect(() => F.pairwiseDistance(tensor([true]), tensor([false]))).toThrow('with a bool tensor is not supported');
  });

  it('promote dtypes as PyTorch does, and refuse operands that do not match', () => {
    const [single, double] = [randn([2, 3]), randn([2, 3], { dtype: 'float64' })];
    expect(F.cosineSimilarity(single, double).dtype).toBe('float64');
    expect(F.pairwiseDistance(single.to('float16'), double.to('float16')).dtype).toBe('float16');
    expect(F.pairwiseDistance(tensor([1n, 2n]), tensor([1n, 2n])).dtype).toBe('float32');
    expect(() => F.cosineSimilarity(tensor([1n]), tensor([1n]), { dim: 0 })).toThrow('common dtype is int64');
    expect(() => F.cosineSimilarity(single, randn([4, 3]))).toThrow('must match the size of tensor b (4)');
    expect(() => F.cosineSimilarity(single, single, { dim: 2 })).toThrow('Dimension out of range');
    expect(() => F.pairwiseDistance(single, randn([2, 4]))).toThrow('must match the size of tensor b (4)');
    expect(F.pairwiseDistance(tensor(1), tensor(3)).shape).toEqual([]);
  });
});
