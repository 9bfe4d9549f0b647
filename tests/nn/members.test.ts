import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { StateError } from '../../src/errors.js';
import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import { definePolicy } from '../../src/policy/definePolicy.js';
import { initializeWeights } from '../../src/policy/initializeWeights.js';
import { rule } from '../../src/policy/rule.js';
import { manualSeed } from '../../src/random/defaultGenerator.js';
import { ones, tensor, zeros } from '../../src/tensor/creation.js';
import type { Tensor } from '../../src/tensor/Tensor.js';

class Holder extends nn.Module {
  override forward(): void {}
}

/** A module whose properties the compiler does not check, as in JavaScript. */
type Loose = nn.Module & Record<string, unknown>;

const loose = (module: nn.Module = new Holder()) => module as Loose;
const keys = (module: nn.Module) => [...module.stateDict().keys()];
const parameter = (value = 1) => new nn.Parameter(tensor([value]));

describe('a member takes its place', () => {
  it('when it is first assigned, whatever the order of the declared fields', () => {
    class Net extends nn.Module {
      head: nn.Linear;
      trunk: nn.Linear;
      constructor() {
        super();
        this.trunk = new nn.Linear(2, 2);
        this.head = new nn.Linear(2, 1);
      }
      override forward(x: Tensor): Tensor {
        return this.head.forward(this.trunk.forward(x));
      }
    }
    expect(keys(new Net())).toEqual(['trunk.weight', 'trunk.bias', 'head.weight', 'head.bias']);
    const drawn: unknown[] = [];
    const recording = { order: drawn, policy: definePolicy('p', [rule(nn.Linear, { weight: init.normal() })]) };
    manualSeed(0);
    const report = initializeWeights(new Net(), recording.policy, { strict: false });
    expect(report.entries.map(({ path }) => path)).toEqual(['trunk.weight', 'head.weight']);
  });

  it('not when a field is null or undefined', () => {
    const module = loose();
    module.a = null;
    module.b = undefined;
    module.c = parameter();
    module.b = parameter();
    module.a = parameter();
    expect(keys(module)).toEqual(['c', 'b', 'a']);
  });

  it('when it is registered as null', () => {
    const module = loose();
    module.registerParameter('a', null);
    module.registerBuffer('m', null);
    module.addModule('l', null);
    module.b = parameter();
    module.n = module.registerBuffer('n', ones([1]));
    module.k = new nn.PReLU();
    expect(keys(module)).toEqual(['b', 'n', 'k.weight']);
    module.a = parameter();
    module.m = ones([1]);
    module.l = new nn.PReLU();
    expect(keys(module)).toEqual(['a', 'b', 'm', 'n', 'l.weight', 'k.weight']);
  });

  it('which null and undefined keep, and deletion gives up', () => {
    for (const nothing of [null, undefined]) {
      const module = loose();
      module.a = parameter(1);
      module.b = parameter(2);
      module.a = nothing;
      expect(keys(module)).toEqual(['b']);
      module.a = parameter(3);
      expect(keys(module)).toEqual(['a', 'b']);
      Reflect.deleteProperty(module, 'a');
      module.a = parameter(4);
      expect(keys(module)).toEqual(['b', 'a']);
    }
  });

  it('at the end if it becomes another kind', () => {
    const module = loose();
    module.a = parameter();
    module.b = parameter();
    module.c = new nn.PReLU();
    module.a = new nn.PReLU();
    expect([...module.namedModules()].map(([path]) => path)).toEqual(['', 'c', 'a']);
    expect(keys(module)).toEqual(['b', 'c.weight', 'a.weight']);
    module.a = parameter();
    expect(keys(module)).toEqual(['b', 'a', 'c.weight']);
    module.registerBuffer('m', ones([1]));
    module.m = parameter();
    expect([keys(module), [...module.buffers()]]).toEqual([['b', 'a', 'm', 'c.weight'], []]);
  });

  it('which a field that is only declared again keeps', () => {
    class Base extends nn.Module {
      a: nn.Linear | undefined = new nn.Linear(1, 1);
      b = new nn.Linear(1, 1);
      override forward(): void {}
    }
    class Derived extends Base {
      // @ts-expect-error: TypeScript asks for `declare` where a field is defined, other compilers do not.
      override a: nn.Linear | undefined;
    }
    expect(keys(new Derived())).toEqual(['a.weight', 'a.bias', 'b.weight', 'b.bias']);
  });

  it('as other properties of the module do not change it', () => {
    const module = loose();
    module.names = ['a'];
    module.loose = ones([1]);
    module.a = parameter();
    expect(keys(module)).toEqual(['a']);
    module.loose = parameter();
    expect(keys(module)).toEqual(['a', 'loose']);
  });
});

