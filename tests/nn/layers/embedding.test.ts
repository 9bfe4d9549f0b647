import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ArgumentError } from '../../../src/errors.js';
import * as F from '../../../src/functional.js';
import * as nn from '../../../src/nn.js';
import { defaultGenerator, manualSeed } from '../../../src/random/defaultGenerator.js';
import { Generator } from '../../../src/random/Generator.js';
import { tensor, zeros } from '../../../src/tensor/creation.js';
import { rand, randint, randn } from '../../../src/tensor/randomCreation.js';
import type { Tensor } from '../../../src/tensor/Tensor.js';
import { type Numbers, readGolden, stateHash } from '../../golden/readGolden.js';
import { describeLayers } from '../describeLayers.js';
import { expectGradients } from '../expectGradients.js';
import { expectNumbers, numbersOf, weightedSum } from '../numbers.js';

const INDICES = [1, 4, 0, 4, 2, 2, 2, 3, 0, 1, 4, 2];
const indices = (elements: number[], dtype: 'int64' | 'int32' = 'int64') => tensor(elements, { dtype });

describe('embeddings', () => {
  describeLayers({
    'Embedding(10, 8)': () => new nn.Embedding(10, 8),
    'Embedding(10, 8, padding_idx=0)': () => new nn.Embedding(10, 8, { paddingIdx: 0 }),
    'Embedding(10, 8, padding_idx=-1)': () => new nn.Embedding(10, 8, { paddingIdx: -1 }),
    "EmbeddingBag(10, 8, mode='sum')": () => new nn.EmbeddingBag(10, 8, { mode: 'sum' }),
  });

  interface Case {
    readonly module: 'Embedding' | 'EmbeddingBag';
    readonly options: nn.EmbeddingBagOptions;
    readonly shape: number[];
    readonly offsets: number[] | null;
    readonly repr: string;
    readonly weight: Numbers;
    readonly out: Numbers;
    readonly grad: Numbers;
    readonly factorsGrad: Numbers | null;
  }
  const cases = readGolden<Case>('embeddings.json').map(
    (golden) => [`${golden.repr} of [${golden.shape}] from ${golden.offsets}`, golden] as const,
  );
  it.each(cases)('%s', (_, { module, options, shape, offsets, repr, weight, out, grad, factorsGrad }) => {
    for (const dtype of ['int64', 'int32'] as const) {
      manualSeed(0);
      const layer = module === 'Embedding' ? new nn.Embedding(5, 3, options) : new nn.EmbeddingBag(5, 3, options);
      expect(String(layer)).toBe(repr);
      expectNumbers(layer.weight, weight, 1e-7);
      const factors = tensor(
        INDICES.map((_, i) => -1 + (2 * i) / 11),
        { requiresGrad: true },
      );
      const given = [indices(INDICES, dtype).view(shape), offsets && indices(offsets, dtype)] as const;
      const output =
        layer instanceof nn.Embedding
          ? layer.forward(given[0])
          : layer.forward(...given, factorsGrad && factors.view(shape));
      expectNumbers(output, out);
      weightedSum([output]).backward();
      expectNumbers(layer.weight.grad, grad);
      if (factorsGrad) expectNumbers(factors.grad?.view(shape) ?? null, factorsGrad);
    }
  });

  it('keep zeros in the padding row when they are drawn again', () => {
    const layer = new nn.Embedding(4, 2, { paddingIdx: -2, dtype: 'float16' });
    layer.weight.fill_(1);
    layer.resetParameters();
    expect(layer.paddingIdx).toBe(2);
    expect((layer.weight.tolist() as number[][]).map((row) => row.every((x) => x === 0))).toEqual([
      false,
      false,
      true,
      false,
    ]);
  });

  it('copy rows of any dtype exactly', () => {
    const table = randn([5, 3], { dtype: 'float64' }).to('bfloat16');
    expect(F.embedding(indices([2]), table).data).toEqual(table.data.slice(6, 9));
    expect(F.embedding(tensor(3n), table).shape).toEqual([3]);
    expect(F.embedding(indices([]), table).shape).toEqual([0, 3]);
    expect(F.embedding(indices([1]), zeros([3, 0])).shape).toEqual([1, 0]);
  });

  it('have gradients that agree with finite differences', () => {
    const dtype = 'float64';
    const size = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(size, size, size, fc.nat(999), fc.option(fc.nat(2)), (bags, count, columns, seed, paddingIdx) => {
        const generator = new Generator(seed);
        const given = randint(0, 3, [bags, count], { dtype: 'int64', generator });
        const table = new nn.Embedding(3, columns, { dtype, generator });
        const gradientOf = (run: (weight: Tensor, factors: Tensor) => Tensor) => {
          class Run extends nn.Module {
            override forward(weight: Tensor, factors: Tensor): Tensor {
              return run(weight, factors);
            }
          }
          expectGradients(new Run(), [table.weight.detach().clone(), rand([bags, count], { dtype, generator })]);
        };
        // A padding row has a gradient of 0 on purpose, so that only bags, which leave it out, are compared with one.
        gradientOf((weight) => F.embedding(given, weight));
        gradientOf((weight) => F.embeddingBag(given, weight, null, { paddingIdx }));
        gradientOf((weight) => F.embeddingBag(given, weight, null, { mode: 'max', paddingIdx }));
        gradientOf((weight, perSampleWeights) =>
          F.embeddingBag(given, weight, null, { mode: 'sum', perSampleWeights, paddingIdx }),
        );
      }),
      { numRuns: 10 },
    );
  });

  it('treat NaN as the largest number, and select the first of equal elements', () => {
    const table = tensor(
      [
        [1, Number.NaN],
        [1, 3],
        [0, 4],
      ],
      { requiresGrad: true },
    );
    const output = F.embeddingBag(indices([1, 0, 2]), table, indices([0]), { mode: 'max' });
    expect(output.tolist()).toEqual([[1, Number.NaN]]);
    output.sum().backward();
    expect(table.grad?.tolist()).toEqual([
      [0, 1],
      [1, 0],
      [0, 0],
    ]);
  });
});

