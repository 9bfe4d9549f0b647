import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mersenne } from 'pure-rand/generator/mersenne';
import { type KernelPath, setKernels } from '../../src/kernels/wasm/kernelPath.js';
import { createStorage, type FloatDType, type Storage } from '../../src/numerics/DType.js';
import { drawMask } from '../../src/random/drawMask.js';
import { fillNormal } from '../../src/random/fillNormal.js';
import { fillUniform } from '../../src/random/fillUniform.js';
import { Generator } from '../../src/random/Generator.js';
import { randperm } from '../../src/random/randperm.js';
import { finish } from '../../src/random/Steps.js';
import { truncatedNormalSteps } from '../../src/random/truncatedNormalSteps.js';
import { KERNEL_PATHS } from '../laws/kernelPaths.js';

const DTYPES = ['float32', 'float64', 'float16', 'bfloat16'] as const satisfies readonly FloatDType[];

/** A draw: what it writes, and the words that it takes. */
interface Draw {
  readonly title: string;
  readonly run: (generator: Generator) => ArrayBufferView;
}

const dtypes = fc.constantFrom(...DTYPES);
/** Small and large fills, with every tail. */
const lengths = fc.oneof(fc.nat(40), fc.integer({ min: 200, max: 700 }), fc.nat(5000));
const bounds = fc.oneof(
  fc.constantFrom(0, -0, 1, -1, 0.1, -0.1, 1e-20, 3),
  fc.float({ min: -100, max: 100, noNaN: true }),
  fc.double({ min: -1e-300, max: 1e-300, noNaN: true }),
);
const means = fc.oneof(fc.constantFrom(0, -0, 0.5), fc.double({ min: -3, max: 3, noNaN: true }));
const deviations = fc.oneof(
  fc.constantFrom(0, 1, 0.02, 1e-25, 1e-40, 1e30),
  fc.double({ min: 2 ** -10, max: 8, noNaN: true }),
);

function fill(
  title: string,
  n: number,
  dtype: FloatDType,
  write: (data: Storage<FloatDType>, g: Generator) => void,
): Draw {
  return {
    title: `${title} ${n} ${dtype}`,
    run: (generator) => {
      const data = createStorage(dtype, n);
      write(data, generator);
      return data;
    },
  };
}

const draws: fc.Arbitrary<Draw> = fc.oneof(
  fc.tuple(lengths, dtypes, bounds, bounds, fc.boolean()).map(([n, dtype, a, b, isSymmetric]) => {
    const [from, to] = isSymmetric ? [-Math.abs(a), Math.abs(a)] : a < b ? [a, b] : [b, a];
    return fill(`uniform(${from}, ${to})`, n, dtype, (data, g) => fillUniform(data, dtype, from, to, g));
  }),
  fc
    .tuple(lengths, dtypes, means, deviations)
    .map(([n, dtype, mean, std]) =>
      fill(`normal(${mean}, ${std})`, n, dtype, (data, g) => fillNormal(data, dtype, mean, std, g)),
    ),
  fc
    .tuple(lengths, dtypes, means, fc.double({ min: 0.1, max: 1.5, noNaN: true }), fc.boolean())
    .map(([n, dtype, mean, std, isRare]) => {
      const [a, b] = isRare ? [mean + 1.5 * std, mean + 3 * std] : [mean - 1.2 * std, mean + std];
      const law = { mean, std, a, b, method: 'rejection' } as const;
      return fill(`truncated(${mean}, ${std}, ${a}, ${b})`, n, dtype, (data, g) =>
        finish(truncatedNormalSteps(data, dtype, law, g)),
      );
    }),
  fc.nat(700).map((n) => ({ title: `randperm ${n}`, run: (g: Generator) => randperm(n, g) })),
  fc.nat(3000).map((n) => ({
    title: `mask ${n}`,
    run: (g: Generator) => {
      const mask = new Uint8Array(n);
      drawMask(mask, 0.3, g);
      return mask;
    },
  })),
  fc
    .nat(2000)
    .map((n) => ({ title: `advance ${n}`, run: (g: Generator) => new Uint8Array(g.advance(n).wordsDrawn % 7) })),
  fc.constant({
    title: 'a copy through state bytes',
    run: (g: Generator) => g.copyState(new Generator().setState(g.getState())).getState(),
  }),
  fc.constant({ title: 'a clone', run: (g: Generator) => g.copyState(g.clone()).getState() }),
);

function bytesOf(data: ArrayBufferView): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

describe('draws on any kernels in any order', () => {
  afterEach(() => void setKernels('auto'));

  it('give the bits and leave the state of the plain ones', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom<KernelPath[]>(...KERNEL_PATHS), draws), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(fc.integer(), fc.nat(1300), steps, (seed, before, steps) => {
        setKernels('typescript');
        const plain = new Generator(seed).advance(before);
        const mixed = new Generator(seed).advance(before);
        for (const [path, { title, run }] of steps) {
          setKernels('typescript');
          const expected = run(plain);
          const state = plain.getState();
          setKernels(path);
          const where = `${title} on ${path}`;
          expect([where, bytesOf(run(mixed)).equals(bytesOf(expected))]).toEqual([where, true]);
          expect([where, bytesOf(mixed.getState()).equals(bytesOf(state))]).toEqual([where, true]);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('give the same from another engine', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(...KERNEL_PATHS), draws, (seed, path, { title, run }) => {
        if (title.includes('state') || title.includes('clone')) return;
        const own = new Generator(seed);
        setKernels('typescript');
        const expected = run(own);
        setKernels(path);
        const other = Generator.from(mersenne(seed));
        expect(bytesOf(run(other)).equals(bytesOf(expected))).toBe(true);
        expect(other.nextWord()).toBe(own.nextWord());
      }),
      { numRuns: 100 },
    );
  });

  it('advance over long distances alike', () => {
    for (const distance of [0, 1, 300, 624, 20_000, 6_000_001, 120_000_007]) {
      const states = KERNEL_PATHS.flatMap((path) => {
        setKernels(path);
        return [0, 1, 623, 624].map((before) => new Generator(3).advance(before).advance(distance).getState());
      });
      const perPath = states.length / KERNEL_PATHS.length;
      for (const [i, state] of states.entries()) expect(bytesOf(state).equals(bytesOf(states[i % perPath]))).toBe(true);
    }
  });
});
