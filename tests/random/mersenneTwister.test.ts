import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mersenne } from 'pure-rand/generator/mersenne';
import { MersenneEngine } from '../../src/random/MersenneEngine.js';
import { describeOnEveryPath } from '../laws/kernelPaths.js';

/** More than three blocks of 624 words. */
const COUNT = 2200;

describeOnEveryPath("MT19937 against pure-rand's own", () => {
  it('gives the same words for any seed', () => {
    const seeds = fc.oneof(fc.constantFrom(0, 1, -1, 5489, 2 ** 31 - 1, -(2 ** 31)), fc.integer());
    fc.assert(
      fc.property(seeds, (seed) => {
        const reference = mersenne(seed);
        const expected = Int32Array.from({ length: COUNT }, () => reference.next());
        const filled = new Int32Array(COUNT);
        MersenneEngine.seeded(seed).fill(filled, COUNT);
        expect(filled).toEqual(expected);
        const engine = MersenneEngine.seeded(seed);
        expect(Int32Array.from({ length: COUNT }, () => engine.next())).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('gives the same words however single words, fills, distances and clones follow one another', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom('next', 'fill', 'advance', 'clone'), fc.nat(900)), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.integer(), steps, (seed, steps) => {
        const reference = mersenne(seed);
        let engine = MersenneEngine.seeded(seed);
        for (const [step, count] of steps) {
          const expected = Int32Array.from({ length: count }, () => reference.next());
          const words = new Int32Array(count);
          if (step === 'next') for (let i = 0; i < count; i++) words[i] = engine.next();
          else if (step === 'fill') engine.fill(words, count);
          else {
            if (step === 'clone') engine = engine.clone();
            engine.advance(BigInt(count));
            continue;
          }
          expect(words).toEqual(expected);
        }
        expect(engine.next()).toBe(reference.next());
      }),
      { numRuns: 60 },
    );
  });
});
