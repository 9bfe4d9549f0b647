import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ArgumentError } from '../../src/errors.js';
import { createStorage, type FloatDType } from '../../src/numerics/DType.js';
import { fillNormal } from '../../src/random/fillNormal.js';
import { Generator } from '../../src/random/Generator.js';
import { normalWords } from '../../src/random/wordsDrawn.js';
import { sha256, stateHash } from '../golden/readGolden.js';
import { describeOnEveryPath } from '../laws/kernelPaths.js';

const DTYPES = ['float32', 'float64', 'float16', 'bfloat16'] as const satisfies readonly FloatDType[];

describeOnEveryPath('fillNormal', () => {
  it.each(DTYPES)('takes the %s words it says and leaves the cached sample it says', (dtype) => {
    const size = fc.oneof(fc.nat(40), fc.nat(6000));
    fc.assert(
      fc.property(fc.integer(), size, fc.boolean(), (seed, n, cached) => {
        const generator = new Generator(seed);
        if (cached) generator.cachedNormal = 0.5;
        fillNormal(createStorage(dtype, n), dtype, 0.1, 2, generator);
        const said = normalWords(n, dtype, cached);
        expect(generator.cachedNormal !== undefined).toBe(said.cached);
        generator.cachedNormal = undefined;
        expect(stateHash(generator)).toBe(stateHash(new Generator(seed).advance(said.words)));
      }),
      { numRuns: 40 },
    );
  });

  // PyTorch 2.15.0: torch.manual_seed(0); torch.signbit(torch.empty(16, dtype=…).normal_(-0.0, 0.0)).
  it.each([
    ['float32', '----++--+-+++++-'],
    ['float64', '---+-----++++-++'],
    ['float16', '----++--+-+++++-'],
    ['bfloat16', '----++--+-+++++-'],
  ] as const)('keeps the sign of %s products that are −0 where the mean is −0', (dtype, signs) => {
    // The first group of a larger tensor has the same words.
    for (const n of [16, 4096]) {
      const data = createStorage(dtype, n);
      fillNormal(data, dtype, -0, 0, new Generator(0));
      const found = Array.from(data.subarray(0, 16), (x) => (x === 0x8000 || Object.is(x, -0) ? '-' : '+'));
      expect(found.join('')).toBe(signs);
    }
  });

  it('splits at multiples of 16', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 16, max: 999 }),
        (seed, k, rest) => {
          const n = 16 * k + rest;
          const whole = new Float32Array(n);
          fillNormal(whole, 'float32', 0.5, 3, new Generator(seed));
          const pieces = new Float32Array(n);
          const generator = new Generator(seed);
          fillNormal(pieces.subarray(0, 16 * k), 'float32', 0.5, 3, generator);
          fillNormal(pieces.subarray(16 * k), 'float32', 0.5, 3, generator);
          expect(pieces).toEqual(whole);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('uses the cached sample first, and large fills leave it', () => {
    const generator = new Generator(0);
    generator.cachedNormal = 0.25;
    fillNormal(new Float32Array(160), 'float32', 0, 1, generator);
    expect(generator.cachedNormal).toBe(0.25);
    const one = new Float64Array(1);
    const before = generator.nextWord();
    expect(before).toBe(new Generator(0).advance(160).nextWord());
    fillNormal(one, 'float64', 3, 2, generator);
    expect(one[0]).toBe(3.5);
    expect(generator.cachedNormal).toBeUndefined();
  });

  // torch.manual_seed(7); torch.empty(100003, dtype=…).normal_(0.3, 0.02), PyTorch 2.15.0
  it.each([
    ['float32', '87a9719ba265c43e8d421a75473c3f2a93d9ba24bc08a98da9f42c3a1489f229'],
    ['float16', '732bbb02dd69a01895fb4efe34bce6183a4e1bd7970332b5c6d3328221ab65f0'],
    ['bfloat16', '9c5561fee30c98b8d8ef840d098f79dd193acd45a68975f7ad7aa6be88e00c58'],
  ] as const)('has the bits of PyTorch over many chunks, in %s', (dtype, expected) => {
    const data = createStorage(dtype, 100_003);
    fillNormal(data, dtype, 0.3, 0.02, new Generator(7));
    expect(sha256(new Uint8Array(data.buffer))).toBe(expected);
  });

  it('fills with the mean where std is 0', () => {
    for (const n of [3, 16]) {
      const data = new Float32Array(n);
      fillNormal(data, 'float32', 0.1, 0, new Generator(0));
      expect([...data].every((value) => value === Math.fround(0.1))).toBe(true);
    }
  });

  it.each([
    [0, -1, 'normal expects std >= 0.0, but found std -1'],
    [0, Number.NaN, 'normal expects std >= 0.0, but found std NaN'],
    [0, Infinity, 'normal expects std >= 0.0, but found std Infinity'],
    [Number.NaN, 1, 'finite mean'],
    [-Infinity, 1, 'finite mean'],
  ])('refuses mean %d and std %d, untouched', (mean, std, message) => {
    const generator = new Generator(0);
    const data = new Float32Array(20);
    expect(() => fillNormal(data, 'float32', mean, std, generator)).toThrow(message);
    expect(() => fillNormal(data, 'float32', mean, std, generator)).toThrow(ArgumentError);
    expect(generator.getState()).toEqual(new Generator(0).getState());
    expect([...data].every((value) => value === 0)).toBe(true);
  });
});
