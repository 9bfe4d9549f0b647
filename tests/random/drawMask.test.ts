import { expect, it } from '@jest/globals';
import { drawMask } from '../../src/random/drawMask.js';
import { Generator } from '../../src/random/Generator.js';

/** A generator whose engine repeats some words. */
function repeating(...words: number[]): Generator {
  const engineAt = (next: number) => {
    let at = next;
    return { next: () => words[at++ % words.length] | 0, clone: () => engineAt(at) };
  };
  return Generator.from(engineAt(0));
}

it('a mask is 1 where the lower 53 bits of two words, as a fraction, are below 1 − p', () => {
  const mask = new Uint8Array(5).fill(9);
  // The fractions ¼ − 2⁻⁵³, ¼, 0 and 1 − 2⁻⁵³; the upper 11 bits of a pair do not count.
  const pairs = [0x7ffff, 0xffff_ffff, 0xffe8_0000, 0, 0xffe0_0000, 0, 0x1f_ffff, 0xffff_ffff];
  drawMask(mask, 0.75, repeating(...pairs));
  expect([...mask]).toEqual([1, 0, 1, 0, 1]);
});

it.each([0, 0.25, 1])('a mask draws two words for each element, at probability %d too', (p) => {
  const generator = new Generator(3);
  const mask = new Uint8Array(3000).fill(9);
  drawMask(mask, p, generator);
  expect(generator.wordsDrawn).toBe(6000);
  const twin = new Generator(3);
  const fraction = () => ((twin.nextWord() & 0x1fffff) * 2 ** 32 + twin.nextWord()) * 2 ** -53;
  expect([...mask]).toEqual(Array.from(mask, () => (fraction() < 1 - p ? 1 : 0)));
});
