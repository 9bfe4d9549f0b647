import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { columnMeans } from '../../src/finetune/columnMeans.js';
import {
  ArgumentError,
  defaultGenerator,
  definePolicy,
  full,
  growEmbedding,
  init,
  initializeWeights,
  linspace,
  manualSeed,
  nn,
  parameter,
  randn,
  StateError,
  Tensor,
  tensor,
} from '../../src/index.js';
import { choleskyInPlace } from '../../src/kernels/linear/cholesky.js';
import type { FloatDType } from '../../src/numerics/DType.js';
import { type Facts, factsOf, type Numbers, readGolden, stateHash } from '../golden/readGolden.js';

interface GrowCase {
  readonly kind: 'grow';
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly total: number;
  readonly bias: boolean;
  readonly tied: boolean | null;
  readonly spread: number;
  readonly constant: boolean;
  readonly dtype: FloatDType;
  readonly before: Readonly<Record<string, Facts>>;
  readonly added: Readonly<Record<string, Numbers>>;
  readonly rng: string;
}

interface MeanCase {
  readonly kind: 'mean';
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly mean: Facts;
}

const all = readGolden<GrowCase | MeanCase | { kind: 'start' | 'lora' }>('fineTuning.json');
const cases = all.filter((found): found is GrowCase => found.kind === 'grow');
const means = all.filter((found): found is MeanCase => found.kind === 'mean');

function buildLayers({ rows, columns, tied, bias, dtype }: GrowCase): { words: nn.Embedding; head: nn.Linear | null } {
  const words = new nn.Embedding(rows, columns, { dtype });
  const head = tied === null ? null : new nn.Linear(columns, rows, { bias, dtype });
  if (head !== null && tied) head.weight = words.weight;
  return { words, head };
}

/** The tensors by the names of the golden file. */
function tensorsOf({ words, head }: ReturnType<typeof buildLayers>): Record<string, Tensor> {
  return {
    'words.weight': words.weight,
    ...(head === null ? {} : { 'head.weight': head.weight, ...(head.bias === null ? {} : { 'head.bias': head.bias }) }),
  };
}

describe('resize_token_embeddings of transformers', () => {
  it.each(cases.map((found) => [found.name, found] as const))('%s', (_, found) => {
    const { rows, columns, total, tied, spread, constant, dtype, before, added, rng } = found;
    const layers = buildLayers(found);
    const { words, head } = layers;
    manualSeed(1);
    words.weight.copy_(
      constant
        ? full([rows, columns], 0.5)
        : randn([rows, columns])
            .mul(spread)
            .add(linspace(-1, 1, columns)),
    );
    if (head !== null && tied === false) head.weight.copy_(randn([rows, columns]).mul(0.5));
    head?.bias?.copy_(randn([rows]));
    const tensors = tensorsOf(layers);
    for (const [name, facts] of Object.entries(before)) expect(factsOf(tensors[name], 4)).toEqual(facts);
    const old = Object.fromEntries(Object.entries(tensors).map(([name, t]) => [name, t.detach().clone().tolist()]));
    manualSeed(2);
    expect(growEmbedding(words, total, { head })).toBe(words);
    expect(stateHash(defaultGenerator)).toBe(rng);
    expect(words.numEmbeddings).toBe(total);
    expect(words.weight.shape).toEqual([total, columns]);
    if (head !== null) expect(head.outFeatures).toBe(total);
    if (tied) expect(head?.weight).toBe(words.weight);
    const tolerance = dtype === 'bfloat16' ? 2 ** -8 : 1e-5;
    for (const [name, { shape, data }] of Object.entries(added)) {
      const now = tensors[name];
      expect(now.dtype).toBe(dtype);
      expect(now.narrow(0, 0, rows).tolist()).toEqual(old[name]);
      const more = now
        .detach()
        .narrow(0, rows, total - rows)
        .to('float64');
      expect(more.shape).toEqual(shape);
      const size = Math.max(...data.map(Math.abs));
      const values = more.flatten().tolist() as number[];
      for (const [i, value] of values.entries()) {
        // The mean has PyTorch's bits for a multiple of 32 columns. Otherwise an element near 0 may be rounded elsewhere.
        expect(Math.abs(value - data[i])).toBeLessThanOrEqual(
          tolerance * (columns % 32 === 0 ? Math.abs(data[i]) : size),
        );
      }
    }
  });
});

describe('columnMeans', () => {
  it.each(means.map((found) => [found.name, found] as const))('has the bits of torch.mean: %s', (_, found) => {
    const { rows, columns, mean } = found;
    manualSeed(4);
    const means = columnMeans(randn([rows, columns]).data as Float32Array, rows, columns);
    expect(factsOf(Tensor.fromData(means, [columns]), 4)).toEqual(mean);
  });
});

