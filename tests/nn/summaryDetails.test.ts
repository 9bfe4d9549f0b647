import { expect, it } from '@jest/globals';
import * as nn from '../../src/nn.js';
import { defaultGenerator } from '../../src/random/defaultGenerator.js';
import { Generator } from '../../src/random/Generator.js';
import { zeros } from '../../src/tensor/creation.js';
import type { Tensor } from '../../src/tensor/Tensor.js';

it('a summary without parameters says that 0 % are trainable', () => {
  expect(String(new nn.ReLU().summary([1, 2]))).toMatch(/trainable +0 \(0 %\)/);
});

it('a summary runs the model in eval mode, and restores each module', () => {
  const modes: boolean[] = [];
  class Recording extends nn.Module {
    override forward(x: Tensor): Tensor {
      modes.push(this.training);
      return x;
    }
  }
  const model = new nn.Sequential(new Recording(), new Recording().eval());
  model.summary([1, 2]);
  expect(modes).toEqual([false, false]);
  expect([...model.modules()].map(({ training }) => training)).toEqual([true, true, false]);
});

it('a summary leaves a default generator of any engine where it is', () => {
  defaultGenerator.copyState(new Generator(3, { engine: 'xoroshiro128plus' }));
  const next = defaultGenerator.clone().nextWord();
  new nn.Dropout().summary([2, 2]);
  expect(defaultGenerator.engine).toBe('xoroshiro128plus');
  expect(defaultGenerator.nextWord()).toBe(next);
  defaultGenerator.copyState(new Generator());
});

it.each([
  ['float32', 'FloatTensor'],
  ['float64', 'DoubleTensor'],
  ['float16', 'HalfTensor'],
  ['bfloat16', 'BFloat16Tensor'],
  ['int64', 'LongTensor'],
  ['int32', 'IntTensor'],
  ['uint8', 'ByteTensor'],
  ['bool', 'BoolTensor'],
] as const)('a dictionary prints a parameter of dtype %s as a %s', (dtype, name) => {
  const parameter = new nn.Parameter(zeros([2], { dtype }), { requiresGrad: false });
  expect(String(new nn.ParameterDict({ parameter }))).toContain(`torch.${name} of size 2`);
});
