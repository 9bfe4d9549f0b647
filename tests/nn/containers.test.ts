import { describe, expect, it } from '@jest/globals';
import { ArgumentError, StateError } from '../../src/errors.js';
import * as nn from '../../src/nn.js';
import { ones, tensor, zeros } from '../../src/tensor/creation.js';
import type { Tensor } from '../../src/tensor/Tensor.js';
import { readGolden } from '../golden/readGolden.js';
import { describeLayers } from './describeLayers.js';

describe('containers', () => {
  describeLayers({
    'ParameterList([nn.Parameter(torch.ones(2)), nn.Parameter(torch.zeros(3, 1))])': () =>
      new nn.ParameterList([new nn.Parameter(ones([2])), new nn.Parameter(zeros([3, 1]))]),
    "ParameterDict({'w': nn.Parameter(torch.ones(2, 2))})": () =>
      new nn.ParameterDict({ w: new nn.Parameter(ones([2, 2])) }),
    "ModuleDict({'a': nn.Linear(2, 2), 'b': nn.PReLU()})": () =>
      new nn.ModuleDict<nn.Module>({ a: new nn.Linear(2, 2), b: new nn.PReLU() }),
  });
});

describe('a module without forward', () => {
  class NoForward extends (nn.Module as unknown as new () => nn.ReLU) {}
  const missing =
    'Module [NoForward] is missing the required "forward" function: add the method forward(x) to the class';

  it('is refused when it is called, by itself, in a Sequential or with a hook', () => {
    expect(() => new NoForward().forward(ones([1]))).toThrow(new StateError(missing));
    expect(() => new nn.Sequential(new NoForward()).forward(ones([1]))).toThrow(`Invalid state at 0: ${missing}`);
    const hooked = new NoForward();
    hooked.registerForwardHook(() => undefined);
    expect(() => hooked.forward(ones([1]))).toThrow(StateError);
  });
});

describe('Sequential', () => {
  it('refuses a class, and names how to construct it', () => {
    expect(() => new nn.Sequential(nn.ReLU as never)).toThrow(
      'the class ReLU is not a Module subclass (adding to a Sequential); construct it: new ReLU(…)',
    );
  });
});

describe('containers in containers', () => {
  /** See `makeContainers.py` for the meaning of these. */
  type Spec = [kind: string, contents?: unknown[]];
  type Change = [path: string, operation: string, ...given: unknown[]];
  interface State {
    readonly repr: string;
    readonly modules: string[];
    readonly keys: string[];
  }
  interface Case {
    readonly spec: Spec;
    readonly built: State;
    readonly changes: { change: Change; after: State }[];
  }

  const build = ([kind, contents = []]: Spec): nn.Module => {
    const modules = contents as Spec[];
    const named = contents as [string, Spec][];
    switch (kind) {
      case 'Sequential':
        return new nn.Sequential(...modules.map(build));
      case 'Named': {
        const sequential = new nn.Sequential();
        for (const [name, spec] of named) sequential.addModule(name, build(spec));
        return sequential;
      }
      case 'ModuleList':
        return new nn.ModuleList(modules.map(build));
      case 'ModuleDict':
        return new nn.ModuleDict(named.map(([name, spec]) => [name, build(spec)] as const));
      case 'ParameterList':
        return new nn.ParameterList((contents as number[][]).map((shape) => ones(shape)));
      case 'ParameterDict':
        return new nn.ParameterDict(
          (contents as [string, number[]][]).map(([name, shape]) => [name, ones(shape)] as const),
        );
      case 'PReLU':
        return new nn.PReLU();
      default:
        return kind === 'ReLU' ? new nn.ReLU() : new nn.Linear(1, 1);
    }
  };

  const applyChange = (root: nn.Module, [path, operation, ...given]: Change): void => {
    const container = root.getSubmodule(path);
    const holdsParameters = container instanceof nn.ParameterList || container instanceof nn.ParameterDict;
    const make = (spec: unknown) => (holdsParameters ? ones(spec as number[]) : build(spec as Spec)) as never;
    if (container instanceof nn.ModuleDict || container instanceof nn.ParameterDict) {
      const pairs = Array.isArray(given[0]) ? (given[0] as [string, unknown][]) : [];
      if (operation === 'set') container.set(given[0] as string, make(given[1]));
      else if (operation === 'pop') container.pop(given[0] as string);
      else if (operation === 'clear') container.clear();
      else container.update(pairs.map(([name, spec]) => [name, make(spec)] as const));
      return;
    }
    const list = container as nn.Sequential | nn.ModuleList | nn.ParameterList;
    if (operation === 'append') list.append(make(given[0]));
    else if (operation === 'insert') list.insert(given[0] as number, make(given[1]));
    else if (operation === 'set') list.set(given[0] as number, make(given[1]));
    else list.pop(given[0] as number);
  };

  const stateOf = (root: nn.Module): State => ({
    repr: String(root),
    modules: [...root.namedModules()].map(([path]) => path),
    keys: [...root.stateDict().keys()],
  });

  const cases = readGolden<Case>('containers.json').map((golden) => [JSON.stringify(golden.spec), golden] as const);
  it.each(cases)('%.100s', (_, { spec, built, changes }) => {
    const root = build(spec);
    expect(stateOf(root)).toEqual(built);
    for (const { change, after } of changes) {
      applyChange(root, change);
      expect({ change, ...stateOf(root) }).toEqual({ change, ...after });
      expect(stateOf(root.clone())).toEqual(after);
    }
  });
});

