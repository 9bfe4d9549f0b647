import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mobilenetV2 } from '../../examples/zoo/mobilenetV2.js';
import { resnet18 } from '../../examples/zoo/resnet.js';
import { squeezenet1_1 } from '../../examples/zoo/squeezenet.js';
import { VisionTransformer } from '../../examples/zoo/vit.js';
import {
  defaultGenerator,
  type FloatDType,
  Generator,
  init,
  manualSeed,
  nn,
  setReference,
  zeros,
} from '../../src/index.js';
import { bytesOf, type Facts, factsOf, readGolden, sha256, stateHash } from '../golden/readGolden.js';
import { INIT_CALLS, type InitCase, isCloseTo, isThroughLibm } from '../init/initCalls.js';
import { describeOnEveryPath } from '../laws/kernelPaths.js';

/** The kinds of cases of a golden file by `makeProcessors.py`, which says what they hold. */
type Step = { n: number; dtype: FloatDType; mean: number; std: number; out: Facts; rng: string };
type CachedRow = [mean: number, std: number, sample: number, ...bits: string[]];
type Case = Partial<InitCase> & {
  readonly rng: string;
  readonly seed: number;
  readonly sequence?: number;
  readonly steps?: readonly Step[];
  readonly cached?: readonly CachedRow[];
  readonly layer?: string;
  readonly network?: string;
  readonly state?: Readonly<Record<string, Facts | string>>;
  readonly orthogonal?: number[];
};

const DTYPES = ['float32', 'float64', 'float16', 'bfloat16'] as const;

/** The layers and networks of the files in our words. */
const MODULES: Readonly<Record<string, () => nn.Module>> = {
  'Linear(400, 120)': () => new nn.Linear(400, 120),
  'Linear(7, 3, bias=False)': () => new nn.Linear(7, 3, { bias: false }),
  'Bilinear(5, 4, 3)': () => new nn.Bilinear(5, 4, 3),
  'Conv1d(4, 6, 3)': () => new nn.Conv1d(4, 6, 3),
  'Conv2d(3, 6, 5)': () => new nn.Conv2d(3, 6, 5),
  'Conv3d(2, 4, 3)': () => new nn.Conv3d(2, 4, 3),
  'ConvTranspose2d(6, 4, 4, stride=2, padding=1)': () => new nn.ConvTranspose2d(6, 4, 4, { stride: 2, padding: 1 }),
  'Embedding(10, 8)': () => new nn.Embedding(10, 8),
  'RNN(5, 7)': () => new nn.RNN(5, 7),
  'LSTM(5, 7, proj_size=3)': () => new nn.LSTM(5, 7, { projSize: 3 }),
  'GRU(5, 7, bidirectional=True)': () => new nn.GRU(5, 7, { bidirectional: true }),
  'MultiheadAttention(8, 2)': () => new nn.MultiheadAttention(8, 2),
  'TransformerEncoderLayer(8, 2, 16)': () => new nn.TransformerEncoderLayer(8, 2, { dimFeedforward: 16 }),
  'Linear(30, 20, dtype=torch.float64)': () => new nn.Linear(30, 20, { dtype: 'float64' }),
  'Linear(30, 20, dtype=torch.float16)': () => new nn.Linear(30, 20, { dtype: 'float16' }),
  'Linear(30, 20, dtype=torch.bfloat16)': () => new nn.Linear(30, 20, { dtype: 'bfloat16' }),
  'Embedding(10, 8, dtype=torch.float16)': () => new nn.Embedding(10, 8, { dtype: 'float16' }),
  'resnet18()': resnet18,
  'mobilenet_v2()': mobilenetV2,
  'squeezenet1_1()': squeezenet1_1,
  'VisionTransformer(32, 8, 2, 4, 64, 128, num_classes=10, representation_size=24)': () =>
    new VisionTransformer(32, 8, 2, 4, 64, 128, { numClasses: 10, representationSize: 24 }),
};

