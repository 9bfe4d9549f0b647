import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Generator } from '../../src/random/Generator.js';
import { isFullRun } from '../isFullRun.js';

function draw(generator: Generator, count: number): number[] {
  return Array.from({ length: count }, () => generator.nextWord());
}

const distance = fc.oneof(fc.nat(1300), fc.nat(isFullRun ? 100_000 : 20_000));

/** What every generator does, whatever its engine. */
export function describeGeneratorLaws(create: (seed: number) => Generator): void {
  const generators = fc.integer().map(create);

  it('gives words in [0, 2^32)', () => {
    fc.assert(
      fc.property(generators, (generator) => {
        for (const word of draw(generator, 50)) {
          expect(Number.isInteger(word) && word >= 0 && word < 2 ** 32).toBe(true);
        }
      }),
    );
  });

  it('starts the same stream from the same seed', () => {
    fc.assert(fc.property(fc.integer(), (seed) => expect(draw(create(seed), 20)).toEqual(draw(create(seed), 20))));
  });

  it('goes on independently of its clone', () => {
    fc.assert(
      fc.property(generators, distance, (generator, before) => {
        generator.advance(before);
        generator.cachedNormal = 0.5;
        const clone = generator.clone();
        const expected = draw(generator, 5);
        generator.cachedNormal = undefined;
        expect(clone.cachedNormal).toBe(0.5);
        expect(draw(clone, 5)).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  it('advances as drawing does, in one step or two', () => {
    fc.assert(
      fc.property(fc.integer(), distance, distance, (seed, a, b) => {
        const drawn = create(seed);
        drawn.fillWords(new Int32Array(a + b), a + b);
        const expected = draw(drawn, 3);
        expect(
          draw(
            create(seed)
              .advance(a + b)
              .clone(),
            3,
          ),
        ).toEqual(expected);
        expect(draw(create(seed).advance(a).advance(BigInt(b)), 3)).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  it('fills as it draws, whatever the pieces', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.nat(700), { maxLength: 5 }), (seed, pieces) => {
        const generator = create(seed);
        const words: number[] = [];
        for (const count of pieces) {
          const piece = new Int32Array(count + 1).fill(7);
          generator.fillWords(piece, count);
          expect(piece[count]).toBe(7);
          words.push(...new Uint32Array(piece.buffer, 0, count));
        }
        expect(words).toEqual(draw(create(seed), words.length));
      }),
      { numRuns: 30 },
    );
  });

  it.each([-1, 1.5, Number.NaN, -1n, 2 ** 53])('refuses to advance by %s and stays where it is', (words) => {
    const generator = create(1);
    expect(() => generator.advance(words)).toThrow(/advance expects a whole number of words in \[0, 2\^53\)/);
    expect(draw(generator, 3)).toEqual(draw(create(1), 3));
  });
}
