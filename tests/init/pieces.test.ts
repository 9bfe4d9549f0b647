import { expect, it } from '@jest/globals';
import { fillLawSteps } from '../../src/init/fillLaw.js';
import * as init from '../../src/init.js';
import type { Storage } from '../../src/numerics/DType.js';
import { fillByInverse } from '../../src/random/fillByInverse.js';
import { Generator } from '../../src/random/Generator.js';
import { finish } from '../../src/random/Steps.js';
import { ones } from '../../src/tensor/creation.js';

/** Fills a large tensor; returns its elements and the number of pauses. */
const fill = (initializer: init.Initializer, shape: number[]) => {
  const tensor = ones(shape);
  let pauses = 0;
  for (const _ of fillLawSteps(tensor, initializer.law(shape), new Generator(5))) pauses++;
  return { data: tensor.data, pauses };
};

/** Compares elements. Jest's own equality takes seconds for as many as these. */
const isSame = (a: Storage, b: Storage) => a.length === b.length && a.every((value, i) => value === b[i]);

it('fills in pieces what it would fill at once', () => {
  const shape = [700, 1000];
  const { data, pauses } = fill(init.truncNormal({ method: 'inverse' }), shape);
  const whole = new Float32Array(700_000);
  const generator = new Generator(5);
  // A short fill has no pauses.
  for (let start = 0; start < whole.length; start += 10_000) {
    const options = { mean: 0, std: 1, a: -2, b: 2, method: 'inverse' } as const;
    finish(fillByInverse(whole.subarray(start, start + 10_000), 'float32', options, generator));
  }
  expect(isSame(data, whole)).toBe(true);
  // 5 pieces of uniforms, then 43 ranges that the inverse turns into normals.
  expect(pauses).toBe(5 + 43);
  const scaled = fill(init.truncNormalTf({ mean: 3, std: 2 }), shape);
  const plain = ones(shape);
  init.truncNormal().fill(plain, { generator: new Generator(5) });
  expect(isSame(scaled.data, plain.mul_(2).add_(3).data)).toBe(true);
});

it('pauses in every fill that takes long', () => {
  for (const initializer of [init.zeros(), init.eye(), init.truncNormal({ a: -0.1, b: 0.1 }), init.lecunNormal()]) {
    expect(fill(initializer, [700, 1000]).pauses).toBeGreaterThanOrEqual(5);
  }
  expect(fill(init.sparse(0.5), [70, 90]).pauses).toBeGreaterThanOrEqual(90);
  expect(fill(init.orthogonal(), [300, 400]).pauses).toBeGreaterThanOrEqual(40);
});