describe('growEmbedding', () => {
  it('keeps parameters as objects, their flags and marks, and drops gradients', () => {
    const words = new nn.Embedding(6, 2);
    words.loadStateDict(new nn.Embedding(6, 2).stateDict());
    words.weight.requiresGrad = false;
    const { weight } = words;
    growEmbedding(words, 8);
    expect(words.weight).toBe(weight);
    expect(weight.requiresGrad).toBe(false);
    expect(String(words)).toBe('Embedding(8, 2)');
    const policy = definePolicy('zeros', [parameter('**', init.zeros())]);
    expect(initializeWeights(words, policy, { onlyMissing: true }).loaded).toEqual(['weight']);
    expect(words.forward(tensor([7], { dtype: 'int64' })).shape).toEqual([1, 2]);
  });

  it('follows a head that shares the elements without being the same object', () => {
    const words = new nn.Embedding(6, 2);
    const head = new nn.Linear(2, 6, { bias: false });
    head.weight = new nn.Parameter(words.weight);
    growEmbedding(words, 9, { head });
    words.weight.fill_(5);
    expect(head.weight.tolist()).toEqual(Array(9).fill([5, 5]));
  });

  it('draws from the generator that it is given', () => {
    manualSeed(3);
    const [a, b] = [new nn.Embedding(9, 2), new nn.Embedding(9, 2)];
    b.weight.copy_(a.weight);
    const generator = defaultGenerator.clone();
    growEmbedding(a, 12);
    growEmbedding(b, 12, { generator });
    expect(a.weight.tolist()).toEqual(b.weight.tolist());
    expect(generator.wordsDrawn).toBe(defaultGenerator.wordsDrawn);
  });

  it('changes nothing for the same number of rows', () => {
    const words = new nn.Embedding(4, 2);
    const before = stateHash(defaultGenerator);
    growEmbedding(words, 4);
    expect(stateHash(defaultGenerator)).toBe(before);
  });

  it('refuses what it cannot grow, and changes nothing', () => {
    const words = new nn.Embedding(4, 2);
    const [linear, short, single] = [new nn.Linear(2, 5), new nn.Embedding(1, 2), new nn.Linear(2, 1)];
    const before = [words.weight.tolist(), stateHash(defaultGenerator)];
    const calls: [() => unknown, RegExp][] = [
      [() => growEmbedding(words, 3), /numEmbeddings of growEmbedding\(\).*4.*found 3/],
      [() => growEmbedding(words, 4.5), /numEmbeddings/],
      [() => growEmbedding(linear as never, 6), /expects an nn\.Embedding first, found a Linear/],
      [() => growEmbedding(new nn.Embedding(0, 2), 6), /a table with rows/],
      [() => growEmbedding(words, 6, { head: linear }), /for each of the 4 rows, found 5 outputs/],
      [() => growEmbedding(words, 6, { head: short as never }), /head to be an nn\.Linear/],
      [() => growEmbedding(short, 6, { head: single }), /a bias of two elements at least/],
      [() => growEmbedding(words, 6, { rows: 2 } as never), /rows/],
    ];
    for (const [call, message] of calls) {
      expect(call).toThrow(ArgumentError);
      expect(call).toThrow(message);
    }
    const loan = defaultGenerator.lend('a test');
    expect(() => growEmbedding(words, 6)).toThrow(StateError);
    loan.end();
    expect([words.weight.tolist(), stateHash(defaultGenerator)]).toEqual(before);
    expect(words.numEmbeddings).toBe(4);
  });
});

describe('choleskyInPlace', () => {
  it('gives a lower triangle whose square is the matrix', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 150 }), fc.integer(), (n, seed) => {
        manualSeed(seed);
        const root = randn([n, n + 4]);
        const matrix = root.matmul(root.transpose(0, 1));
        const factor = (matrix.data as Float32Array).slice();
        expect(choleskyInPlace(n, factor)).toBe(true);
        const scale = Math.max(...(matrix.data as Float32Array));
        for (const [i, j] of [
          [0, 0],
          [n - 1, 0],
          [n - 1, n - 1],
          [n >> 1, n >> 2],
        ]) {
          let sum = 0;
          for (let k = 0; k < n; k++) sum += factor[i * n + k] * factor[j * n + k];
          expect(Math.abs(sum - (matrix.data as Float32Array)[i * n + j])).toBeLessThan(1e-5 * scale);
          if (i > j) expect(factor[j * n + i]).toBe(0);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('refuses what is not positive definite', () => {
    for (const elements of [[0], [-1], [Number.NaN], [1, 2, 2, 1], [1, 1, 1, 1]]) {
      expect(choleskyInPlace(Math.sqrt(elements.length), new Float32Array(elements))).toBe(false);
    }
  });
});
