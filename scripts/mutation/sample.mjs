import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/**
 * Draws a sample of mutants, the same one for the same seed and sources: of each folder its share of them, and at least
 * half of an even share.
 * @param {Map<string, object[]>} mutants by folder
 * @returns {Map<string, object[]>}
 */
export function sample(mutants, count, seed) {
  const total = [...mutants.values()].reduce((sum, { length }) => sum + length, 0);
  const least = Math.ceil(count / mutants.size / 2);
  return new Map(
    Array.from(mutants, ([folder, all]) => {
      const share = Math.max(least, Math.round((count * all.length) / total));
      return [folder, shuffle(all, seed).slice(0, share)];
    }),
  );
}

function shuffle(values, seed) {
  const engine = xoroshiro128plus(seed);
  const shuffled = [...values];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = uniformInt(engine, 0, i);
    [shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]];
  }
  return shuffled;
}
