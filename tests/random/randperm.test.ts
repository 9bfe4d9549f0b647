import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ArgumentError } from '../../src/errors.js';
import { Generator } from '../../src/random/Generator.js';
import { randperm } from '../../src/random/randperm.js';
import { randpermWords } from '../../src/random/wordsDrawn.js';
import { stateHash } from '../golden/readGolden.js';

describe('randperm', () => {
  it('holds every number once and takes n − 1 words', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(2000), (seed, n) => {
        const generator = new Generator(seed);
        const order = randperm(n, generator);
        expect(order.slice().sort()).toEqual(Uint32Array.from({ length: n }, (_, i) => i));
        expect(stateHash(generator)).toBe(stateHash(new Generator(seed).advance(randpermWords(n))));
      }),
      { numRuns: 40 },
    );
  });

  it('takes two words an element from 214,748,364 on, as PyTorch does', () => {
    expect(randpermWords(214_748_363)).toBe(214_748_362);
    expect(randpermWords(214_748_364)).toBe(429_496_728);
  });

  it.each([-1, 1.5, Number.NaN, 2 ** 32])('refuses %d, untouched', (n) => {
    const generator = new Generator(0);
    expect(() => randperm(n, generator)).toThrow(ArgumentError);
    expect(() => randperm(n, generator)).toThrow(/n must be non-negative, got/);
    expect(generator.getState()).toEqual(new Generator(0).getState());
  });
});
