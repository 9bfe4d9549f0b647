import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { wasLoaded } from '../../src/nn/stateDict.js';
import * as nn from '../../src/nn.js';
import { full, ones, tensor, zeros } from '../../src/tensor/creation.js';
import type { Tensor } from '../../src/tensor/Tensor.js';

const ALL = { missingKeys: [], unexpectedKeys: [], mismatchedKeys: [] };

class Tied extends nn.Module {
  emb = new nn.Embedding(2, 2);
  head = new nn.Linear(2, 2, { bias: false });
  constructor() {
    super();
    this.head.weight = this.emb.weight;
  }
  override forward(): void {}
}

class Scale extends nn.Module {
  scale = new nn.Parameter(tensor(1));
  override forward(): void {}
}

/** A transferred tensor: it has a shape, but its array is empty. */
function transferred(shape: number[]): Tensor {
  const given = ones(shape);
  structuredClone(given.data, { transfer: [given.data.buffer as ArrayBuffer] });
  return given;
}

// Each result is PyTorch 2.15's for a plain dict, which has no version numbers.
describe('old checkpoints', () => {
  it.each([
    ['BatchNorm1d', () => new nn.BatchNorm1d(3)],
    ['BatchNorm2d', () => new nn.BatchNorm2d(3)],
    ['BatchNorm3d', () => new nn.BatchNorm3d(3)],
    ['InstanceNorm2d', () => new nn.InstanceNorm2d(3, { trackRunningStats: true })],
    ['a nested BatchNorm', () => new nn.Sequential(new nn.Sequential(new nn.BatchNorm2d(3)))],
  ])('without num_batches_tracked load into %s, which keeps its own number', (_, build) => {
    const model: nn.Module = build();
    const state = [...model.stateDict()].filter(([key]) => !key.endsWith('num_batches_tracked'));
    const [count] = [...model.buffers()].filter(({ dtype }) => dtype === 'int64');
    count.fill_(5);
    expect(model.loadStateDict(state)).toEqual(ALL);
    expect(count.item()).toBe(5);
    const [, ...others] = state.map(([key]) => key);
    expect(model.loadStateDict(state.slice(0, 1), { strict: false }).missingKeys).toEqual(others);
  });

  it('may not lack other buffers, nor the key in another class', () => {
    const bn = new nn.BatchNorm1d(2);
    const state = bn.stateDict();
    state.delete('running_mean');
    expect(() => bn.loadStateDict(state)).toThrow('Missing key(s) in state_dict: "running_mean".');
    class Counter extends nn.Module {
      count = this.registerBuffer('num_batches_tracked', zeros([]));
      override forward(): void {}
    }
    expect(() => new Counter().loadStateDict([])).toThrow('Missing key(s) in state_dict: "num_batches_tracked"');
  });

  it('have shape [1] for a single number', () => {
    const model = new Scale();
    expect(model.loadStateDict([['scale', tensor([3.5])]])).toEqual(ALL);
    expect([model.scale.item(), model.scale.shape]).toEqual([3.5, []]);
    const given = tensor([4.5]);
    model.loadStateDict([['scale', given]], { assign: true });
    expect([model.scale.item(), model.scale.shape, model.scale.data === given.data]).toEqual([4.5, [], true]);
    const bn = new nn.BatchNorm2d(3);
    bn.loadStateDict(bn.stateDict().set('num_batches_tracked', tensor([7n])));
    expect([bn.numBatchesTracked?.item(), bn.numBatchesTracked?.shape]).toEqual([7, []]);
    for (const other of [[3.5, 4.5], [], [[3.5]]]) {
      expect(() => model.loadStateDict([['scale', tensor(other)]])).toThrow('size mismatch for scale');
    }
    expect(() => new nn.Linear(1, 1).loadStateDict({ ...[['bias', tensor(1)]] } as never)).toThrow();
    expect(() => new nn.Linear(1, 1).loadStateDict([['bias', tensor(1)]], { strict: false })).toThrow('size mismatch');
  });

  it('have running statistics that an instance normalisation does not track', () => {
    const stats: [string, Tensor][] = ['0.running_mean', '0.running_var'].map((key) => [key, ones([2])]);
    expect(() => new nn.Sequential(new nn.InstanceNorm2d(2)).loadStateDict(stats, { strict: false })).toThrow(
      'Unexpected running stats buffer(s) "running_mean" and "running_var" for InstanceNorm2d with track_running_stats=False',
    );
    expect(new nn.Sequential(new nn.InstanceNorm2d(2)).loadStateDict([])).toEqual(ALL);
  });
});

