import { describe, expect, it } from '@jest/globals';
import { StateError } from '../../src/errors.js';
import { zeros as zeroes } from '../../src/init.js';
import * as nn from '../../src/nn.js';
import { definePolicy } from '../../src/policy/definePolicy.js';
import { initializeWeights } from '../../src/policy/initializeWeights.js';
import { rule } from '../../src/policy/rule.js';
import { empty, ones, tensor, zeros } from '../../src/tensor/creation.js';
import type { Tensor } from '../../src/tensor/Tensor.js';
import { isFullRun } from '../isFullRun.js';

class Block extends nn.Module {
  first = new nn.Linear(2, 3);
  second = new nn.Linear(3, 2, { bias: false });
  rate = 0.1;
  names = ['a', 'b'];
  spare = zeros([2]);
  mask = this.registerBuffer('mask', ones([2]));
  scratch = this.registerBuffer('scratch', ones([1]), { persistent: false });

  override forward(x: Tensor): Tensor {
    return this.second.forward(this.first.forward(x));
  }
}

class Holder extends nn.Module {
  override forward(): void {}
}

const paths = (module: nn.Module) => [...module.namedModules()].map(([path]) => path);
const parameterPaths = (module: nn.Module) => [...module.namedParameters()].map(([path]) => path);

describe('the object is the tree', () => {
  it('lists children, parameters and buffers in the order of the properties', () => {
    const block = new Block();
    expect(paths(block)).toEqual(['', 'first', 'second']);
    expect(parameterPaths(block)).toEqual(['first.weight', 'first.bias', 'second.weight']);
    expect([...block.namedBuffers()].map(([path]) => path)).toEqual(['mask', 'scratch']);
    expect([...block.stateDict().keys()]).toEqual(['mask', 'first.weight', 'first.bias', 'second.weight']);
    expect([...block.children()]).toEqual([block.first, block.second]);
  });

  it('keeps the position of a reassigned member, and moves one that was deleted and put back to the end', () => {
    const block = new Block();
    const { first } = block;
    block.first = new nn.Linear(2, 3);
    expect(paths(block)).toEqual(['', 'first', 'second']);
    Reflect.deleteProperty(block, 'first');
    expect(paths(block)).toEqual(['', 'second']);
    block.first = first;
    expect(paths(block)).toEqual(['', 'second', 'first']);
    const { weight } = first;
    Reflect.deleteProperty(first, 'weight');
    expect(parameterPaths(first)).toEqual(['bias']);
    first.weight = weight;
    expect(parameterPaths(first)).toEqual(['bias', 'weight']);
  });

  it('keeps the insertion order of integer-like names', () => {
    const dict = new nn.ModuleDict({ b: new nn.ReLU() });
    for (const name of ['10', 'a', '2', '3']) dict.set(name, new nn.ReLU());
    expect(dict.keys()).toEqual(['b', '10', 'a', '2', '3']);
    dict.delete('10');
    dict.set('10', new nn.ReLU()).set('c', new nn.ReLU());
    expect(dict.keys()).toEqual(['b', 'a', '2', '3', '10', 'c']);
    expect(dict.clone().keys()).toEqual(['b', 'a', '2', '3', '10', 'c']);
  });

  it('visits a module used twice once, and names it twice when asked', () => {
    const holder = new Holder() as Holder & Record<string, nn.Module>;
    const shared = new nn.Linear(2, 2);
    holder.a = shared;
    holder.b = shared;
    expect(paths(holder)).toEqual(['', 'a']);
    expect([...holder.namedModules({ removeDuplicate: false })].map(([path]) => path)).toEqual(['', 'a', 'b']);
    expect([...holder.stateDict().keys()]).toEqual(['a.weight', 'a.bias', 'b.weight', 'b.bias']);
    expect([...holder.namedParameters()].length).toBe(2);
    expect([...holder.namedParameters({ removeDuplicate: false })].length).toBe(4);
  });

  it('ends on a cycle', () => {
    const parent = new Holder() as Holder & Record<string, nn.Module>;
    const child = new Holder() as Holder & Record<string, nn.Module>;
    parent.child = child;
    child.parent = parent;
    expect(paths(parent)).toEqual(['', 'child']);
    expect([...parent.namedModules({ removeDuplicate: false })].length).toBe(2);
    expect([...parent.stateDict().keys()]).toEqual([]);
    let calls = 0;
    parent.apply(() => void calls++).eval();
    expect(calls).toBe(2);
    expect(child.training).toBe(false);
    expect([...parent.clone().modules()].length).toBe(2);
  });

  it('lists a tied parameter once and keeps its aliases in the state dict', () => {
    const block = new Block();
    const tied = new nn.Linear(2, 3);
    block.first.weight = tied.weight;
    const holder = new nn.ModuleDict({ block, tied });
    expect(parameterPaths(holder)).toEqual([
      'block.first.weight',
      'block.first.bias',
      'block.second.weight',
      'tied.bias',
    ]);
    expect([...holder.stateDict().keys()]).toContain('tied.weight');
    const copy = holder.clone();
    expect(copy.getParameter('tied.weight')).toBe(copy.getParameter('block.first.weight'));
    expect(copy.getParameter('tied.weight')).not.toBe(tied.weight);
  });

  it('calls apply with children first', () => {
    const names: string[] = [];
    new nn.Sequential(new nn.Linear(1, 1), new nn.Sequential(new nn.ReLU())).apply(
      (m) => void names.push(m.constructor.name),
    );
    expect(names).toEqual(['Linear', 'ReLU', 'Sequential', 'Sequential']);
  });

  it.each(['', 'a.b', '__proto__', 'modules', 'forward', 'constructor', 'toString'])('refuses the name %j', (name) => {
    const holder = new Holder();
    expect(() => holder.addModule(name, new nn.ReLU())).toThrow(StateError);
    expect(() => holder.registerParameter(name, null)).toThrow(StateError);
    expect(() => holder.registerBuffer(name, null)).toThrow(StateError);
    expect(Object.keys(holder)).toEqual(['training']);
  });

  it('uses PyTorch’s words for names', () => {
    const holder = new Holder();
    expect(() => holder.addModule('modules', new nn.ReLU())).toThrow("attribute 'modules' already exists");
    expect(() => holder.addModule('a.b', new nn.ReLU())).toThrow('module name can\'t contain "."');
    expect(() => holder.addModule('', new nn.ReLU())).toThrow('module name can\'t be empty string ""');
    expect(() => holder.addModule('training', new nn.ReLU())).toThrow("attribute 'training' already exists");
    expect(() => holder.addModule(3 as unknown as string, null)).toThrow('module name should be a string. Got 3');
    Object.assign(holder, { children: new nn.ReLU() });
    expect(() => [...walkable(holder)]).toThrow("attribute 'children' already exists");
  });

  it('refuses what is no member, and to push a member of another kind aside', () => {
    const linear = new nn.Linear(1, 1);
    const anything = (value: unknown) => value as nn.Parameter;
    expect(() => linear.addModule('weight', new nn.ReLU())).toThrow("attribute 'weight' already exists");
    expect(() => linear.registerBuffer('weight', ones([1]))).toThrow("attribute 'weight' already exists");
    expect(() => linear.registerBuffer('b', anything(3))).toThrow("cannot assign 3 to buffer 'b'");
    expect(() => linear.registerBuffer('b', new nn.Parameter(ones([1])))).toThrow('give its detach()');
    expect(() => linear.registerParameter('b', anything(ones([1])))).toThrow("cannot assign a Tensor to parameter 'b'");
    expect(() => linear.addModule('b', 3 as unknown as nn.Module)).toThrow('3 is not a Module subclass');
    expect(Object.hasOwn(linear, 'b')).toBe(false);
    linear.registerParameter('weight', new nn.Parameter(zeros([1, 1])));
    linear.registerBuffer('b', ones([1]));
    linear.registerBuffer('b', ones([2]));
    expect([...linear.stateDict()].map(([key, t]) => [key, t.tolist()])).toEqual([
      ['weight', [[0]]],
      ['bias', linear.bias?.tolist()],
      ['b', [1, 1]],
    ]);
  });

  it('finds members by path and says what is there instead', () => {
    const model = new nn.Sequential(new nn.Linear(1, 2), new nn.BatchNorm2d(2));
    expect(model.getSubmodule('')).toBe(model);
    expect(model.getSubmodule('0')).toBe(model.at(0));
    expect(model[1]).toBe(model.at(-1));
    expect(model.getBuffer('1.running_mean').shape).toEqual([2]);
    expect(() => model.getSubmodule('2')).toThrow('Sequential has no attribute `2`');
    expect(() => model.getParameter('0.wieght')).toThrow("did you mean 'weight'?");
    expect(() => model.getParameter('1.running_mean')).toThrow('is not an nn.Parameter');
    expect(() => model.getSubmodule('0.weight')).toThrow('is not an nn.Module');
    model.setSubmodule('0', new nn.Identity());
    expect(model.at(0)).toBeInstanceOf(nn.Identity);
  });
});