describe('lists', () => {
  const sizes = (list: Iterable<nn.Linear>) => Array.from(list, ({ inFeatures }) => inFeatures);
  const create = () => new nn.ModuleList([1, 2, 3, 4].map((size) => new nn.Linear(size, 1)));

  it.each([0.5, '1', Number.NaN, null, 1n, Symbol('one'), Object.create(null)])(
    'refuse %p as a bound of a slice',
    (bound) => {
      for (const sequence of [new nn.Sequential(), new nn.ModuleList(), new nn.ParameterList()]) {
        expect(() => sequence.slice(bound as number)).toThrow('expects integers, or nothing, as its bounds');
        expect(() => sequence.slice(0, bound as number)).toThrow(ArgumentError);
      }
    },
  );

  it('return slices that share their modules', () => {
    const list = create();
    expect(sizes(list.slice(1, -1))).toEqual([2, 3]);
    expect(list.slice(1)[0]).toBe(list[1]);
    expect([...list.slice(2).namedChildren()].map(([name]) => name)).toEqual(['0', '1']);
    const sequential = new nn.Sequential(...list);
    const part = sequential.slice(-2);
    // nn.Sequential(*ls)[-2:] keeps the names
    expect([...part.namedChildren()].map(([name]) => name)).toEqual(['2', '3']);
    part.append(new nn.Linear(9, 1));
    expect([...part.namedChildren()].map(([name]) => name)).toEqual(['2', '3', '4']);
    expect(sequential.length).toBe(4);
  });

  it('remove what is popped, and stay as they were after an error', () => {
    const list = create();
    expect(list.pop().inFeatures).toBe(4);
    expect(list.pop(0).inFeatures).toBe(1);
    expect(sizes(list)).toEqual([2, 3]);
    expect(sizes(list.clone().insert(-1, new nn.Linear(5, 1)))).toEqual([2, 5, 3]);
    expect(sizes(list.clone().set(-1, new nn.Linear(5, 1)))).toEqual([2, 5]);
    expect(list[2]).toBeUndefined();
    expect(() => list.pop(2)).toThrow('index 2 is out of range');
    expect(() => list.set(-3, new nn.Linear(1, 1))).toThrow(ArgumentError);
    expect(() => list.insert(3, new nn.Linear(1, 1))).toThrow(ArgumentError);
    expect(() => list.insert(0, {} as nn.Linear)).toThrow('is not a Module subclass');
    expect(() => list.extend([new nn.Linear(1, 1), null as unknown as nn.Linear])).toThrow(StateError);
    expect(sizes(list)).toEqual([2, 3]);
  });

  it('renumber a named Sequential after an insertion or a removal', () => {
    const named = new nn.Sequential({ first: new nn.Linear(1, 1), second: new nn.ReLU() });
    named.insert(1, new nn.PReLU());
    expect([...named.stateDict().keys()]).toEqual(['0.weight', '0.bias', '1.weight']);
    expect(Object.hasOwn(named, 'first')).toBe(false);
  });

  it('keep other members of a subclass', () => {
    class Scaled extends nn.ParameterList {
      scale = this.registerBuffer('scale', ones([1]));
    }
    const list = new Scaled([ones([2]), ones([3])]);
    list.pop(0);
    expect([...list.stateDict().keys()]).toEqual(['0', 'scale']);
    expect(list.clone().at(0).shape).toEqual([3]);
  });
});

