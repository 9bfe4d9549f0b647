import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mersenne } from 'pure-rand/generator/mersenne';
import { ArgumentError } from '../../src/errors.js';
import { createStorage, type FloatDType } from '../../src/numerics/DType.js';
import { readNumber } from '../../src/numerics/numbers.js';
import { expectedRounds } from '../../src/random/expectedRounds.js';
import { fillNormal } from '../../src/random/fillNormal.js';
import { Generator } from '../../src/random/Generator.js';
import { ROUND_TO } from '../../src/random/roundTo.js';
import { finish } from '../../src/random/Steps.js';
import type { TruncatedNormalOptions } from '../../src/random/TruncatedNormalOptions.js';
import {
  checkTruncatedNormal,
  drawsNormalsFirst,
  truncatedNormalSteps,
} from '../../src/random/truncatedNormalSteps.js';
import { normalWords, uniformWords } from '../../src/random/wordsDrawn.js';
import { sha256, stateHash } from '../golden/readGolden.js';
import { describeOnEveryPath } from '../laws/kernelPaths.js';

const DTYPES = ['float32', 'float64', 'float16', 'bfloat16'] as const satisfies readonly FloatDType[];
const STANDARD: TruncatedNormalOptions = { mean: 0, std: 1, a: -2, b: 2, method: 'rejection' };

function draw(n: number, dtype: FloatDType, options: Partial<TruncatedNormalOptions>, generator = new Generator(7)) {
  const data = createStorage(dtype, n);
  finish(truncatedNormalSteps(data, dtype, { ...STANDARD, ...options }, generator));
  return { data, generator, values: Array.from(data, (_, i) => readNumber(data, dtype, i)) };
}

