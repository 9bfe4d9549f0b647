import { describe, expect, it } from '@jest/globals';
import { StateError } from '../../src/errors.js';
import { normal_ } from '../../src/init.js';
import { wasLoaded } from '../../src/nn/stateDict.js';
import * as nn from '../../src/nn.js';
import { full, ones, tensor, zeros } from '../../src/tensor/creation.js';
import type { Tensor } from '../../src/tensor/Tensor.js';

/** The result of a load that leaves nothing out. */
const ALL = { missingKeys: [], unexpectedKeys: [], mismatchedKeys: [] };

describe('state dicts', () => {
  it('reports all failures of a load together and writes nothing', () => {
    const model = new nn.Sequential(new nn.Linear(2, 2), new nn.Linear(2, 2));
    const before = [...model.stateDict()].map(([, t]) => t.data.slice());
    const wrong = new Map([
      ['0.weight', zeros([2, 2])],
      ['0.bias', zeros([3])],
      ['1.wieght', zeros([2, 2])],
      ['1.bias', zeros([2])],
    ]);
    expect(() => model.loadStateDict(wrong)).toThrow(
      'Error(s) in loading state_dict for Sequential:\n' +
        '\tMissing key(s) in state_dict: "1.weight".\n' +
        '\tUnexpected key(s) in state_dict: "1.wieght"; did you mean \'1.weight\'?.\n' +
        '\tsize mismatch for 0.bias: copying a param with shape [3] from checkpoint, the shape in current model is [2].',
    );
    expect([...model.stateDict()].map(([, t]) => t.data)).toEqual(before);
  });

  it('returns missing and unexpected keys when not strict, but never accepts another shape', () => {
    const model = new nn.Linear(2, 1);
    const state = new Map([
      ['weight', ones([1, 2])],
      ['other', ones([1])],
    ]);
    expect(model.loadStateDict(state, { strict: false })).toEqual({
      missingKeys: ['bias'],
      unexpectedKeys: ['other'],
      mismatchedKeys: [],
    });
    expect(model.weight.tolist()).toEqual([[1, 1]]);
    expect(() => model.loadStateDict([['weight', ones([2])]], { strict: false })).toThrow('size mismatch for weight');
    expect(() => model.loadStateDict(new Map([['weight', 1 as unknown as Tensor]]))).toThrow(StateError);
  });

  it('converts when it copies, and uses the given array when it assigns', () => {
    const model = new nn.Linear(2, 1, { bias: false });
    const { weight } = model;
    const given = tensor([[1.5, 2.5]], { dtype: 'float64' });
    model.loadStateDict([['weight', given]]);
    expect(model.weight.dtype).toBe('float32');
    model.loadStateDict([['weight', tensor([[3n, 4n]])]]);
    expect([model.weight.dtype, model.weight.tolist()]).toEqual(['float32', [[3, 4]]]);
    model.loadStateDict([['weight', given]], { assign: true });
    expect(model.weight).toBe(weight);
    expect(model.weight.dtype).toBe('float64');
    expect(model.weight.data).toBe(given.data);
    expect(model.weight.requiresGrad).toBe(true);
  });

  it('writes nothing if one tensor cannot be written', () => {
    const model = new nn.Linear(2, 1);
    model.registerBuffer('computed', model.weight.mul(2));
    const before = model.weight.tolist();
    const state = new Map([...model.stateDict()].map(([key, t]) => [key, zeros(t.shape)]));
    for (const assign of [false, true]) {
      expect(() => model.loadStateDict(state, { assign })).toThrow(
        'While copying the parameter named "computed", the model',
      );
    }
    const integers = new Map<string, Tensor>([
      ['weight', zeros([1, 2])],
      ['bias', zeros([1], { dtype: 'int64' })],
    ]);
    const other = new nn.Linear(2, 1);
    expect(() => other.loadStateDict(integers, { assign: true })).toThrow('int64 cannot require gradients');
    expect(other.weight.eq(0).sum().item()).toBe(0);
    expect(model.weight.tolist()).toEqual(before);
    expect(() => model.loadStateDict({ weight: ones([1, 2]) } as never)).toThrow('Expected state_dict to be dict-like');
  });

  it('shares elements with the model, and has no key for a null parameter', () => {
    const model = new nn.Linear(2, 2, { bias: false });
    const state = model.stateDict();
    expect([...state.keys()]).toEqual(['weight']);
    state.get('weight')?.zero_();
    expect(model.weight.tolist()).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it('names a near key only for one unexpected key', () => {
    const model = new nn.Linear(2, 1);
    const messageOf = (keys: string[]) => {
      try {
        model.loadStateDict(keys.map((key) => [key, zeros([1])]));
      } catch (error) {
        return (error as Error).message.split('\n\t').slice(1);
      }
      throw new Error('nothing was thrown');
    };
    expect(messageOf(['bais'])).toEqual([
      'Missing key(s) in state_dict: "weight", "bias".',
      'Unexpected key(s) in state_dict: "bais"; did you mean \'bias\'?.',
    ]);
    expect(messageOf(['bais', 'wieght'])[1]).toBe('Unexpected key(s) in state_dict: "bais", "wieght".');
    expect(messageOf(['entirely.different'])[1]).toBe('Unexpected key(s) in state_dict: "entirely.different".');
  });

  it('lists the failures of every tensor, in the order of the model', () => {
    const model = new nn.Sequential(new nn.Linear(2, 1), new nn.Linear(2, 1));
    model.registerBuffer('computed', model.getParameter('0.bias').mul(2));
    const state = new Map([...model.stateDict()].map(([key, t]) => [key, zeros(key === '1.bias' ? [2] : t.shape)]));
    expect(() => model.loadStateDict(state)).toThrow(
      'for Sequential:\n' +
        '\tWhile copying the parameter named "computed", the model\'s tensor was computed (MulBackward0) and cannot be written.\n' +
        '\tsize mismatch for 1.bias: copying a param with shape [2] from checkpoint, the shape in current model is [1].',
    );
  });

  it('writes a buffer, a tied parameter through each key, and the last tensor of a repeated key', () => {
    const model = new nn.Sequential(new nn.Linear(1, 1, { bias: false }), new nn.BatchNorm1d(1, { affine: false }));
    (model as nn.Module as { tied?: nn.Module }).tied = model[0];
    expect([...model.stateDict().keys()]).toEqual([
      '0.weight',
      '1.running_mean',
      '1.running_var',
      '1.num_batches_tracked',
      'tied.weight',
    ]);
    const result = model.loadStateDict([
      ['tied.weight', full([1, 1], 3)],
      ['0.weight', full([1, 1], 2)],
      ['1.running_mean', full([1], 5)],
      ['1.running_mean', full([1], 6)],
      ['1.running_var', full([1], 7)],
      ['1.num_batches_tracked', tensor(8)],
    ]);
    expect(result).toEqual(ALL);
    expect([...model.stateDict().values()].map((t) => Number(t.item()))).toEqual([3, 6, 7, 8, 3]);
    expect(model.getBuffer('1.num_batches_tracked').dtype).toBe('int64');
  });

  it('keeps missing tensors when not strict, and marks only loaded tensors', () => {
    const model = new nn.Linear(2, 1);
    const before = model.bias?.tolist();
    model.loadStateDict([['weight', ones([1, 2])]], { strict: false });
    expect(model.bias?.tolist()).toEqual(before);
    expect([...model.parameters()].map(wasLoaded)).toEqual([true, false]);
    expect(() => model.loadStateDict([['bias', ones([2])]], { strict: false })).toThrow(StateError);
    expect([...model.parameters()].map(wasLoaded)).toEqual([true, false]);
    model.loadStateDict([['bias', ones([1])]], { strict: false, assign: true });
    expect([...model.parameters()].map(wasLoaded)).toEqual([true, true]);
  });

  it('keeps requiresGrad as it was when it assigns, and shares elements only then', () => {
    const model = new nn.Linear(2, 1, { bias: false });
    const given = ones([1, 2]);
    model.requiresGrad_(false).loadStateDict([['weight', given]]);
    expect(model.weight.data).not.toBe(given.data);
    model.loadStateDict([['weight', given]], { assign: true });
    expect([model.weight.requiresGrad, model.weight.data === given.data]).toEqual([false, true]);
    normal_(model.weight);
    expect(given.tolist()).toEqual(model.weight.tolist());
  });

  it('refuses other values than state dicts and options', () => {
    const model = new nn.Linear(1, 1);
    for (const state of [null, 3, { weight: ones([1, 1]) }]) {
      expect(() => model.loadStateDict(state as never)).toThrow('Expected state_dict to be dict-like');
    }
    expect(() => model.loadStateDict([[3, ones([1])]] as never)).toThrow('expected a state dict of pairs');
    expect(() => model.loadStateDict([['bias', 3]] as never)).toThrow('"bias", expected a Tensor, found 3');
    expect(() => model.loadStateDict([], { strikt: false } as never)).toThrow("did you mean 'strict'?");
  });
});
