import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ArgumentError } from '../../src/errors.js';
import { createStorage, type FloatDType } from '../../src/numerics/DType.js';
import { readNumber } from '../../src/numerics/numbers.js';
import { fillUniform } from '../../src/random/fillUniform.js';
import { Generator } from '../../src/random/Generator.js';
import { uniformWords } from '../../src/random/wordsDrawn.js';
import { sha256, stateHash } from '../golden/readGolden.js';
import { describeOnEveryPath } from '../laws/kernelPaths.js';

const DTYPES = ['float32', 'float64', 'float16', 'bfloat16'] as const satisfies readonly FloatDType[];

describeOnEveryPath('fillUniform', () => {
  it.each(DTYPES)('takes the %s words it says, in any pieces', (dtype) => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(5000), fc.nat(5000), (seed, first, second) => {
        const whole = createStorage(dtype, first + second);
        const generator = new Generator(seed);
        fillUniform(whole, dtype, -0.37, 0.91, generator);
        const pieces = createStorage(dtype, first + second);
        const resumed = new Generator(seed);
        fillUniform(pieces.subarray(0, first), dtype, -0.37, 0.91, resumed);
        fillUniform(pieces.subarray(first), dtype, -0.37, 0.91, new Generator().setState(resumed.getState()));
        expect(pieces).toEqual(whole);
        const skipped = new Generator(seed).advance(uniformWords(first + second, dtype));
        expect(stateHash(generator)).toBe(stateHash(skipped));
      }),
      { numRuns: 10 },
    );
  });

  it.each(DTYPES)('stays in [from, to) in %s', (dtype) => {
    const data = createStorage(dtype, 20_000);
    for (const [from, to] of [
      [0, 1],
      [1, 1.0625],
      [-3, -2],
      [0, 2 ** -20],
    ]) {
      fillUniform(data, dtype, from, to, new Generator(1));
      const values = Array.from(data, (_, i) => readNumber(data, dtype, i));
      expect(values.every((value) => value >= from && value < to)).toBe(true);
    }
  });

  // torch.manual_seed(7); torch.empty(100000, dtype=…).uniform_(1e-20, 3), PyTorch 2.15.0
  it.each([
    ['float32', 'c29e2c3ba2a529e74e1120f597c1c61555934d08ecff6734604ecffcff1544b7'],
    ['float64', '81d8c0fa95d73fde79ecfca473c325da33bc049fdbd9fb173666ffc66d6318aa'],
    ['float16', 'c53984edac199a6ef9655b69009a9e08f5fd9d3813596cd5351809ab6fafab72'],
    ['bfloat16', '75072063d1596b50794bcc1abd3aefe60b1b77ae391a1aa5be468b59e5e0f54d'],
  ] as const)('rounds once where the bounds lie far apart, in %s', (dtype, expected) => {
    const data = createStorage(dtype, 100_000);
    fillUniform(data, dtype, 1e-20, 3, new Generator(7));
    expect(sha256(new Uint8Array(data.buffer))).toBe(expected);
  });

  it('fills with from where from = to', () => {
    const data = new Float32Array(5);
    fillUniform(data, 'float32', 0.5, 0.5, new Generator(0));
    expect([...data]).toEqual([0.5, 0.5, 0.5, 0.5, 0.5]);
  });

  it.each<[FloatDType, number, number, string]>([
    ['float32', 1, 0, 'uniform_ expects to return a [from, to) range, but found from=1 > to=0'],
    ['float32', -1e300, 0, 'from is out of bounds for float'],
    ['float32', 0, Infinity, 'to is out of bounds for float'],
    ['float32', Number.NaN, 1, 'from is out of bounds for float'],
    ['float32', -3e38, 3e38, 'uniform_ expects to-from <= std::numeric_limits<Float>::max(), but found to=3e+38'],
    ['float64', -1.7e308, 1.7e308, 'uniform_ expects to-from <= std::numeric_limits<Double>::max()'],
    ['float64', Number.NaN, 1, 'from is out of bounds for double'],
    ['float16', 0, 65505, 'to is out of bounds for c10::Half'],
    ['float16', -6e4, 6e4, 'uniform_ expects to-from <= std::numeric_limits<Half>::max()'],
    ['bfloat16', 0, 3.4e38, 'to is out of bounds for c10::BFloat16'],
    ['bfloat16', -3e38, 3e38, 'uniform_ expects to-from <= std::numeric_limits<BFloat16>::max()'],
  ])('refuses %s from %d to %d, untouched', (dtype, from, to, message) => {
    for (const length of [0, 3]) {
      const generator = new Generator(0);
      const data = createStorage(dtype, length);
      expect(() => fillUniform(data, dtype, from, to, generator)).toThrow(message);
      expect(() => fillUniform(data, dtype, from, to, generator)).toThrow(ArgumentError);
      expect(generator.getState()).toEqual(new Generator(0).getState());
      expect([...data].every((value) => Number(value) === 0)).toBe(true);
    }
  });
});