function walkable(module: nn.Module) {
  return nn.Module.prototype.namedModules.call(module);
}

it('prints a cycle and a deep chain without end', () => {
  const a = new Holder();
  const b = new nn.ModuleList<nn.Module>([a]);
  Object.assign(a, { b });
  expect(String(a)).toBe('Holder(\n  (b): ModuleList(\n    (0): Holder(...)\n  )\n)');
  expect(String(b)).toBe('ModuleList(\n  (0): Holder(\n    (b): ModuleList(...)\n  )\n)');
  const alone = new Holder();
  Object.assign(alone, { me: alone });
  expect(String(alone)).toBe('Holder(\n  (me): Holder(...)\n)');
  let chain: nn.Module = alone;
  for (let i = 0; i < 5000; i++) chain = Object.assign(new Holder(), { n: chain });
  expect(String(chain)).toContain('Holder(...)');
});

// A recursion over the smaller depth overflows the stack as well; paths as long as the chain make the time quadratic.
const depth = isFullRun ? 100_000 : 20_000;

describe(`a chain of ${depth} modules`, () => {
  const build = () => {
    let chain: nn.Module = new nn.Linear(1, 1);
    for (let i = 1; i < depth; i++) chain = Object.assign(new Holder(), { n: chain });
    return chain;
  };

  it('is traversed, saved, loaded, trained and applied', () => {
    const chain = build();
    expect([...chain.modules()].length).toBe(depth);
    const state = chain.stateDict();
    expect(state.size).toBe(2);
    const other = build();
    other.loadStateDict(state);
    expect([...other.parameters()].map((p) => p.item())).toEqual([...chain.parameters()].map((p) => p.item()));
    chain.eval();
    let applied = 0;
    chain.apply((module) => {
      if (!module.training) applied++;
    });
    expect(applied).toBe(depth);
    expect([...chain.clone().modules()].length).toBe(depth);
    const policy = definePolicy('p', [rule(nn.Linear, { weight: zeroes() })]);
    expect(initializeWeights(chain, policy).entries.length).toBe(1);
  });
});

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

  it('tells what is missing and unexpected when not strict, but never accepts another shape', () => {
    const model = new nn.Linear(2, 1);
    const state = new Map([
      ['weight', ones([1, 2])],
      ['other', ones([1])],
    ]);
    expect(model.loadStateDict(state, { strict: false })).toEqual({ missingKeys: ['bias'], unexpectedKeys: ['other'] });
    expect(model.weight.tolist()).toEqual([[1, 1]]);
    expect(() => model.loadStateDict([['weight', ones([2])]], { strict: false })).toThrow('size mismatch for weight');
    expect(() => model.loadStateDict(new Map([['weight', 1 as unknown as Tensor]]))).toThrow(StateError);
  });

  it('converts when it copies, and takes the tensor over when it assigns', () => {
    const model = new nn.Linear(2, 1, { bias: false });
    const { weight } = model;
    const given = tensor([[1.5, 2.5]], { dtype: 'float64' });
    model.loadStateDict([['weight', given]]);
    expect(model.weight.dtype).toBe('float32');
    model.loadStateDict([['weight', given]], { assign: true });
    expect(model.weight).toBe(weight);
    expect(model.weight.dtype).toBe('float64');
    expect(model.weight.data).toBe(given.data);
    expect(model.weight.requiresGrad).toBe(true);
  });

  it('writes nothing where one tensor could not be written', () => {
    const model = new nn.Linear(2, 1);
    model.registerBuffer('computed', model.weight.mul(2));
    const before = model.weight.tolist();
    const state = new Map([...model.stateDict()].map(([key, t]) => [key, zeros(t.shape)]));
    expect(() => model.loadStateDict(state)).toThrow('While copying the parameter named "computed", the model');
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

  it('shares elements with the model, and writes null parameters and non-persistent buffers nowhere', () => {
    const model = new nn.Linear(2, 2, { bias: false });
    const state = model.stateDict();
    expect([...state.keys()]).toEqual(['weight']);
    state.get('weight')?.zero_();
    expect(model.weight.tolist()).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });
});