describe('tied parameters that a state dict has once', () => {
  it.each(['emb.weight', 'head.weight'])('load by the key %s', (key) => {
    for (const assign of [false, true]) {
      const model = new Tied();
      expect(model.loadStateDict([[key, full([2, 2], 3)]], { assign })).toEqual(ALL);
      expect(model.head.weight).toBe(model.emb.weight);
      expect([...model.parameters()].map(wasLoaded)).toEqual([true]);
      expect(model.emb.weight.tolist()).toEqual(full([2, 2], 3).tolist());
    }
  });

  it('may be different objects with the same elements', () => {
    for (const assign of [false, true]) {
      const [a, b] = [0, 1].map(() => new nn.Linear(2, 2, { bias: false }));
      b.weight = new nn.Parameter(a.weight.detach());
      const model = new nn.Sequential(a, b);
      expect(model.loadStateDict([['1.weight', full([2, 2], 3)]], { assign })).toEqual(ALL);
      expect(a.weight.data).toBe(b.weight.data);
      expect(a.weight.tolist()).toEqual(full([2, 2], 3).tolist());
    }
  });

  it('are checked for each object before anything is written', () => {
    class Mixed extends nn.Module {
      first = this.registerBuffer('first', zeros([2]));
      second = new nn.Parameter(this.first);
      third = this.registerBuffer('third', zeros([2]));
      override forward(): void {}
    }
    const model = new Mixed();
    const state: [string, Tensor][] = ['first', 'third'].map((key) => [key, ones([2], { dtype: 'int64' })]);
    expect(() => model.loadStateDict(state, { assign: true })).toThrow(
      'While copying the parameter named "second", int64 cannot require gradients',
    );
    expect([model.first.dtype, model.third.dtype, model.third.tolist()]).toEqual(['float32', 'float32', [0, 0]]);
    expect(model.loadStateDict(state)).toEqual(ALL);
  });

  it('are missing if the state dict has none of their keys, or if they share only a part', () => {
    expect(() => new Tied().loadStateDict([])).toThrow('Missing key(s) in state_dict: "emb.weight", "head.weight".');
    const rows = ones([3, 2]);
    const list = new nn.ParameterList([new nn.Parameter(rows), new nn.Parameter(rows.narrow(0, 0, 2))]);
    expect(() => list.loadStateDict([['0', zeros([3, 2])]])).toThrow('Missing key(s) in state_dict: "1".');
  });

  it('stay deferred while nothing is loaded', () => {
    const model = nn.deferInit(() => new Tied());
    expect(model.loadStateDict([['head.weight', ones([2, 2])]])).toEqual(ALL);
    expect(model.emb.weight.tolist()).toEqual(ones([2, 2]).tolist());
  });
});

