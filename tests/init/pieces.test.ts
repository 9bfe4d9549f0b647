import { expect, it } from '@jest/globals';
import { fillLawSteps } from '../../src/init/fillLaw.js';
import * as init from '../../src/init.js';
import { fillByInverse } from '../../src/random/fillByInverse.js';
import { Generator } from '../../src/random/Generator.js';
import { ones } from '../../src/tensor/creation.js';

/** Fills a large tensor; how many pauses there were. */
const fill = (initializer: init.Initializer, shape: number[]) => {
  const tensor = ones(shape);
  let pauses = 0;
  for (const _ of fillLawSteps(tensor, initializer.law(shape), new Generator(5))) pauses++;
  return { data: tensor.data, pauses };
};

it('fills in pieces what it would fill at once', () => {
  const shape = [700, 1000];
  const { data, pauses } = fill(init.truncNormal({ method: 'inverse' }), shape);
  const whole = new Float32Array(700_000);
  fillByInverse(whole, 'float32', { mean: 0, std: 1, a: -2, b: 2, method: 'inverse' }, new Generator(5));
  expect(data).toEqual(whole);
  expect(pauses).toBe(5);
  const scaled = fill(init.truncNormalTf({ mean: 3, std: 2 }), shape);
  const plain = ones(shape);
  init.truncNormal().fill(plain, { generator: new Generator(5) });
  expect(scaled.data).toEqual(plain.mul_(2).add_(3).data);
});

it('pauses in whatever takes long', () => {
  for (const initializer of [init.zeros(), init.eye(), init.truncNormal({ a: -0.1, b: 0.1 }), init.lecunNormal()]) {
    expect(fill(initializer, [700, 1000]).pauses).toBeGreaterThanOrEqual(5);
  }
  expect(fill(init.sparse(0.5), [70, 90]).pauses).toBeGreaterThanOrEqual(90);
  expect(fill(init.orthogonal(), [70, 90]).pauses).toBeGreaterThanOrEqual(140);
});
