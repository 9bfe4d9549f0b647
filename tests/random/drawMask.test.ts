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

it('a mask is 0 where the word is below p·2³²', () => {
  const mask = new Uint8Array(5).fill(9);
  drawMask(mask, 0.75, repeating(0, 0xbfff_ffff, 0xc000_0000, 0xffff_ffff));
  expect([...mask]).toEqual([0, 0, 1, 1, 0]);
});

it.each([0, 0.25, 1])('a mask draws one word for each element, at probability %d too', (p) => {
  const generator = new Generator(3);
  const mask = new Uint8Array(3000).fill(9);
  drawMask(mask, p, generator);
  expect(generator.wordsDrawn).toBe(3000);
  const twin = new Generator(3);
  expect([...mask]).toEqual(Array.from(mask, () => (twin.nextWord() < p * 2 ** 32 ? 0 : 1)));
});