describe('what is no member cannot take the place of one', () => {
  const throwing = {
    get constructor(): never {
      throw new Error('read');
    },
  };
  const unnamed = { constructor: { name: Symbol('name') } };
  const ADVICE = 'delete the property first';
  it.each<[string, nn.Module, string, unknown, string]>([
    [
      'a tensor',
      new nn.Linear(2, 2),
      'weight',
      ones([2, 2]),
      "'Tensor' as parameter 'weight' (torch.nn.Parameter or None",
    ],
    ['a number', new nn.Linear(2, 2), 'weight', 5, "'number' as parameter 'weight'"],
    ['an array', new nn.Linear(2, 2), 'bias', [1, 2], "'Array' as parameter 'bias'"],
    ['a function', new nn.Linear(2, 2), 'bias', () => 1, "'function' as parameter 'bias'"],
    ['an object of null prototype', new nn.Linear(2, 2), 'bias', Object.create(null), "'Object' as parameter 'bias'"],
    ['a number', new nn.BatchNorm1d(2), 'runningMean', 5, "'number' as buffer 'runningMean' (torch.Tensor or None"],
    ['a number', new nn.Sequential(new nn.ReLU()), '0', 5, "'number' as child module '0' (torch.nn.Module or None"],
    ['a tensor', new nn.Sequential(new nn.ReLU()), '0', ones([1]), "'Tensor' as child module '0'"],
    ['an object that throws', new nn.Sequential(new nn.ReLU()), '0', throwing, "'Object' as child module '0'"],
    ['an object of an unnamed class', new nn.Sequential(new nn.ReLU()), '0', unnamed, "'Object' as child module '0'"],
    ['a class', new nn.Sequential(new nn.ReLU()), '0', nn.ReLU, "'function' as child module '0'"],
  ])('%s', (_, module, name, value, message) => {
    const before = keys(module);
    const { [name]: member } = loose(module);
    expect(() => {
      loose(module)[name] = value;
    }).toThrow(StateError);
    expect(() => Object.assign(module, { [name]: value })).toThrow(`cannot assign ${message}`);
    expect(() => Reflect.defineProperty(module, name, { value, configurable: true })).toThrow(message);
    expect([keys(module), loose(module)[name] === member]).toEqual([before, true]);
  });

  it('a tensor where the parameter is empty', () => {
    const module = loose();
    module.registerParameter('bias', null);
    expect(() => Object.assign(module, { bias: ones([1]) })).toThrow('as parameter');
    expect(() => Object.assign(module, { bias: 5 })).toThrow(ADVICE);
    Reflect.deleteProperty(module, 'bias');
    module.bias = 5;
    expect(module.bias).toBe(5);
  });

  it.each<[nn.Module, string]>([
    [new nn.Linear(2, 2, { bias: false }), 'bias'],
    [new nn.Conv2d(1, 1, 1, { bias: false }), 'bias'],
    [new nn.BatchNorm1d(2, { affine: false }), 'weight'],
    [new nn.LayerNorm(2, { elementwiseAffine: false }), 'weight'],
    [new nn.MultiheadAttention(4, 2), 'qProjWeight'],
    [new nn.MultiheadAttention(4, 2, { kdim: 2 }), 'inProjWeight'],
    [new nn.GRUCell(2, 2, { bias: false }), 'bias_ih'],
  ])('a tensor where %s has no parameter', (layer, name) => {
    expect(() => Object.assign(layer, { [name]: ones([2]) })).toThrow(`as parameter '${name}'`);
    Object.assign(layer, { [name]: new nn.Parameter(ones([2])) });
    expect([...layer.parameters()]).toContain(loose(layer)[name]);
  });

  it('a number where there are no running statistics', () => {
    const norm = new nn.BatchNorm1d(2, { trackRunningStats: false });
    expect(() => Object.assign(norm, { runningMean: 5 })).toThrow("as buffer 'runningMean'");
  });

  it('an accessor', () => {
    const layer = new nn.Linear(1, 1);
    expect(() => Object.defineProperty(layer, 'weight', { get: () => 3 })).toThrow('cannot become an accessor');
    expect(keys(layer)).toEqual(['weight', 'bias']);
  });
});

