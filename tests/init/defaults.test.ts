import { describe, expect, it } from '@jest/globals';
import { ArgumentError, ShapeError } from '../../src/errors.js';
import * as init from '../../src/init.js';
import { defaultGenerator, manualSeed } from '../../src/random/defaultGenerator.js';
import { Generator } from '../../src/random/Generator.js';
import { empty } from '../../src/tensor/creation.js';
import type { Tensor } from '../../src/tensor/Tensor.js';

describe('the defaults of initialisers', () => {
  it.each<[init.Initializer, data: object]>([
    [init.uniform(), { kind: 'uniform', a: 0, b: 1 }],
    [init.normal(), { kind: 'normal', mean: 0, std: 1 }],
    [init.truncNormal(), { kind: 'truncNormal', mean: 0, std: 1, a: -2, b: 2, method: 'rejection' }],
    [init.truncNormalTf(), { kind: 'truncNormalTf', mean: 0, std: 1, a: -2, b: 2, method: 'rejection' }],
    [init.dirac(), { kind: 'dirac', groups: 1 }],
    [init.xavierUniform(), { kind: 'xavierUniform', gain: 1 }],
    [init.xavierNormal(), { kind: 'xavierNormal', gain: 1 }],
    [init.kaimingUniform(), { kind: 'kaimingUniform', a: 0, mode: 'fan_in', nonlinearity: 'leaky_relu' }],
    [init.kaimingNormal(), { kind: 'kaimingNormal', a: 0, mode: 'fan_in', nonlinearity: 'leaky_relu' }],
    [init.orthogonal(), { kind: 'orthogonal', gain: 1 }],
    [init.deltaOrthogonal(), { kind: 'deltaOrthogonal', gain: 1 }],
    [init.sparse(0.5), { kind: 'sparse', sparsity: 0.5, std: 0.01 }],
    [init.lstmForgetBias(), { kind: 'lstmForgetBias', value: 1 }],
  ])('%s', (initializer, data) => expect(JSON.parse(JSON.stringify(initializer))).toEqual(data));
});

const ARGUMENTS: Readonly<Record<string, readonly unknown[]>> = {
  uniform_: [0, 1],
  normal_: [0, 1],
  sparse_: [0.5, 1],
  xavierUniform_: [1],
  xavierNormal_: [1],
  orthogonal_: [1],
  deltaOrthogonal_: [1],
  truncNormal_: [],
  truncNormalTf_: [],
  kaimingUniform_: [],
  kaimingNormal_: [],
  varianceScaling_: [],
  lecunUniform_: [],
  lecunNormal_: [],
};

it.each(Object.entries(ARGUMENTS))('%s draws from the given generator alone', (name, settings) => {
  const shape = name === 'sparse_' ? [4, 6] : [4, 3, 3];
  const fill = (init as unknown as Record<string, (tensor: Tensor, ...rest: unknown[]) => Tensor>)[name];
  manualSeed(5);
  const byDefault = fill(empty(shape), ...settings).data;
  manualSeed(1);
  const before = defaultGenerator.getState();
  const generator = new Generator(5);
  expect(fill(empty(shape), ...settings, { generator }).data).toEqual(byDefault);
  expect(generator.wordsDrawn).toBeGreaterThan(0);
  expect(defaultGenerator.getState()).toEqual(before);
});

describe('the limits of settings', () => {
  it('let a variance scaling have scale 0', () => {
    const law = init.varianceScaling({ scale: 0, mode: 'fan_in', distribution: 'normal' }).law([3, 4]);
    expect(law).toEqual({ kind: 'normal', mean: 0, std: 0 });
  });

  it('give every linear nonlinearity the gain 1', () => {
    const linear = [
      'linear',
      'sigmoid',
      ...['conv', 'conv_transpose'].flatMap((c) => [1, 2, 3].map((n) => `${c}${n}d`)),
    ];
    expect(linear.map((name) => init.calculateGain(name as 'linear'))).toEqual(linear.map(() => 1));
  });

  it('are checked by initialisers that are made of others', () => {
    expect(() => init.overwriting(init.ones(), 3 as never)).toThrow(ArgumentError);
    expect(() => init.overwriting(3 as never, init.ones())).toThrow(ArgumentError);
    expect(() => init.transposedFans(init.xavierNormal()).law([3])).toThrow(ShapeError);
    expect(() => init.transposedFans(init.xavierNormal()).law([3])).toThrow('found [3]');
  });
});
