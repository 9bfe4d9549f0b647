import { describe, expect, it } from '@jest/globals';
import { ArgumentError, StateError } from '../../src/errors.js';
import { zeros as zeroes } from '../../src/init.js';
import * as nn from '../../src/nn.js';
import { definePolicy } from '../../src/policy/definePolicy.js';
import { initializeWeights } from '../../src/policy/initializeWeights.js';
import { rule } from '../../src/policy/rule.js';
import { ones, zeros } from '../../src/tensor/creation.js';
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

  it('keeps the position of a reassigned member, and moves one that was deleted and assigned again to the end', () => {
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
    const numbers = new nn.ModuleDict([
      ['10', new nn.ReLU()],
      ['2', new nn.ReLU()],
    ]);
    expect(numbers.keys()).toEqual(['10', '2']);
    numbers.clear();
    numbers.set('2', new nn.ReLU()).set('10', new nn.ReLU());
    expect(numbers.keys()).toEqual(['2', '10']);
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

  it('gives paths a prefix, and leaves descendants out when asked', () => {
    const block = new Block();
    const model = new nn.Sequential(block, new nn.PReLU());
    const listed = (entries: Iterable<[string, unknown]>) => Array.from(entries, ([path]) => path);
    expect(listed(model.namedModules({ prefix: 'net' }))).toEqual([
      'net',
      'net.0',
      'net.0.first',
      'net.0.second',
      'net.1',
    ]);
    expect(listed(model.namedParameters({ prefix: 'net' })).at(-1)).toBe('net.1.weight');
    expect(listed(block.namedBuffers({ prefix: 'a.b' }))).toEqual(['a.b.mask', 'a.b.scratch']);
    expect(listed(model.namedParameters({ recurse: false }))).toEqual([]);
    expect(listed(block.first.namedParameters({ recurse: false, prefix: 'x' }))).toEqual(['x.weight', 'x.bias']);
    expect([...model.buffers({ recurse: false })]).toEqual([]);
    expect([...block.buffers({ recurse: false })]).toEqual([block.mask, block.scratch]);
    expect([...block.second.parameters({ recurse: false })]).toEqual([block.second.weight]);
  });

  it('lists a shared tensor under each path when asked, also in one module', () => {
    const block = new Block();
    const holder = new Holder() as Holder & Record<string, unknown>;
    holder.a = block.first.weight;
    holder.b = block.first.weight;
    holder.block = block;
    holder.registerBuffer('mask', block.mask);
    expect(parameterPaths(holder)).toEqual(['a', 'block.first.bias', 'block.second.weight']);
    expect([...holder.namedParameters({ removeDuplicate: false })].map(([path]) => path)).toEqual([
      'a',
      'b',
      'block.first.weight',
      'block.first.bias',
      'block.second.weight',
    ]);
    expect([...holder.namedBuffers()].map(([path]) => path)).toEqual(['mask', 'block.scratch']);
    expect([...holder.namedBuffers({ removeDuplicate: false })].map(([path]) => path)).toEqual([
      'mask',
      'block.mask',
      'block.scratch',
    ]);
    expect([...holder.parameters()].length).toBe(3);
  });

  it('names a direct child once, under its first name', () => {
    const relu = new nn.ReLU();
    const model = new nn.Sequential({ a: relu, b: new nn.PReLU(), c: relu });
    expect([...model.namedChildren()].map(([name]) => name)).toEqual(['a', 'b']);
    expect([...model.children()].length).toBe(2);
  });

  it('distinguishes parameters, buffers and other tensors by their present values', () => {
    const holder = new Holder() as Holder & Record<string, unknown>;
    holder.registerBuffer('state', null);
    holder.loose = ones([1]);
    const found = () => [
      [...holder.namedParameters()].map(([path]) => path),
      [...holder.namedBuffers()].map(([path]) => path),
      [...holder.stateDict().keys()],
    ];
    expect(found()).toEqual([[], [], []]);
    holder.state = ones([2]);
    expect(found()).toEqual([[], ['state'], ['state']]);
    holder.registerBuffer('state', ones([2]), { persistent: false });
    expect(found()).toEqual([[], ['state'], []]);
    holder.registerBuffer('state', ones([2]));
    expect(found()).toEqual([[], ['state'], ['state']]);
    holder.state = new nn.Parameter(ones([2]));
    expect(found()).toEqual([['state'], [], ['state']]);
    expect(() => holder.registerBuffer('state', ones([2]))).toThrow("attribute 'state' already exists");
    holder.state = null;
    expect(found()).toEqual([[], [], []]);
    expect(() => holder.addModule('loose', new nn.ReLU())).toThrow("attribute 'loose' already exists");
    expect(() => holder.registerParameter('loose', null)).toThrow("attribute 'loose' already exists");
    expect(() => holder.registerBuffer('loose', null)).toThrow("attribute 'loose' already exists");
  });

  it('applies once to a module with two names in one parent, and twice to a module in two parents', () => {
    const shared = new nn.Linear(1, 1);
    const counted = (model: nn.Module) => {
      let calls = 0;
      model.apply((module) => void (module === shared && calls++));
      return calls;
    };
    expect(counted(new nn.Sequential({ a: shared, b: shared }))).toBe(1);
    expect(counted(new nn.Sequential(new nn.Sequential(shared), new nn.Sequential(shared)))).toBe(2);
    const model = new nn.Sequential(shared);
    expect(model.apply(() => {})).toBe(model);
    expect(() => model.apply(3 as never)).toThrow('apply() expects a function, found 3');
  });

  it('calls apply with children first', () => {
    const names: string[] = [];
    new nn.Sequential(new nn.Linear(1, 1), new nn.Sequential(new nn.ReLU())).apply(
      (m) => void names.push(m.constructor.name),
    );
    expect(names).toEqual(['Linear', 'ReLU', 'Sequential', 'Sequential']);
  });

  it.each(['', 'a.b', '__proto__', 'modules', 'forward', 'train', 'apply'])('refuses the name %j', (name) => {
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
    expect(() => Object.assign(holder, { children: new nn.ReLU() })).toThrow("attribute 'children' already exists");
  });

  it('refuses a value that is not a member, and to replace a member of another kind', () => {
    const linear = new nn.Linear(1, 1);
    const anything = (value: unknown) => value as nn.Parameter;
    expect(() => linear.addModule('weight', new nn.ReLU())).toThrow("attribute 'weight' already exists");
    expect(() => linear.registerBuffer('weight', ones([1]))).toThrow("attribute 'weight' already exists");
    expect(() => linear.registerBuffer('b', anything(3))).toThrow("cannot assign 3 to buffer 'b'");
    expect(() => linear.registerBuffer('b', new nn.Parameter(ones([1])))).toThrow('pass its detach()');
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

  it('finds members by path, and names what it found instead', () => {
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

describe('modules', () => {
  it('switches modes, freezes and converts', () => {
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

  it('honours what a descendant does in its own train, as PyTorch does', () => {
    class Frozen extends nn.Module {
      norm = new nn.BatchNorm1d(2);
      drop = new nn.Dropout();
      override train(mode = true): this {
        super.train(mode);
        this.norm.eval();
        return this;
      }
      override forward(): void {}
    }
    const model = new nn.Sequential(new Frozen(), new nn.Sequential(new Frozen(), new nn.Dropout()));
    const training = () => Array.from(model.namedModules(), ([path, module]) => (module.training ? path : null));
    for (let time = 0; time < 2; time++) {
      expect(model.train().training).toBe(true);
      expect(training()).toEqual(['', '0', null, '0.drop', '1', '1.0', null, '1.0.drop', '1.1']);
      model.eval();
      expect(new Set(training())).toEqual(new Set([null]));
    }
  });

  it('sets no mode if a module is frozen', () => {
    const model = new nn.Sequential(new nn.Dropout(), new nn.Sequential(new nn.Dropout()));
    Object.freeze(model.getSubmodule('1.0'));
    expect(() => model.eval()).toThrow('at 1.0: training cannot be set to false, because the module is frozen');
    expect([...model.modules()].every(({ training }) => training)).toBe(true);
    expect(model.train().training).toBe(true);
  });

  it.each([5, null, Symbol('a'), Object.create(null)])('refuses %p as the prefix of paths', (prefix) => {
    const model = new nn.Sequential(new nn.PReLU());
    const options = { prefix: prefix as string };
    for (const list of [model.namedModules(options), model.namedParameters(options), model.namedBuffers(options)]) {
      expect(() => [...list]).toThrow('expected prefix to be a path');
    }
  });

  it.each<[string, unknown[]]>([
    ['zeroGrad', [{ setToNone: false }]],
    ['stateDict', [{ prefix: 'net.' }]],
    ['registerForwardHook', [() => {}, { prepend: true }]],
    ['registerForwardPreHook', [() => {}, { withKwargs: true }]],
    ['train', [true, 5]],
    ['eval', [false]],
    ['to', ['float64', 'cpu']],
    ['clone', ['deep']],
    ['loadStateDict', [new nn.PReLU().stateDict(), {}, true]],
    ['apply', [() => {}, 1]],
    ['requiresGrad_', [true, 2]],
    ['summary', [[1], {}, 3]],
    ['children', ['all']],
    ['namedParameters', [{}, 'prefix']],
  ])('ignores no argument of %s', (method, args) => {
    const model = new nn.PReLU();
    const call = () => {
      const result: unknown = (Reflect.get(model, method) as () => unknown).apply(model, args as []);
      return method === 'children' ? [...(result as Iterable<unknown>)] : result;
    };
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(`module.${method}() takes`);
  });

  it('propagates the mode and requiresGrad, and returns itself', () => {
    const inner = new nn.Sequential(new nn.Dropout(), new nn.Linear(1, 1));
    const model = new nn.Sequential(inner, new nn.Identity());
    expect(inner.eval()).toBe(inner);
    expect([...model.modules()].map(({ training }) => training)).toEqual([true, false, false, false, true]);
    expect(model.train()).toBe(model);
    expect([...model.modules()].every(({ training }) => training)).toBe(true);
    model.train(false);
    expect([...model.modules()].some(({ training }) => training)).toBe(false);
    expect(() => model.train(1 as never)).toThrow('training mode is expected to be boolean');
    expect(inner.requiresGrad_(false)).toBe(inner);
    expect([...model.parameters()].map(({ requiresGrad }) => requiresGrad)).toEqual([false, false]);
    expect([...model.requiresGrad_().parameters()].map(({ requiresGrad }) => requiresGrad)).toEqual([true, true]);
  });

  it('converts and drops gradients', () => {
    const layer = new nn.Linear(2, 2);
    layer
      .forward(ones([1, 2]))
      .sum()
      .backward();
    const { data } = layer.weight;
    layer.to('float32');
    expect(layer.weight.data).toBe(data);
    expect(layer.to('float64')).toBe(layer);
    expect(layer.weight.grad?.dtype).toBe('float64');
    expect(layer.weight.grad?.tolist()).toEqual([
      [1, 1],
      [1, 1],
    ]);
    layer.zeroGrad();
    expect([...layer.parameters()].map(({ grad }) => grad)).toEqual([null, null]);
  });

  it('finds members by path only', () => {
    const model = new nn.Sequential({ block: new Block() });
    expect(model.getParameter('block.first.bias')).toBe(model.getSubmodule('block.first').getParameter('bias'));
    expect(model.getBuffer('block.scratch').shape).toEqual([1]);
    expect(() => model.getBuffer('block.spare')).toThrow(
      "`spare` of Block is not a buffer (looking for 'block.spare')",
    );
    expect(() => model.getBuffer('block.msk')).toThrow("Block has no attribute `msk`; did you mean 'mask'?");
    expect(() => model.getSubmodule('block.frist.x')).toThrow(expect.objectContaining({ path: 'block.frist' }));
    expect(() => model.getSubmodule('block.toString')).toThrow('has no attribute `toString`');
    expect(() => model.getSubmodule(3 as never)).toThrow("expected a path such as 'features.0', found 3");
    expect(() => model.setSubmodule('', new nn.ReLU())).toThrow('Cannot set the submodule without a target name!');
    expect(() => model.setSubmodule('none.0', new nn.ReLU())).toThrow('has no attribute `none`');
    model.setSubmodule('block.third', new nn.ReLU());
    expect(paths(model)).toEqual(['', 'block', 'block.first', 'block.second', 'block.third']);
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