// Some fills warn, as PyTorch does; what they say is tested elsewhere.
beforeEach(() => void jest.spyOn(console, 'warn').mockImplementation(() => {}));
afterEach(() => setReference('torch-x86'));

describe.each([
  ['torch-scalar', 'torchScalar.json'],
  ['torch-aarch64', 'torchAarch64.json'],
] as const)('%s', (reference, file) => {
  const cases = readGolden<Case>(file);
  const fills = cases.filter((golden): golden is Case & InitCase => golden.call !== undefined);
  const modules = cases.filter((golden) => golden.layer !== undefined || golden.network !== undefined);
  const seeded = (seed: number) => new Generator(seed, { reference });

  it('has cases of every kind', () => {
    expect(fills.length).toBeGreaterThan(200);
    expect(modules.map(({ layer, network }) => layer ?? network)).toEqual(Object.keys(MODULES));
  });

  describeOnEveryPath('draws PyTorch’s bits', () => {
    it.each([...new Set(fills.map(({ call }) => call))])('%s', (call) => {
      for (const golden of fills.filter((fill) => fill.call === call)) {
        const { args, seed, shape, dtype, out, rng } = golden;
        const generator = seeded(seed);
        const found = factsOf(INIT_CALLS[call](zeros(shape, { dtype }), args, generator), 6);
        const where = JSON.stringify({ call, args, seed, shape, dtype });
        if (isThroughLibm(golden)) {
          expect({ where, isClose: isCloseTo(out as Facts, found), rng: stateHash(generator) }).toEqual({
            where,
            isClose: true,
            rng,
          });
        } else expect({ where, out: found, rng: stateHash(generator) }).toEqual({ where, out, rng });
      }
    });

    it('normal fills one after another, which hand on the cached sample', () => {
      for (const { sequence = 0, steps = [] } of cases.filter((golden) => golden.steps)) {
        const generator = seeded(sequence);
        for (const [i, { n, dtype, mean, std, out, rng }] of steps.entries()) {
          const found = factsOf(init.normal_(zeros([n], { dtype }), mean, std, { generator }), 2);
          expect({ sequence, i, out: found, rng: stateHash(generator) }).toEqual({ sequence, i, out, rng });
        }
      }
    });
  });

  it('scales a cached sample with PyTorch’s roundings, in every dtype', () => {
    const rows = cases.flatMap(({ cached = [] }) => cached);
    expect(rows.length).toBeGreaterThan(50);
    const found = rows.map(([mean, std, sample]) => {
      const bits = DTYPES.map((dtype) => {
        const generator = seeded(0);
        generator.cachedNormal = sample;
        return factsOf(init.normal_(zeros([1], { dtype }), mean, std, { generator }), 1).first[0];
      });
      return [mean, std, sample, ...bits];
    });
    expect(found).toEqual(rows);
  });

  it.each(modules.map((golden) => [golden.layer ?? golden.network ?? '', golden] as const))('%s', (text, golden) => {
    setReference(reference);
    manualSeed(golden.seed);
    const module = MODULES[text]();
    const found =
      golden.layer === undefined
        ? [...module.namedParameters()].map(([key, t]) => [key, sha256(bytesOf(t)).slice(0, 16)])
        : [...module.stateDict()].map(([key, t]) => [key, factsOf(t, 3)]);
    expect(found).toEqual(Object.entries(golden.state ?? {}));
    expect(stateHash(defaultGenerator)).toBe(golden.rng);
  });

  it('orthogonal matrices to rounding', () => {
    for (const { orthogonal = [], seed, out, rng } of cases.filter((golden) => golden.orthogonal)) {
      const generator = seeded(seed);
      const found = factsOf(init.orthogonal_(zeros(orthogonal), { generator }), 40).first;
      const floatOf = (hex: string) => Buffer.from(hex, 'hex').readFloatBE();
      for (const [i, hex] of found.entries()) {
        expect(Math.abs(floatOf(hex) - floatOf(out?.first[i] ?? ''))).toBeLessThan(5e-6);
      }
      expect(stateHash(generator)).toBe(rng);
    }
  });
});