describe('frozen containers', () => {
  const list = () => new nn.ModuleList([new nn.ReLU(), new nn.Tanh()]);
  const dict = () => new nn.ModuleDict({ a: new nn.ReLU(), b: new nn.Tanh() });
  it.each<[string, nn.Module, (container: never) => unknown]>([
    ['list.pop()', list(), (container: nn.ModuleList) => container.pop()],
    ['list.pop(0)', list(), (container: nn.ModuleList) => container.pop(0)],
    ['list.append', list(), (container: nn.ModuleList) => container.append(new nn.ReLU())],
    ['list.insert', list(), (container: nn.ModuleList) => container.insert(0, new nn.ReLU())],
    ['dict.delete', dict(), (container: nn.ModuleDict) => container.delete('a')],
    ['dict.pop', dict(), (container: nn.ModuleDict) => container.pop('b')],
    ['dict.clear', dict(), (container: nn.ModuleDict) => container.clear()],
    ['dict.set', dict(), (container: nn.ModuleDict) => container.set('a', new nn.GELU())],
  ])('refuse %s', (_, container, change) => {
    const before = String(container);
    Object.freeze(container);
    expect(() => change(container as never)).toThrow('is frozen');
    expect(String(container)).toBe(before);
  });
});

describe('dictionaries', () => {
  it('are read like maps', () => {
    const dict = new nn.ModuleDict({ b: new nn.ReLU(), a: new nn.ReLU() });
    expect(dict.keys()).toEqual(['b', 'a']);
    expect([...dict]).toEqual(dict.items());
    expect(dict.values()).toEqual([dict.get('b'), dict.get('a')]);
    expect(dict.has('a') && !dict.has('training')).toBe(true);
    expect(new nn.ModuleDict(dict).get('a')).toBe(dict.get('a'));
    expect(new nn.ModuleDict(new Map([['c', dict.get('a')]])).keys()).toEqual(['c']);
  });

  it('stay as they were after an error', () => {
    const dict = new nn.ModuleDict<nn.ReLU>({ a: new nn.ReLU() });
    const sound = ['b', new nn.ReLU()] as const;
    expect(() => dict.update([sound, ['c.d', new nn.ReLU()]])).toThrow('module name can\'t contain "."');
    expect(() => dict.update([sound, ['c', 3 as unknown as nn.ReLU]])).toThrow('is not a Module subclass');
    expect(() => dict.update([sound, ['pop', new nn.ReLU()]])).toThrow("attribute 'pop' already exists");
    expect(dict.keys()).toEqual(['a']);
    expect(() => dict.get('b')).toThrow("ModuleDict has no 'b'");
    expect(() => dict.get('')).toThrow(StateError);
    expect(() => dict.pop('training')).toThrow(StateError);
    expect(dict.delete('training')).toBe(false);
    expect(dict.training).toBe(true);
  });

  it('of parameters sort the names of an object, as PyTorch does, and keep the order of pairs', () => {
    // nn.ParameterDict({'b': torch.ones(1), 'a': torch.ones(1), 'B': torch.ones(1)}).keys() is B, a, b
    const given = { b: ones([1]), a: ones([1]), B: ones([1]) };
    expect(new nn.ParameterDict(given).keys()).toEqual(['B', 'a', 'b']);
    expect(new nn.ParameterDict(Object.entries(given)).keys()).toEqual(['b', 'a', 'B']);
    expect(new nn.ParameterDict(new Map(Object.entries(given))).keys()).toEqual(['b', 'a', 'B']);
  });
});

describe('containers of modules', () => {
  it('accept a Map, in its order', () => {
    const named = new nn.Sequential(
      new Map([
        ['b', new nn.ReLU()],
        ['1', new nn.ReLU()],
      ]),
    );
    expect([...named.namedChildren()].map(([name]) => name)).toEqual(['b', '1']);
  });

  it('refuse values that are not modules', () => {
    for (const nothing of [null, undefined, 3, 'x']) {
      expect(() => new nn.Sequential(nothing as unknown as nn.Module)).toThrow('is not a Module subclass');
    }
    expect(() => new nn.Sequential([new nn.ReLU()] as unknown as nn.Module)).toThrow('pass its modules one by one');
    expect(() => new nn.ModuleList(3 as unknown as nn.Module[])).toThrow(
      'ModuleList.extend should be called with an iterable, but got 3',
    );
    expect(() => new nn.ModuleDict([new nn.ReLU()] as unknown as [])).toThrow('expects pairs of name and member');
    expect(() => new nn.ModuleDict(null as unknown as [])).toThrow(ArgumentError);
  });
});

