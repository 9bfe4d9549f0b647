import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findSeed } from '../../src/random/findSeed.js';
import { Generator } from '../../src/random/Generator.js';
import { expandSeed, temper, twist, untemper } from '../../src/random/mersenneTwister.js';
import { recoverBlock, WORDS_TO_RECOVER } from '../../src/random/recoverState.js';
import { wordsOfUniform } from '../../src/random/wordsOfUniform.js';
import { rand } from '../../src/tensor/randomCreation.js';

/** The lower 24 bits of words of a stream. */
function wordsOf(seed: number, skip: number, count = WORDS_TO_RECOVER): Int32Array {
  const words = new Int32Array(count);
  new Generator(seed).advance(skip).fillWords(words, count);
  return words.map((word) => word & 0xffffff);
}

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe('untemper', () => {
  it('is the inverse of tempering', () => {
    fc.assert(fc.property(fc.integer(), (word) => expect(untemper(temper(word))).toBe(word)));
  });
});

describe('recoverBlock', () => {
  it('gives all 32 bits of the words behind a stream', () => {
    const block = expandSeed(42);
    twist(block);
    expect(recoverBlock(wordsOf(42, 0), 0)).toEqual(block);
    twist(block);
    expect(recoverBlock(wordsOf(42, 0, 3000), 624)).toEqual(block);
  });

  it('ignores the upper bits, and reads only the words that it needs', () => {
    const words = wordsOf(3, 10, WORDS_TO_RECOVER + 2);
    const block = recoverBlock(words, 1);
    expect(block).toBeDefined();
    const other = words.map((word, i) => (i === 0 || i === words.length - 1 ? 7 : word | 0xab000000));
    expect(recoverBlock(other, 1)).toEqual(block);
  });

  it('never gives the same block if one bit is wrong, wherever it is', () => {
    const words = wordsOf(7, 100);
    const right = recoverBlock(words, 0);
    const refused = new Set<number>();
    for (let at = 0; at < words.length; at += 3) {
      for (let bit = 0; bit < 24; bit++) {
        words[at] ^= 1 << bit;
        const block = recoverBlock(words, 0);
        words[at] ^= 1 << bit;
        if (block === undefined) refused.add(bit);
        else expect(block).not.toEqual(right);
      }
    }
    expect(refused.size).toBe(24);
  });

  it('refuses words of another engine', () => {
    const words = new Int32Array(WORDS_TO_RECOVER);
    new Generator(1, { engine: 'xoroshiro128plus' }).fillWords(words, words.length);
    expect(recoverBlock(words, 0)).toBeUndefined();
  });
});

describe('findSeed', () => {
  it('finds a seed and the distance, also on the first words of the stream', () => {
    for (const seed of [0, 1, 42, 2 ** 31, 2 ** 32 - 1]) {
      for (const skip of [0, 1, 623, 624, 40_000]) {
        const block = recoverBlock(wordsOf(seed, skip), 0) as Int32Array;
        expect(findSeed(block, skip)).toEqual({ seed, words: skip });
        if (skip > 0) expect(findSeed(block, skip - 1)).toBeUndefined();
      }
    }
  });

  it('finds any seed', () => {
    fc.assert(
      fc.property(seeds, fc.nat(3000), (seed, skip) => {
        expect(findSeed(recoverBlock(wordsOf(seed, skip), 0) as Int32Array, 3000)).toEqual({ seed, words: skip });
      }),
      { numRuns: 20 },
    );
  });

  it('leaves the block as it is', () => {
    const block = recoverBlock(wordsOf(5, 2000), 0) as Int32Array;
    const before = block.slice();
    findSeed(block, 1e5);
    expect(block).toEqual(before);
  });
});

describe('wordsOfUniform', () => {
  it('inverts every number of a symmetric interval', () => {
    const bounds = fc.double({ min: 1e-4, max: 100, noNaN: true });
    fc.assert(
      fc.property(bounds, seeds, (bound, seed) => {
        const words = wordsOf(seed, 0, 300);
        const data = rand([300], { generator: new Generator(seed) }).data as Float32Array;
        const range = Math.fround(Math.fround(bound) + Math.fround(bound));
        // The bounds are exact multiples, so one rounding gives PyTorch's number.
        const numbers = data.map((x) => x * range - Math.fround(bound));
        expect(wordsOfUniform(Float32Array.from(numbers), bound)).toEqual(words);
      }),
    );
  });

  it('has no word for other numbers', () => {
    const between = Math.fround(0.1) / 3;
    expect([...wordsOfUniform(Float32Array.of(0.1, -0.2, 0.2, Number.NaN, 1 / 0, between * 1e-9), 0.1)]).toEqual([
      -1, -1, -1, -1, -1, -1,
    ]);
    expect([...wordsOfUniform(Float32Array.of(-0.1, 0), 0.1)]).toEqual([0, 2 ** 23]);
  });
});
