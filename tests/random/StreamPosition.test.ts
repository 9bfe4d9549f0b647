import { expect, it } from '@jest/globals';
import { Generator } from '../../src/random/Generator.js';
import { generatorAt } from '../../src/random/StreamPosition.js';
import { randn } from '../../src/tensor/randomCreation.js';

it('a position with the sample that the generator had cached has it still, and is advanced', () => {
  const start = new Generator(7);
  randn([1], { generator: start });
  expect(start.cachedNormal).toBeDefined();
  const there = generatorAt(start, { words: 100, cachedFrom: 'start' });
  expect(there.cachedNormal).toBe(start.cachedNormal);
  expect(there.nextWord()).toBe(start.clone().advance(100).nextWord());
  const without = generatorAt(start, { words: 100, cachedFrom: null });
  expect(without.cachedNormal).toBeUndefined();
  expect(without.nextWord()).toBe(start.clone().advance(100).nextWord());
});

it('a position with the second sample of a pair has the sample of that pair', () => {
  const start = new Generator(7);
  const drawn = start.clone();
  randn([1], { generator: drawn });
  const there = generatorAt(start, { words: 4, cachedFrom: 0 });
  expect(there.cachedNormal).toBe(drawn.cachedNormal);
  expect(there.nextWord()).toBe(drawn.nextWord());
});