describe('containers of parameters', () => {
  it('turn tensors into parameters that share their elements', () => {
    const given = ones([2]);
    const known = new nn.Parameter(zeros([1]));
    const list = new nn.ParameterList([given, known]);
    expect(list[0]).toBeInstanceOf(nn.Parameter);
    expect(list[0].data).toBe(given.data);
    expect(list.at(-1)).toBe(known);
    expect([...list].every(({ requiresGrad }) => requiresGrad)).toBe(true);
    expect(list.slice(1).at(0)).toBe(known);
    const dict = new nn.ParameterDict({ known });
    expect(dict.get('known')).toBe(known);
  });

  it('are trained, loaded and converted with the tree', () => {
    class Mixed extends nn.Module {
      scales = new nn.ParameterList([tensor([2]), tensor([3])]);
      shifts = new nn.ParameterDict({ left: tensor([1]) });
      override forward(x: Tensor): Tensor {
        let sum = x.add(this.shifts.get('left'));
        for (const scale of this.scales) sum = sum.mul(scale);
        return sum;
      }
    }
    const model = new Mixed();
    model
      .forward(tensor([1]))
      .sum()
      .backward();
    expect([...model.parameters()].map(({ grad }) => grad?.item())).toEqual([6, 4, 6]);
    model.loadStateDict([
      ['scales.0', tensor([5])],
      ['scales.1', tensor([7])],
      ['shifts.left', tensor([0])],
    ]);
    expect(
      model
        .to('float64')
        .forward(tensor([1], { dtype: 'float64' }))
        .item(),
    ).toBe(35);
    expect(String(model.shifts)).toBe('ParameterDict(  (left): Parameter containing: [torch.DoubleTensor of size 1])');
    expect(model.getParameter('scales.1')).toBe(model.scales[1]);
  });

  it('refuse other things', () => {
    const list = new nn.ParameterList();
    expect(() => list.append([1, 2] as unknown as Tensor)).toThrow('is not a Parameter or Tensor');
    expect(() => list.append(tensor([1n]))).toThrow('can require gradients');
    expect(() => new nn.ParameterDict({ 'a.b': ones([1]) })).toThrow('parameter name can\'t contain "."');
    expect(list.length).toBe(0);
    expect(() => list.forward()).toThrow('ParameterList should not be called');
    expect(() => new nn.ParameterDict().forward()).toThrow('ParameterDict should not be called');
  });
});

describe('methods of containers refuse an argument too many, and do nothing', () => {
  const list = () => new nn.ModuleList([new nn.ReLU(), new nn.PReLU()]);
  const sequence = () => new nn.Sequential({ a: new nn.ReLU(), b: new nn.PReLU() });
  const dict = () => new nn.ModuleDict({ a: new nn.ReLU(), b: new nn.PReLU() });
  const parameters = () => new nn.ParameterDict({ a: ones([1]) });
  it.each<[string, () => nn.Module, string, unknown[]]>([
    ['list', list, 'at', [0]],
    ['list', list, 'set', [0, new nn.Identity()]],
    ['list', list, 'append', [new nn.Identity()]],
    ['list', list, 'extend', [[new nn.Identity()]]],
    ['list', list, 'insert', [0, new nn.Identity()]],
    ['list', list, 'pop', [0]],
    ['list', list, 'slice', [0, 1]],
    ['list', sequence, 'slice', [0, 1]],
    ['list', sequence, 'get', ['a']],
    ['dict', dict, 'keys', []],
    ['dict', dict, 'values', []],
    ['dict', dict, 'items', []],
    ['dict', dict, 'has', ['a']],
    ['dict', dict, 'get', ['a']],
    ['dict', dict, 'set', ['a', new nn.Identity()]],
    ['dict', dict, 'update', [{ c: new nn.Identity() }]],
    ['dict', dict, 'delete', ['a']],
    ['dict', dict, 'pop', ['a']],
    ['dict', dict, 'clear', []],
    ['dict', parameters, 'get', ['a']],
  ])('%s: %p.%s', (kind, build, method, args) => {
    const container = build() as nn.Module & Record<string, (...args: unknown[]) => unknown>;
    const before = String(container);
    const call = (...more: unknown[]) => container[method](...args, ...more);
    expect(() => call(null)).toThrow(ArgumentError);
    expect(() => call({ axis: 1 })).toThrow(`${kind}.${method}() takes`);
    expect(String(container)).toBe(before);
    expect(() => call(undefined)).not.toThrow();
  });
});