describeOnEveryPath('truncatedNormalSteps', () => {
  // torch.manual_seed(7); torch.nn.init.trunc_normal_(torch.empty(n, dtype=…), mean, std, a, b), PyTorch 2.15.0
  it.each<[FloatDType, number, number, number, number, number, string, string]>([
    [
      'float32',
      100003,
      0,
      1,
      -2,
      2,
      'ab621d7000cfc6ff8b00ee6bba6f81f27087b3201d8d3dc635a77235bcf5bc80',
      'a2bea37a2bd0bdf342811914d9ad04414a2a9cbf667b0679a90bd156bea36ad8',
    ],
    [
      'bfloat16',
      5003,
      0.1,
      1.5,
      -2,
      2,
      '19f065e89cbbf8289d631e8f4c32fe0337bd0077e64568d4aa0d8d1601f4bc4c',
      'acd45e16b40ebc42cb5a30f7593893f0e3a8378b31cd026483d8e0f7c1c4e178',
    ],
    [
      'float16',
      5003,
      -0.3,
      0.7,
      -1,
      0.1,
      '0eb5aa154f0870ae6f8eeb6b86b12d2cf4e5df3b78b03be453c775167e373994',
      'f9115dd712b1a3eff4e1db72fe480abc1d28240958ef497cea084a3bdecc6a08',
    ],
    [
      'float32',
      9,
      0,
      1,
      -0.5,
      0.5,
      'ccc13b08e0ffc7c09d5433365ce29fedbca6dbd4512133c5003283897c6eeee5',
      '6cecbc781bdf8df6a8abd35089d616b892946dbc1e6f3a7e92664deff3db40cc',
    ],
    [
      'float32',
      5003,
      0.123,
      0.456,
      1.1,
      1.9,
      '1ce535ac47ea1f911433dbe29df68ad14862cc9aea150439328305c5bb0e2bae',
      '1d7fb3b8e3c2098a953ff853e0536bb032e4e4908fab58878e9d632954cc7139',
    ],
    [
      'bfloat16',
      5003,
      0.123,
      0.456,
      1.1,
      1.9,
      '5f25d6b007d168d32f96e4fdb340a7a38a59470e410c666c7a992dd022bf4946',
      '1d7fb3b8e3c2098a953ff853e0536bb032e4e4908fab58878e9d632954cc7139',
    ],
    [
      'float16',
      5003,
      0.123,
      0.456,
      -0.9,
      -0.7,
      '29d901082f9549d34d86d04f45710247324036d9b6c2a7e1e5468fe9ba2da188',
      'ec5c2068e1d1f2ccac66b36a10be9f3d3633928ef83d75527c4fb7a6b21fdb16',
    ],
    [
      'float32',
      40,
      0,
      1,
      -0.2,
      0.2,
      'c83309f03dfb966bd54aaa4bad0108c228d7c0d03a0dad03492368c99f79c1f7',
      'e08106ea629b562f18c2387b8fb4fed19a39962fe7b9a4bd7372741b9e08b3cd',
    ],
  ])('has the bits and the state of PyTorch: %s %d N(%d, %d) in [%d, %d]', (dtype, n, mean, std, a, b, bits, state) => {
    const { data, generator } = draw(n, dtype, { mean, std, a, b });
    expect(sha256(new Uint8Array(data.buffer))).toBe(bits);
    expect(stateHash(generator)).toBe(state);
  });

  it('stays within the bounds, rounded to the dtype', () => {
    const law = fc.record({
      mean: fc.double({ min: -1, max: 1, noNaN: true }),
      std: fc.double({ min: 0.1, max: 2, noNaN: true }),
      start: fc.double({ min: -2, max: 1, noNaN: true }),
      width: fc.double({ min: 0.1, max: 3, noNaN: true }),
      method: fc.constantFrom('rejection' as const, 'inverse' as const),
    });
    fc.assert(
      fc.property(law, fc.constantFrom(...DTYPES), fc.nat(100), ({ start, width, ...rest }, dtype, n) => {
        const a = rest.mean + start * rest.std;
        const b = a + width * rest.std;
        const { values } = draw(n, dtype, { ...rest, a, b });
        const low = ROUND_TO[dtype](a);
        const high = ROUND_TO[dtype](b);
        expect(values.every((value) => value >= low && value <= high)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('is the normal fill where no value is outside', () => {
    const data = new Float32Array(1000);
    const generator = new Generator(7);
    fillNormal(data, 'float32', 0, 0.02, generator);
    const truncated = draw(1000, 'float32', { std: 0.02 });
    expect(truncated.data).toEqual(data);
    expect(stateHash(truncated.generator)).toBe(stateHash(generator));
    const unbounded = draw(1000, 'float32', { std: 0.02, a: -Infinity, b: Infinity });
    expect(unbounded.data).toEqual(data);
  });

  it.each(DTYPES)('takes one uniform fill of words by the inverse, in %s', (dtype) => {
    const { generator, values } = draw(4000, dtype, { mean: 0.1, std: 0.7, a: -1.3, b: 0.9, method: 'inverse' });
    expect(stateHash(generator)).toBe(stateHash(new Generator(7).advance(uniformWords(4000, dtype))));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    // Mean of N(0.1, 0.7²) within [−1.3, 0.9]: 0.1 + 0.7·(φ(−2) − φ(8/7))/(Φ(8/7) − Φ(−2)).
    expect(Math.abs(mean + 0.0269)).toBeLessThan(0.03);
  });

  it('leaves a resumed stream where it would be', () => {
    const half = draw(100, 'float32', {});
    const resumed = new Generator().setState(half.generator.getState());
    expect(draw(100, 'float32', {}, resumed).data).toEqual(draw(100, 'float32', {}, half.generator).data);
  });

  it.each<[string, Partial<TruncatedNormalOptions>]>([
    ['the inverse', { method: 'inverse' }],
    ['acceptance under the density', { a: 1, b: 2 }],
  ])('pauses in %s every 16,384 elements, which take some 150 ns each', (_, options) => {
    const n = 2 ** 17;
    const steps = truncatedNormalSteps(new Float32Array(n), 'float32', { ...STANDARD, ...options }, new Generator(7));
    expect([...steps].length).toBeGreaterThan(n / 2 ** 14);
  });

  it('draws normals if [a, b] has more than 0.3 of their probability, and uniforms otherwise', () => {
    // Φ(0.385) − Φ(−0.385) = 0.2998, Φ(0.386) − Φ(−0.386) = 0.3005.
    expect(drawsNormalsFirst({ ...STANDARD, a: -0.386, b: 0.386 })).toBe(true);
    expect(drawsNormalsFirst({ ...STANDARD, a: -0.385, b: 0.385 })).toBe(false);
  });

  it('pauses where it passes over many words without drawing from them', () => {
    let drawn = 0;
    const engine = mersenne(7);
    const counting = {
      next: () => {
        drawn++;
        return engine.next();
      },
      clone: () => counting,
      getState: () => [],
    };
    let most = 0;
    const options = { ...STANDARD, a: -1, b: 1 };
    for (const _ of truncatedNormalSteps(new Float32Array(2 ** 21), 'float32', options, Generator.from(counting))) {
      most = Math.max(most, drawn);
      drawn = 0;
    }
    expect(most).toBeLessThan(600_000);
  });

  it.each<[FloatDType, number, Partial<TruncatedNormalOptions>]>([
    ['float32', 400, { a: 2, b: 20 }],
    ['float64', 100, { mean: 100, a: 0, b: 2 }],
    ['bfloat16', 300, { a: 0.5, b: 10 }],
    ['float16', 300, { a: -0.1, b: 0.1 }],
    ['float32', 1000, { a: -0.4, b: 0.4 }],
    ['float32', 5, { mean: 1, std: 1e-10 }],
  ])('expects the rounds that a %s fill of %d with %j takes', (dtype, n, options) => {
    const settings = { ...STANDARD, ...options };
    const isNormal = drawsNormalsFirst(settings);
    const wordsOfRound = (isNormal ? normalWords(n, dtype, false).words : 2 * uniformWords(n, dtype)) || 1;
    let rounds = 0;
    for (let seed = 0; seed < 20; seed++) rounds += draw(n, dtype, options, new Generator(seed)).generator.wordsDrawn;
    const found = rounds / 20 / wordsOfRound;
    const ratio = expectedRounds(settings, dtype, n, isNormal) / found;
    expect(ratio).toBeGreaterThan(0.6);
    expect(ratio).toBeLessThan(2.2);
  });

  it('accepts a sensible fill of any size', () => {
    const check = (options: Partial<TruncatedNormalOptions>, dtype: FloatDType = 'float32') =>
      checkTruncatedNormal({ ...STANDARD, ...options }, dtype, 2 ** 33);
    for (const dtype of DTYPES) {
      check({}, dtype);
      check({ std: 0.02 }, dtype);
      check({ std: 1e-6, a: -2e-6, b: 2e-6 }, dtype);
      check({ a: 1, b: 10 }, dtype);
      check({ mean: 3, a: -1, b: 1 }, dtype);
      check({ a: 0.25, b: 0.25 }, dtype);
      check({ a: -Infinity, b: Infinity }, dtype);
      check({ a: 0, b: Infinity }, dtype);
      check({ mean: 1e6, a: -1e6, b: -1, method: 'inverse' }, dtype === 'float16' ? 'float32' : dtype);
    }
    checkTruncatedNormal({ ...STANDARD, a: 50, b: 1e9 }, 'float32', 0);
  });

  it.each<[Partial<TruncatedNormalOptions>, string]>([
    [{ std: -1 }, 'normal expects std >= 0.0, but found std -1'],
    [{ std: 0 }, 'float division by zero'],
    [{ mean: Number.NaN }, 'finite mean'],
    [{ a: 1, b: -1 }, 'uniform_ expects to return a [from, to) range'],
    [{ a: Number.NaN }, 'found a NaN'],
    [{ a: 3, b: Infinity }, 'b is out of bounds for float'],
    [{ a: 50, b: 1e9 }, 'would hardly accept a draw'],
    [{ a: 50, b: 1e9 }, "give a nearer interval, or method: 'inverse', which draws every element once"],
    // In float32 the numbers beside 10¹⁰ are 1024 apart, so that no candidate has the density of the peak.
    [{ mean: 1e10, std: 65505, a: 65505, b: 70000 }, 'found no end'],
    // The mean rounds below a, and the deviation is far smaller than the spacing of float32.
    [{ mean: 1 + 0.49 * 2 ** -23, std: 0.04 * 2 ** -23, a: 1 + 0.51 * 2 ** -23 }, 'found no end'],
    [{ mean: 0.6e-45, std: 0.3e-45, a: 0.71e-45 }, 'found no end'],
    [{ a: Infinity, b: Infinity, method: 'inverse' }, 'a is out of bounds for float'],
    [{ a: -Infinity, b: -Infinity, method: 'inverse' }, 'b is out of bounds for float'],
    [{ b: 4e38, method: 'inverse' }, 'b is out of bounds for float'],
    [{ std: 1e300, method: 'inverse' }, 'std·√2 is out of bounds for float'],
    [{ mean: 1e300, method: 'inverse' }, 'mean is out of bounds for float'],
    [{ method: 'guess' as 'inverse' }, "method: expected 'rejection' or 'inverse', found 'guess'"],
  ])('refuses %j, untouched', (options, message) => {
    const generator = new Generator(0);
    expect(() => draw(20, 'float32', options, generator)).toThrow(message);
    expect(() => draw(20, 'float32', options, generator)).toThrow(ArgumentError);
    expect(generator.getState()).toEqual(new Generator(0).getState());
  });
});