describe('the options of loadStateDict', () => {
  const net = () => new nn.Linear(2, 1);
  const weight = ones([1, 2]);
  const bias = ones([1]);
  let warn: ReturnType<typeof jest.spyOn>;
  const warnings = () => (warn as unknown as jest.Mock).mock.calls.map(([text]) => text);
  beforeEach(() => {
    warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
  });
  afterEach(() => warn.mockRestore());

  it('ignoreMismatched leaves tensors of another shape as they are', () => {
    const model = net();
    const before = model.weight.tolist();
    const state: [string, Tensor][] = [
      ['weight', ones([3, 2])],
      ['bias', bias],
    ];
    expect(() => model.loadStateDict(state)).toThrow('size mismatch for weight');
    expect(model.loadStateDict(state, { ignoreMismatched: true })).toEqual({ ...ALL, mismatchedKeys: ['weight'] });
    expect([model.weight.tolist(), model.bias?.tolist()]).toEqual([before, [1]]);
    expect([...model.parameters()].map(wasLoaded)).toEqual([false, true]);
    const tied = new Tied();
    expect(tied.loadStateDict([['emb.weight', ones([3, 2])]], { ignoreMismatched: true })).toEqual({
      ...ALL,
      mismatchedKeys: ['emb.weight'],
    });
    expect(warnings()).toEqual([]);
  });

  it.each(['module', 'module.'])('prefix %s is removed from the keys', (prefix) => {
    const state: [string, Tensor][] = [
      ['module.weight', weight],
      ['module.bias', bias],
    ];
    expect(net().loadStateDict(state, { prefix })).toEqual(ALL);
    const more: [string, Tensor][] = [...state.slice(0, 1), ['bias', bias], ['modules.bias', bias], ['module.x', bias]];
    expect(net().loadStateDict(more, { prefix, strict: false })).toEqual({
      ...ALL,
      missingKeys: ['bias'],
      unexpectedKeys: ['bias', 'modules.bias', 'module.x'],
    });
    expect(() => net().loadStateDict(more, { prefix })).toThrow(
      'Unexpected key(s) in state_dict: "bias", "modules.bias", "module.x"',
    );
  });

  it('rename gives new keys, and null leaves a tensor out', () => {
    const calls: string[] = [];
    const rename = (...args: [string]) => {
      calls.push(...args);
      return args[0] === 'step' ? null : args[0].replace('gamma', 'weight');
    };
    const state: [string, Tensor][] = [
      ['gamma', weight],
      ['bias', bias],
      ['step', ones([])],
    ];
    expect(net().loadStateDict(state, { rename })).toEqual(ALL);
    expect(calls).toEqual(['gamma', 'bias', 'step']);
    expect(net().loadStateDict(state, { rename: (key) => `x.${key}`, strict: false }).unexpectedKeys).toEqual([
      'gamma',
      'bias',
      'step',
    ]);
    expect(warnings()).toHaveLength(1);
  });

  it.each<[string, object, string]>([
    [
      'two keys become one',
      { rename: () => 'weight' },
      'rename gives "weight" for the two keys "weight" and "bias"; expected another key for each',
    ],
    [
      'a key becomes another key of the state dict',
      { rename: (key: string) => (key === 'bias' ? 'weight' : key) },
      'for the two keys "weight" and "bias"',
    ],
    ['rename and prefix', { rename: (key: string) => key, prefix: 'a' }, "got prefix 'a' and rename; give one of them"],
    [
      'rename returns nothing',
      { rename: () => undefined },
      'rename("weight") returned undefined; expected a key, or null',
    ],
    ['rename returns a number', { rename: () => 3 }, 'rename("weight") returned 3; expected a key'],
    ['rename is async', { rename: async (key: string) => key }, 'returned a Promise; expected a key, or null to leave'],
    [
      'rename throws',
      {
        rename: () => {
          throw new RangeError('no');
        },
      },
      'rename("weight") threw RangeError: no',
    ],
    ['rename is no function', { rename: 'x' }, "expected rename to be a function from key to key, found 'x'"],
    ['prefix is no text', { prefix: 3 }, "expected prefix to be a path such as 'module', found 3"],
    ['an option is unknown', { ignoreMismatch: true }, "did you mean 'ignoreMismatched'?"],
  ])('%s: nothing is written', (_, options, message) => {
    const model = net();
    const before = [model.weight.tolist(), model.bias?.tolist()];
    const state = new Map([
      ['weight', weight],
      ['bias', bias],
    ]);
    expect(() => model.loadStateDict(state, options)).toThrow(message);
    expect([model.weight.tolist(), model.bias?.tolist()]).toEqual(before);
    expect([...model.parameters()].map(wasLoaded)).toEqual([false, false]);
  });

  it('strict: false warns if no key matches', () => {
    const state: [string, Tensor][] = [
      ['module.weight', weight],
      ['module.bias', bias],
      ['module.extra', bias],
    ];
    net().loadStateDict(state, { strict: false });
    net().loadStateDict([['other', weight]], { strict: false });
    net().loadStateDict([], { strict: false });
    expect(warnings()).toEqual([
      'initree: loadStateDict() loaded nothing into Linear: the model has "weight", "bias", the state dict has ' +
        '"module.weight", "module.bias" and 1 more; pass { prefix: \'module\' }',
      'initree: loadStateDict() loaded nothing into Linear: the model has "weight", "bias", the state dict has "other"',
      'initree: loadStateDict() loaded nothing into Linear: the model has "weight", "bias", the state dict has no keys',
    ]);
    net().loadStateDict([['weight', weight]], { strict: false });
    new nn.ReLU().loadStateDict([]);
    expect(warnings()).toHaveLength(3);
    expect(() => net().loadStateDict(state)).toThrow("\n\tThe keys differ by a prefix; pass { prefix: 'module' }.");
  });

  it('writes nothing if the array of a tensor was transferred', () => {
    const [a, b] = [new nn.Linear(2, 2), new nn.Linear(2, 2)];
    const model = new nn.Sequential(a, b);
    const before = a.weight.tolist();
    const state = new Map([...model.stateDict()].map(([key, { shape }]) => [key, ones(shape)]));
    state.set('1.bias', transferred([2]));
    for (const assign of [false, true]) {
      expect(() => model.loadStateDict(state, { assign })).toThrow(
        'While copying the parameter named "1.bias", the elements of the given tensor are gone',
      );
    }
    expect(a.weight.tolist()).toEqual(before);
    state.set('1.bias', ones([2]));
    b.bias?.set_(transferred([2]));
    expect(() => model.loadStateDict(state)).toThrow('load with { assign: true }');
    expect(a.weight.tolist()).toEqual(before);
    expect(model.loadStateDict(state, { assign: true })).toEqual(ALL);
    expect(b.bias?.tolist()).toEqual([1, 1]);
  });
});
