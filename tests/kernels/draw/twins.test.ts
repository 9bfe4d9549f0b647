import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chooseDrawKernels } from '../../../src/kernels/draw/chooseDrawKernels.js';
import type { DrawKernels } from '../../../src/kernels/draw/DrawKernels.js';
import { plainDrawKernels } from '../../../src/kernels/draw/plainDrawKernels.js';
import { accumulateMoments, createMomentSums, momentsOf } from '../../../src/kernels/draw/sampleMoments.js';
import { setKernels } from '../../../src/kernels/wasm/kernelPath.js';
import { isFullRun } from '../../isFullRun.js';
import { KERNEL_PATHS } from '../../laws/kernelPaths.js';

/** The size of a piece of a sweep. The full run tests all 2²⁴ inputs, otherwise one piece of 64, and the last one. */
const PIECE = 2048;
const PIECES = 2 ** 24 / PIECE;

/** The 24 bits of a group's first uniform, and the word of a pair's, whose radius is 1 with the C library's logarithm. */
const RADIUS_1 = { group: 6601320, pair: 2605028993 };

const noise = (i: number, salt: number) => Math.imul(Math.imul(i + 1, 0x9e3779b1) ^ salt, 0x85ebca6b);

/** Returns words for a piece of doubles. The first ones have all bits 0, and all bits 1. */
function noisyWords(salt: number): Int32Array {
  return Int32Array.from({ length: 2 * PIECE }, (_, i) => (i < 8 ? -(i >> 2) : noise(i, salt)));
}

/** Runs both kernels over the same words, piece by piece. `wordsOf` makes the words of every 24 bits q. Returns pieces that differ. */
function sweep(
  kernels: DrawKernels,
  wordsOf: (q: number) => readonly [first: number, second: number],
  run: (k: DrawKernels) => void,
) {
  const differing: number[] = [];
  for (let piece = 0; piece < PIECES; piece++) {
    if (!isFullRun && piece % 64 !== 0 && piece !== PIECES - 1) continue;
    for (const k of [plainDrawKernels, kernels]) {
      // In a group of 16, the first 8 words are first uniforms, and the other 8 are second ones.
      for (let i = 0; i < PIECE / 2; i++) {
        const at = 2 * i - (i & 7);
        [k.words[at], k.words[at + 8]] = wordsOf((piece * PIECE) / 2 + i);
      }
      run(k);
    }
    if (!same(plainDrawKernels.words, kernels.words, PIECE)) differing.push(piece);
  }
  return differing;
}

function same(a: Int32Array, b: Int32Array, count: number): boolean {
  return bytesOf(a.subarray(0, count)).equals(bytesOf(b.subarray(0, count)));
}

function bytesOf(data: ArrayBufferView): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

/** Writes the same numbers to both workspaces. */
function give(kernels: DrawKernels, write: (k: DrawKernels) => void): void {
  for (const k of [plainDrawKernels, kernels]) write(k);
}

const floats = fc.oneof(
  fc.float(),
  fc.integer().map((bits) => new Float32Array(Int32Array.of(bits).buffer)[0]),
);