describe('only a property that holds the member registers it', () => {
  it('not a setter that swallows or stores the value', () => {
    let swallowed: unknown;
    class Net extends nn.Module {
      set layer(value: unknown) {
        swallowed = value;
      }
      set kept(value: nn.Module) {
        (this as unknown as Loose).inner = value;
      }
      override forward(): void {}
    }
    const net = new Net();
    net.layer = new nn.Linear(1, 1);
    net.kept = new nn.PReLU();
    expect([swallowed instanceof nn.Linear, keys(net)]).toEqual([true, ['inner.weight']]);
  });

  it('not an object that inherits from the module', () => {
    const layer = new nn.Linear(1, 1);
    const heir = Object.create(layer) as Loose;
    heir.extra = parameter();
    heir.weight = 5;
    expect([keys(layer), Object.hasOwn(layer, 'extra')]).toEqual([['weight', 'bias'], false]);
    Reflect.set(layer, 'extra', parameter(), {});
    expect(keys(layer)).toEqual(['weight', 'bias']);
  });

  it('not a frozen module', () => {
    const module = loose();
    module.a = parameter();
    Object.freeze(module);
    expect(() => Object.assign(module, { b: parameter() })).toThrow(TypeError);
    expect(() => module.addModule('b', new nn.PReLU())).toThrow(StateError);
    expect(() => Reflect.deleteProperty(module, 'a')).not.toThrow();
    expect(keys(module)).toEqual(['a']);
  });

  it('not a property that is not enumerable, which holds a module outside of the tree', () => {
    const module = loose();
    Object.defineProperty(module, 'teacher', { value: new nn.PReLU(), writable: true, configurable: true });
    module.teacher = new nn.PReLU();
    expect(keys(module)).toEqual([]);
  });

  it('also when only its descriptor changes', () => {
    const net = Object.assign(new Holder(), { a: new nn.PReLU(), b: new nn.PReLU() });
    Object.defineProperty(net, 'a', { enumerable: false });
    expect([...net.stateDict().keys()]).toEqual(['b.weight']);
    Object.defineProperty(net, 'a', { enumerable: true });
    expect([...net.stateDict().keys()]).toEqual(['b.weight', 'a.weight']);
    Object.defineProperty(net, 'a', { writable: false });
    expect([...Object.freeze(net).stateDict().keys()]).toEqual(['b.weight', 'a.weight']);
  });

  it('with setters that run on the module itself, also with private fields', () => {
    class Counted extends nn.Module {
      #count = 0;
      get count() {
        return this.#count;
      }
      set count(value: number) {
        this.#count = value;
      }
      override forward(): void {}
    }
    const counted = new Counted();
    counted.count = 3;
    expect(counted.count).toBe(3);
  });
});

