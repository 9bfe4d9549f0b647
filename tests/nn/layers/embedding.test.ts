import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ArgumentError, DTypeError } from '../../../src/errors.js';
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
  it.each(cases)('%s', (_, { module, options: recorded, shape, offsets, repr, weight, out, grad, factorsGrad }) => {
    const options = String(recorded.normType) === 'inf' ? { ...recorded, normType: Infinity } : recorded;
    for (const dtype of ['int64', 'int32'] as const) {
      manualSeed(0);
      const layer = module === 'Embedding' ? new nn.Embedding(5, 3, options) : new nn.EmbeddingBag(5, 3, options);
      expect(String(layer)).toBe(repr);
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
      // After the call, because maxNorm changes rows of the table.
      expectNumbers(layer.weight, weight, 1e-7);
      weightedSum([output]).backward();
      expectNumbers(layer.weight.grad, grad);
      if (factorsGrad) expectNumbers(factors.grad?.view(shape) ?? null, factorsGrad);
    }
  });

  const norms = (table: Tensor) => table.norm({ dim: 1 }).tolist() as number[];

  it('limit the norms of the selected rows in the table itself, and of no others', () => {
    const table = tensor([
      [3, 4],
      [6, 8],
      [0, 5],
    ]);
    const weight = new nn.Parameter(table);
    const output = F.embedding(indices([1, 1]), weight, { maxNorm: 2 });
    expect(norms(weight.detach())).toEqual([5, expect.closeTo(2), 5]);
    output.sum().backward();
    expect(weight.grad?.tolist()).toEqual([
      [0, 0],
      [2, 2],
      [0, 0],
    ]);
    expect(table.select(0, 1).tolist()).toEqual(weight.select(0, 1).tolist());
  });

  it('change nothing if an index or an option is wrong, or in a summary', () => {
    const layer = new nn.Embedding(3, 2, { maxNorm: 0.1 });
    const before = layer.weight.tolist();
    expect(() => layer.forward(indices([0, 3]))).toThrow('index out of range in self');
    expect(() => F.embedding(indices([0]), layer.weight, { maxNorm: 1, normType: '2' as never })).toThrow(
      ArgumentError,
    );
    layer.summary([2], { dtype: 'int64' });
    expect(layer.weight.tolist()).toEqual(before);
    expect(() => F.embedding(indices([0]), tensor([[1n]]), { maxNorm: 1 })).toThrow(DTypeError);
  });

  it('say which settings are not possible', () => {
    for (const Class of [nn.Embedding, nn.EmbeddingBag]) {
      expect(() => new Class(3, 2, { sparse: true } as object)).toThrow(
        'has no option sparse: all gradients are dense',
      );
      expect(() => Class.fromPretrained(randn([3, 2]), { sparse: true } as object)).toThrow('has no option sparse');
    }
    const bag = new nn.EmbeddingBag(3, 2, { mode: 'max', scaleGradByFreq: true });
    expect(() => bag.forward(indices([0]).view(1, 1))).toThrow('max mode does not support scaling the gradient');
    const table = randn([3, 2]);
    expect(() => F.embeddingBag(indices([0]), table, indices([]), { includeLastOffset: true })).toThrow(
      'number of offset should be at least 1',
    );
  });

  describe('fromPretrained', () => {
    const table = () =>
      tensor([
        [1, 2],
        [3, 4],
      ]);

    it('shares the table, freezes it, and draws nothing', () => {
      const state = defaultGenerator.getState();
      const given = table();
      const layer = nn.Embedding.fromPretrained(given);
      expect(layer.weight.data).toBe(given.data);
      expect(layer.weight.requiresGrad).toBe(false);
      expect(nn.EmbeddingBag.fromPretrained(given, { freeze: false }).weight.requiresGrad).toBe(true);
      expect(defaultGenerator.getState()).toEqual(state);
      expect([...layer.stateDict().keys()]).toEqual(['weight']);
      expect(layer.forward(indices([1])).tolist()).toEqual([[3, 4]]);
    });

    it('reads the settings of the layer', () => {
      const options = { paddingIdx: -1, maxNorm: 2.5, normType: 1, scaleGradByFreq: true };
      const layer = nn.Embedding.fromPretrained(table(), options);
      expect(String(layer)).toBe('Embedding(2, 2, padding_idx=1, max_norm=2.5, norm_type=1, scale_grad_by_freq=True)');
      expect(layer.weight.tolist()).toEqual(table().tolist());
      const bag = nn.EmbeddingBag.fromPretrained(table(), { ...options, mode: 'sum', includeLastOffset: true });
      expect(String(bag)).toBe(
        "EmbeddingBag(2, 2, max_norm=2.5, norm_type=1, scale_grad_by_freq=True, mode='sum', padding_idx=1)",
      );
      expect(bag.includeLastOffset).toBe(true);
    });

    it('refuses what is no table', () => {
      expect(() => nn.Embedding.fromPretrained(tensor([1, 2]))).toThrow(
        'Embeddings parameter is expected to be 2-dimensional',
      );
      expect(() => nn.Embedding.fromPretrained([[1]] as never)).toThrow(ArgumentError);
      expect(() => nn.Embedding.fromPretrained(table(), { paddingIdx: 7 })).toThrow('Padding_idx must be within');
      expect(() => nn.Embedding.fromPretrained(table(), { dtype: 'float64' } as never)).toThrow("'dtype'");
      expect(() => nn.Embedding.fromPretrained(tensor([[1n]]), { freeze: false })).toThrow(DTypeError);
      expect(
        nn.Embedding.fromPretrained(tensor([[1n, 2n]]))
          .forward(indices([0]))
          .tolist(),
      ).toEqual([[1n, 2n]]);
    });
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