describe.each(KERNEL_PATHS.filter((path) => path !== 'typescript'))(
  'the %s kernels give the bits of their twins',
  (path) => {
    setKernels(path);
    const kernels = chooseDrawKernels(2 ** 20);
    setKernels('auto');
    afterEach(() => void setKernels('auto'));

    it('shows the functions of an angle where the radius is 1', () => {
      plainDrawKernels.words.fill(RADIUS_1.group, 0, 8).fill(0, 8, 16);
      plainDrawKernels.normalGlibc(16, 0, 1);
      expect(plainDrawKernels.numbers[0]).toBe(1);
      plainDrawKernels.words.set([RADIUS_1.pair, 0]);
      plainDrawKernels.normalPairs(2, 0, 1);
      expect(plainDrawKernels.numbers[0]).toBe(1);
    });

    it('are not the plain kernels', () => expect(kernels).not.toBe(plainDrawKernels));

    // The 2²⁴ inputs are swept in two halves, because a pair of words holds one value of either uniform.
    it.each([0, 1])('for every radius, half %d', (half) => {
      const differing = sweep(
        kernels,
        (q) => [half * 2 ** 23 + q, 0],
        (k) => k.normal(PIECE, 0, 1),
      );
      expect(differing).toEqual([]);
    });

    it.each([0, 1])('for every sine and cosine, half %d', (half) => {
      const differing = sweep(
        kernels,
        (q) => [0xffffff, half * 2 ** 23 + q],
        (k) => k.normal(PIECE, 0, 1),
      );
      expect(differing).toEqual([]);
    });

    it.each([
      [0, 0.02],
      [-0, 0.02],
      [-0, 0],
      [0.3, 0.7],
      [-7.5, 1e-9],
      [1e-20, 3],
      [1e-40, 1],
      [2 ** -30, 2 ** -55],
      [3, 1],
      [1e38, 3e37],
      [0.5, 0],
      [0, 1e-40],
      [0, 3e38],
    ])('for normals of mean %d and deviation %d', (mean, std) => {
      const differing = sweep(
        kernels,
        (q) => [noise(q, 1), noise(q, 2)],
        (k) => k.normal(PIECE, Math.fround(mean), Math.fround(std)),
      );
      expect(differing).toEqual([]);
    });

    it('for normals of any mean and deviation', () => {
      const positive = floats.map(Math.abs).filter(Number.isFinite);
      fc.assert(
        fc.property(floats.filter(Number.isFinite), positive, fc.nat(), (mean, std, salt) => {
          give(kernels, ({ words }) => words.set(noisyWords(salt)));
          give(kernels, (k) => k.normal(PIECE, mean, std));
          expect(same(kernels.words, plainDrawKernels.words, PIECE)).toBe(true);
        }),
        { numRuns: 200 },
      );
    });

    it.each([
      [-0.1, 0.1],
      [0, 1],
      [0.1, 0.25],
      [1e-20, 3],
      [-3, 1e-7],
      [-1e-40, 1e-40],
      [1e-44, 1e-40],
      [-1e38, 2e38],
      [0.5, 0.5],
      [1, 1 + 2 ** -23],
    ])('for uniforms from %d to %d', (from, to) => {
      for (const isOpen of [true, false]) {
        const differing = sweep(
          kernels,
          (q) => [q, 2 ** 23 + q],
          (k) => k.uniform(PIECE, Math.fround(from), Math.fround(to), isOpen),
        );
        expect(differing).toEqual([]);
      }
    });

    it('for uniforms of any bounds', () => {
      const bound = floats.filter((x) => Math.abs(x) < 1e38);
      fc.assert(
        fc.property(bound, bound, fc.boolean(), fc.nat(), (a, b, isOpen, salt) => {
          const [from, to] = a < b ? [a, b] : [b, a];
          give(kernels, ({ words }) => words.set(noisyWords(salt)));
          give(kernels, (k) => k.uniform(PIECE, from, to, isOpen));
          expect(same(kernels.words, plainDrawKernels.words, PIECE)).toBe(true);
        }),
        { numRuns: 200 },
      );
    });

    it('for float64 uniforms of any bounds', () => {
      const bound = fc.oneof(
        fc.double({ min: -10, max: 10, noNaN: true }),
        fc.double({ min: -1e307, max: 1e307, noNaN: true }),
      );
      const pair = fc.oneof(
        fc.tuple(bound, bound),
        bound.map((a) => [a, -a] as const),
        bound.map((a) => [0, a] as const),
      );
      fc.assert(
        fc.property(pair, fc.nat(), ([a, b], salt) => {
          const [from, to] = a < b ? [a, b] : [b, a];
          give(kernels, ({ words }) => words.set(noisyWords(salt)));
          give(kernels, (k) => k.uniformDouble(PIECE, from, to));
          expect(same(kernels.words, plainDrawKernels.words, 2 * PIECE)).toBe(true);
        }),
        { numRuns: 300 },
      );
    });

    // With angle 0 a pair shows the radius, and with radius 1 the cosine and the sine.
    it.each([
      { what: 'radius', half: 0, wordsOf: (q: number) => [q, 0] as const },
      { what: 'radius', half: 1, wordsOf: (q: number) => [q, 0] as const },
      { what: 'sine and cosine', half: 0, wordsOf: (q: number) => [RADIUS_1.group, q] as const },
      { what: 'sine and cosine', half: 1, wordsOf: (q: number) => [RADIUS_1.group, q] as const },
    ])("for every $what of the C library's functions, half $half", ({ half, wordsOf }) => {
      const differing = sweep(
        kernels,
        (q) => wordsOf(half * 2 ** 23 + q),
        (k) => k.normalGlibc(PIECE, 0, 1),
      );
      expect(differing).toEqual([]);
    });

    it.each([
      { what: 'radius', wordsOf: (w: number) => [w, 0] as const },
      { what: 'sine and cosine', wordsOf: (w: number) => [RADIUS_1.pair, w] as const },
    ])('for every $what of pairs', ({ wordsOf }) => {
      const differing: number[] = [];
      let number = 0;
      // One word for each number of float32: every word below 2²⁴, every second below 2²⁵, and so on.
      for (let start = 0, gap = 1; start < 2 ** 32; start += (gap * PIECE) / 2) {
        if (start >= 2 ** 24 * gap) gap *= 2;
        if (!isFullRun && number++ % 64 !== 0 && start + (gap * PIECE) / 2 < 2 ** 32) continue;
        give(kernels, ({ words }) => {
          for (let i = 0; i < PIECE; i += 2) [words[i], words[i + 1]] = wordsOf(start + (gap * i) / 2);
        });
        give(kernels, (k) => k.normalPairs(PIECE, 0, 1));
        if (!same(plainDrawKernels.words, kernels.words, PIECE)) differing.push(start);
      }
      expect(differing).toEqual([]);
    });

    it('for normals of the C library, of any mean and deviation', () => {
      const positive = floats.map(Math.abs).filter(Number.isFinite);
      const usual = fc.constantFrom(...[0, -0, 1, 0.02, 1e-40, 2 ** -60, 2 ** -61, 1e38].map(Math.fround));
      const mean = fc.oneof(floats.filter(Number.isFinite), usual);
      fc.assert(
        fc.property(mean, fc.oneof(positive, usual.map(Math.abs)), fc.nat(), (mean, std, salt) => {
          for (const run of [
            (k: DrawKernels) => k.normalGlibc(PIECE, mean, std),
            (k: DrawKernels) => k.normalPairs(PIECE, mean, std),
          ]) {
            give(kernels, ({ words }) => words.set(noisyWords(salt)));
            give(kernels, run);
            expect(same(kernels.words, plainDrawKernels.words, PIECE)).toBe(true);
          }
        }),
        { numRuns: 200 },
      );
    });

    it('for uniforms with two roundings, of any bounds', () => {
      const bound = floats.filter((x) => Math.abs(x) < 1e38);
      const bits = fc.constantFrom(24 as const, 11 as const, 8 as const);
      fc.assert(
        fc.property(bound, bound, bits, fc.boolean(), fc.nat(), (a, b, bits, isOpen, salt) => {
          const [from, to] = a < b ? [a, b] : [b, a];
          for (const run of [
            (k: DrawKernels) => k.uniformUnfused(PIECE, bits, from, to, isOpen),
            (k: DrawKernels) => k.uniformDoubleUnfused(PIECE, from, to, isOpen),
          ]) {
            give(kernels, ({ words }) => words.set(noisyWords(salt)));
            give(kernels, run);
            expect(same(kernels.words, plainDrawKernels.words, 2 * PIECE)).toBe(true);
          }
        }),
        { numRuns: 200 },
      );
    });

    it.each(['float16', 'bfloat16'] as const)('for every %s', (dtype) => {
      for (let start = 0; start < 65536; start += PIECE) {
        give(kernels, ({ halves }) => {
          for (let i = 0; i < PIECE; i++) halves[i] = start + i;
        });
        give(kernels, (k) => k.decode(dtype, PIECE));
        const decoded = [plainDrawKernels, kernels].map(({ numbers }) => numbers.slice(0, PIECE));
        // toEqual treats all NaNs as equal, whose bits may differ.
        expect(decoded[1]).toEqual(decoded[0]);
        give(kernels, (k) => k.numbers.set(decoded[0]));
        give(kernels, (k) => k.encode(dtype, PIECE));
        expect(same(kernels.words, plainDrawKernels.words, PIECE / 2)).toBe(true);
      }
    });

    it.each(['float16', 'bfloat16'] as const)('for rounding to %s', (dtype) => {
      // These are all signs and exponents, with numbers below, on and above the halfway points between neighbours.
      const step = isFullRun ? 1 : 251;
      const differing: number[] = [];
      for (let high = 0; high < 65536; high += step) {
        for (const [k, { numbers }] of [plainDrawKernels, kernels].entries()) {
          const bits = new Uint32Array(numbers.buffer, numbers.byteOffset, PIECE);
          for (let i = 0; i < PIECE; i++) bits[i] = (high << 16) | (i << 5) | (i & 31);
          [plainDrawKernels, kernels][k].encode(dtype, PIECE);
        }
        if (!same(kernels.words, plainDrawKernels.words, PIECE / 2)) differing.push(high);
      }
      expect(differing).toEqual([]);
    });

    it.each(['float32', 'float16', 'bfloat16'] as const)('for moments of %s', (dtype) => {
      const number = fc.float({ noNaN: true, min: -1e6, max: 1e6 });
      const anything = fc.oneof({ arbitrary: number, weight: 9 }, fc.constantFrom(Infinity, -Infinity, Number.NaN));
      const values = fc.oneof(...[number, anything].map((value) => fc.array(value, { minLength: 1, maxLength: 9 })));
      fc.assert(
        fc.property(values, fc.nat(9000), (some, n) => {
          const data = dtype === 'float32' ? new Float32Array(n) : new Uint16Array(n);
          for (let i = 0; i < n; i++) data[i] = dtype === 'float32' ? some[i % some.length] : noise(i, n) & 0x3fff;
          const [plain, fast] = (['typescript', path] as const).map((choice) => {
            setKernels(choice);
            const sums = createMomentSums();
            for (let start = 0; start < n; start += 4096) {
              accumulateMoments(data.subarray(start, start + 4096), dtype, sums);
            }
            return momentsOf(sums);
          });
          expect(fast).toEqual(plain);
        }),
        { numRuns: 40 },
      );
    });
  },
);