describe('names', () => {
  const taken = [
    'length',
    'get',
    'set',
    'has',
    'delete',
    'summary',
    'clone',
    'constructor',
    'toString',
    'valueOf',
    'at',
  ];

  it.each(taken)('that PyTorch takes: %s', (name) => {
    const child = new nn.PReLU();
    for (const container of [new nn.ModuleDict([[name, child]]), new nn.Sequential(new Map([[name, child]]))]) {
      expect(keys(container)).toEqual([`${name}.weight`]);
      expect(container.getSubmodule(name)).toBe(child);
      expect(container.length).toBe(1);
      expect(String(container)).toContain(`(${name}): PReLU`);
      expect(keys(container.clone())).toEqual([`${name}.weight`]);
      expect(container.clone().getSubmodule(name)).not.toBe(child);
      container.loadStateDict([[`${name}.weight`, tensor([7])]]);
      expect(child.weight.item()).toBe(7);
    }
    const dict = new nn.ModuleDict([[name, child]]);
    expect([dict.get(name), dict.has(name), dict.keys()]).toEqual([child, true, [name]]);
    expect(dict.delete(name)).toBe(true);
    expect([dict.length, dict.has(name)]).toEqual([0, false]);
    const holder = new Holder();
    holder.addModule(name, child);
    holder.registerParameter(`${name}_`, parameter());
    expect(keys(holder)).toEqual([`${name}_`, `${name}.weight`]);
    expect(Object.hasOwn(holder, name)).toBe(!(name in Holder.prototype));
    expect([...holder.clone().summary().rows].length).toBeGreaterThan(0);
  });

  it('of methods are refused as fields, with the way to the key', () => {
    const holder = loose();
    expect(() => Object.assign(holder, { summary: new nn.PReLU() })).toThrow(
      "static stateNames = { another: 'summary' }",
    );
    class Head extends nn.Module {
      static override readonly stateNames = { summaryHead: 'summary' };
      summaryHead = new nn.PReLU();
      override forward(): void {}
    }
    const head = new Head();
    expect([keys(head), head.getSubmodule('summary')]).toEqual([['summary.weight'], head.summaryHead]);
    head.setSubmodule('summary', new nn.PReLU(2));
    expect(head.summaryHead.weight.shape).toEqual([2]);
  });

  it('do not change the class of a module', () => {
    for (const member of [parameter(), new nn.ReLU()]) {
      const holder = loose();
      expect(() => Reflect.set(holder, '__proto__', member)).toThrow("the name of a member can't be '__proto__'");
      expect(Object.getPrototypeOf(holder)).toBe(Holder.prototype);
    }
    const linear = new nn.Linear(1, 1);
    class Renamed extends nn.Linear {}
    expect(Object.setPrototypeOf(linear, Renamed.prototype)).toBeInstanceOf(Renamed);
  });

  it.each([null, 5, 'self_attn', ['self_attn'], new Map([['selfAttn', 'self_attn']])])(
    'are no table: %p',
    (stateNames) => {
      class Named extends Holder {
        static override readonly stateNames = stateNames as never;
        attention = new nn.PReLU();
      }
      expect(() => new Named()).toThrow('expected an object of keys by property');
    },
  );

  it('with a dot are refused wherever they come from', () => {
    expect(() => Object.assign(new Holder(), { 'a.b': parameter() })).toThrow('can\'t contain "."');
    expect(() => Object.assign(new Holder(), { '': parameter() })).toThrow("can't be empty");
    class Dotted extends nn.Module {
      static override readonly stateNames = { layer: 'a.b' };
      layer = new nn.PReLU();
      override forward(): void {}
    }
    expect(() => new Dotted()).toThrow('expected a key without "."');
  });

  it('that would be two keys of one state dict are refused', () => {
    class Twice extends nn.Module {
      static override readonly stateNames = { first: 'weight' };
      first = parameter();
      weight = parameter();
      override forward(): void {}
    }
    expect(() => new Twice()).toThrow("'weight' is the state-dict key of the property 'first' of Twice");
  });
});

describe('a module prints its class', () => {
  it('in inspect, toString and the differences of tests', () => {
    class LeNet extends nn.Module {
      fc = new nn.Linear(1, 1);
      override forward(): void {}
    }
    const text = 'LeNet(\n  (fc): Linear(in_features=1, out_features=1, bias=True)\n)';
    expect([inspect(new LeNet()), String(new LeNet())]).toEqual([text, text]);
    expect(inspect([new nn.ReLU()])).toBe('[ ReLU() ]');
    expect(new nn.ReLU()).toEqual(new nn.ReLU());
    expect(new LeNet()).not.toEqual(new nn.ReLU());
    expect(Object.keys(new nn.ReLU())).toEqual(['training', 'inplace']);
    expect(JSON.stringify(new nn.ReLU())).toBe('{"training":true,"inplace":false}');
    expect({ ...new nn.ReLU() }).toEqual({ training: true, inplace: false });
    expect(() => structuredClone(new nn.ReLU())).toThrow();
  });
});

describe('costs', () => {
  it('of append, at and length do not grow with the list', () => {
    const list = new nn.ModuleList<nn.Module>();
    let found = 0;
    for (let i = 0; i < 20_000; i++) if (list.append(new nn.ReLU()).at(-1) === list.at(list.length - 1)) found++;
    for (let i = 0; i < 100; i++) list.pop();
    expect([found, list.length, list.at(19_899) === list.at(-1)]).toEqual([20_000, 19_900, true]);
  });

  it('end for a list that grows while it is read', () => {
    const list = new nn.ModuleList([new nn.ReLU(), new nn.ReLU()]);
    for (const module of list) list.append(module.clone());
    expect(list.length).toBe(4);
    const net = loose();
    net.a = new nn.ReLU();
    for (const [, module] of net.namedModules()) if (module !== net) net[`x${Object.keys(net).length}`] = new nn.ReLU();
    expect([...net.children()].length).toBe(2);
  });
});

it('zeros of a deferred model stay deferred when they become members', () => {
  const model = nn.deferInit(() => new nn.Linear(1000, 1000));
  expect(model.weight.shape).toEqual([1000, 1000]);
  expect(zeros([1]).item()).toBe(0);
});