describe('oneHot', () => {
  it('marks each class', () => {
    expect(F.oneHot(indices([0, 2], 'int32'), 4).tolist()).toEqual([
      [1n, 0n, 0n, 0n],
      [0n, 0n, 1n, 0n],
    ]);
    expect(F.oneHot(tensor(2n)).tolist()).toEqual([0n, 0n, 1n]);
    expect(F.oneHot(indices([]), 3).shape).toEqual([0, 3]);
  });

  it('refuses indices out of range', () => {
    expect(() => F.oneHot(indices([0, -2]))).toThrow('Class values must be non-negative');
    expect(() => F.oneHot(indices([0, 2]), 2)).toThrow('Class values must be smaller than num_classes');
    expect(() => F.oneHot(indices([0]), -3)).toThrow('Class values must be smaller than num_classes');
    expect(() => F.oneHot(indices([]))).toThrow('Can not infer total number of classes from empty tensor');
    expect(() => F.oneHot(tensor([0.5]))).toThrow('scalar types: Long, Int; but got float32');
  });
});

describe('errors', () => {
  const table = randn([6, 3]);
  const bag = (...given: Parameters<typeof F.embeddingBag>) => F.embeddingBag(...given);
  const some = indices([1, 2, 4]);

  it('name rows that do not exist, and change nothing', () => {
    const layer = new nn.Embedding(6, 3);
    const before = numbersOf(layer.weight);
    expect(() => layer.forward(indices([1, 6]))).toThrow('index out of range in self');
    expect(() => layer.forward(indices([-1]))).toThrow('index out of range in self');
    expect(() => bag(indices([1, 6]), table, indices([0]))).toThrow(
      'Index 1 of input takes value 6 which is not in the valid range [0, 6)',
    );
    expect(numbersOf(layer.weight)).toEqual(before);
    expect(layer.weight.grad).toBeNull();
  });

  it('name operands that do not match', () => {
    expect(() => F.embedding(tensor([1]), table)).toThrow('scalar types: Long, Int; but got float32 instead');
    expect(() => F.embedding(indices([1]), randn([3]))).toThrow("'weight' must be 2-D");
    expect(() => F.embedding(indices([1]), table, { paddingIdx: 6 })).toThrow('Padding_idx must be within');
    expect(() => F.embedding(indices([1]), table, { paddingIdx: -7 })).toThrow(ArgumentError);
    expect(() => bag(some, table)).toThrow('offsets has to be a 1D Tensor but got None');
    expect(() => bag(some.view(1, 3), table, indices([0]))).toThrow('if input is 2D, then offsets has to be None');
    expect(() => bag(some.view(1, 3, 1), table)).toThrow('input has to be 1D or 2D Tensor');
    expect(() => bag(some, table, indices([1, 2]))).toThrow('offsets[0] has to be 0');
    expect(() => bag(some, table, indices([0, 4]))).toThrow("offsets[-1] can not be greater than input's length 3");
    expect(() => bag(some, table, indices([0, 2, 1]))).toThrow('offsets must not decrease');
    expect(() => bag(some, table, indices([0]).view(1, 1))).toThrow('offsets has to be a 1D Tensor');
    expect(() => bag(some, table, indices([0]), { mode: 'min' as 'max' })).toThrow('mode has to be one of sum, mean');
    expect(() => bag(some, randn([3]), indices([0]))).toThrow('weight has to be a 2D Tensor');
    const perSampleWeights = rand([3]);
    expect(() => bag(some, table, indices([0]), { perSampleWeights })).toThrow("only supported for mode='sum'");
    expect(() => bag(some, table, indices([0]), { mode: 'sum', perSampleWeights: rand([2]) })).toThrow(
      'then it must have the same shape as the input ([3])',
    );
    expect(() =>
      bag(some, table, indices([0]), { mode: 'sum', perSampleWeights: perSampleWeights.to('float64') }),
    ).toThrow('to have the same type');
  });

  it('happen before anything is drawn', () => {
    const before = stateHash(defaultGenerator);
    expect(() => new nn.Embedding(3, 2, { paddingIdx: 3 })).toThrow('Padding_idx must be within num_embeddings');
    expect(() => new nn.EmbeddingBag(3, -2)).toThrow('embeddingDim');
    expect(stateHash(defaultGenerator)).toBe(before);
  });
});