describe('modules', () => {
  it('switches modes, freezes, converts and forgets gradients', () => {
    const model = new nn.Sequential(new nn.Linear(2, 2), new nn.BatchNorm2d(2));
    expect([...model.eval().modules()].every((m) => !m.training)).toBe(true);
    model.requiresGrad_(false);
    expect([...model.parameters()].some((p) => p.requiresGrad)).toBe(false);
    const before = [...model.parameters()];
    model.to('bfloat16');
    expect([...model.parameters()]).toEqual(before);
    expect(model.getParameter('0.weight').dtype).toBe('bfloat16');
    expect(model.getBuffer('1.num_batches_tracked').dtype).toBe('int64');
    expect(() => model.to('int64' as 'float32')).toThrow('only accepts floating point');
  });

  it('runs hooks however the call comes, and leaves no trace when they are removed', () => {
    const relu = new nn.ReLU();
    const model = new nn.Sequential(relu);
    const seen: string[] = [];
    const before = relu.registerForwardPreHook((_, [input]) => {
      seen.push('before');
      return [(input as Tensor).mul(-1)];
    });
    const after = relu.registerForwardHook((_module, _args, output) => {
      seen.push('after');
      return output.add(1);
    });
    expect(model.forward(tensor([-2, 3])).tolist()).toEqual([3, 1]);
    expect(seen).toEqual(['before', 'after']);
    expect(
      model
        .clone()
        .forward(tensor([-2, 3]))
        .tolist(),
    ).toEqual([0, 3]);
    before.remove();
    after.remove();
    after.remove();
    expect(Object.hasOwn(relu, 'forward')).toBe(false);
    expect(model.forward(tensor([-2, 3])).tolist()).toEqual([0, 3]);
    expect(seen.length).toBe(2);
  });

  it('keeps hooks over a forward that is assigned, and that forward when they are gone', () => {
    const relu = new nn.ReLU();
    const handle = relu.registerForwardHook((_m, _a, output) => output.add(1));
    relu.forward = (x: Tensor) => x.mul(3);
    expect(relu.forward(tensor([2])).tolist()).toEqual([7]);
    handle.remove();
    expect(relu.forward(tensor([2])).tolist()).toEqual([6]);
  });

  it('counts hooks that hooks add or remove from the next call on', () => {
    const relu = new nn.ReLU();
    let calls = 0;
    const first = relu.registerForwardHook(() => {
      first.remove();
      relu.registerForwardHook(() => void calls++);
    });
    relu.registerForwardHook(() => void calls++);
    relu.forward(tensor([1]));
    expect(calls).toBe(1);
    relu.forward(tensor([1]));
    expect(calls).toBe(3);
  });

  it('puts a forward field back when its hooks are gone', () => {
    class Fielded extends nn.Module {
      override forward = (x: number) => x + 1;
    }
    const fielded = new Fielded();
    const { forward } = fielded;
    const handle = fielded.registerForwardHook((_m, _a, output) => output * 10);
    expect(fielded.forward(1)).toBe(20);
    handle.remove();
    expect(fielded.forward).toBe(forward);
  });

  it('skips the default initialisation', () => {
    const model = nn.skipInit(() => new nn.Sequential(new nn.Linear(3, 3), new nn.BatchNorm2d(3)));
    expect([...model.parameters()].every((p) => p.abs().sum().item() === 0)).toBe(true);
    expect(model.getBuffer('1.running_var').tolist()).toEqual([1, 1, 1]);
    expect(new nn.Linear(3, 3).weight.tolist()).not.toEqual(empty([3, 3]).tolist());
  });

  it('keeps lists in order', () => {
    const list = new nn.ModuleList([new nn.Linear(1, 1), new nn.Linear(2, 2)]);
    list.append(new nn.Linear(3, 3)).insert(1, new nn.Linear(4, 4));
    expect([...list].map(({ inFeatures }) => inFeatures)).toEqual([1, 4, 2, 3]);
    expect(list.length).toBe(4);
    expect(() => list.at(4)).toThrow('out of range');
    expect(() => list.append({} as nn.Linear)).toThrow('is not a Module subclass');
    expect(() => list.forward()).toThrow('missing the required "forward" function');
  });

  it('visits modules of a class', () => {
    const model = new nn.Sequential(
      new nn.Conv2d(1, 2, 3),
      new nn.Sequential(new nn.Conv2d(2, 3, [1, 2])),
      new nn.ReLU(),
    );
    const found: unknown[] = [];
    nn.visit(model, nn.Conv2d, (module, path) => found.push([path, module.kernelSize]));
    expect(found).toEqual([
      ['0', [3, 3]],
      ['1.0', [1, 2]],
    ]);
    const entered: string[] = [];
    nn.visit(model, nn.Module, (_, path) => {
      entered.push(path);
      return path === '1' ? nn.SKIP : undefined;
    });
    expect(entered).toEqual(['', '0', '1', '2']);
    const first: string[] = [];
    nn.visit(model, nn.Module, (_, path) => {
      first.push(path);
      return nn.EXIT;
    });
    expect(first).toEqual(['']);
  });

  it('inherits state names', () => {
    class Named extends nn.Module {
      static override readonly stateNames: Record<string, string> = { selfAttn: 'self_attn' };
      selfAttn = new nn.Linear(1, 1);
      override forward(): void {}
    }
    class More extends Named {
      static override readonly stateNames = { lastOne: 'last_one' };
      lastOne = new nn.Linear(1, 1, { bias: false });
    }
    expect(parameterPaths(new More())).toEqual(['self_attn.weight', 'self_attn.bias', 'last_one.weight']);
    expect(new More().getSubmodule('self_attn')).toBeInstanceOf(nn.Linear);
  });
});
