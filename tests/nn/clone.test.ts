import { describe, expect, it } from '@jest/globals';
import { StateError } from '../../src/errors.js';
import * as F from '../../src/functional.js';
import * as nn from '../../src/nn.js';
import { ones, tensor, zeros } from '../../src/tensor/creation.js';
import { randn } from '../../src/tensor/randomCreation.js';
import type { Tensor } from '../../src/tensor/Tensor.js';

const registry = new Set<number>();

describe('clone', () => {
  it('copies gradients, and whether there are any', () => {
    const layer = new nn.Linear(2, 2);
    layer
      .forward(randn([1, 2]))
      .sum()
      .backward();
    layer.registerParameter('frozen', new nn.Parameter(ones([1]), { requiresGrad: false }));
    const copy = layer.clone();
    expect(copy.weight.grad?.data).toEqual(layer.weight.grad?.data);
    expect(copy.weight.grad?.data).not.toBe(layer.weight.grad?.data);
    expect(copy.weight).toBeInstanceOf(nn.Parameter);
    expect([...copy.parameters()].map(({ requiresGrad, grad }) => [requiresGrad, grad === null])).toEqual([
      [true, false],
      [true, false],
      [false, true],
    ]);
  });

  it('has elements, modes and declarations of its own', () => {
    class Counter extends nn.Module {
      mean = this.registerBuffer('mean', ones([2]));
      scratch = this.registerBuffer('scratch', zeros([1]), { persistent: false });
      override forward(): void {}
    }
    const model = new nn.Sequential(new Counter(), new nn.Linear(2, 2)).eval();
    const copy = model.clone();
    copy.train();
    for (const tensor of [...copy.parameters(), ...copy.buffers()]) tensor.detach().fill_(7);
    expect([...model.modules()].some(({ training }) => training)).toBe(false);
    expect(model.getBuffer('0.mean').tolist()).toEqual([1, 1]);
    expect([...copy.namedBuffers()].map(([path]) => path)).toEqual(['0.mean', '0.scratch']);
    expect([...copy.stateDict().keys()]).toEqual(['0.mean', '1.weight', '1.bias']);
    copy.at(0).registerBuffer('mean', ones([2]), { persistent: false });
    expect([...copy.stateDict().keys()]).toEqual(['1.weight', '1.bias']);
    expect([...model.stateDict().keys()]).toEqual(['0.mean', '1.weight', '1.bias']);
    expect(copy.at(0)).toBeInstanceOf(Counter);
  });

  it('copies arrays, maps, sets and plain objects with their ties, and shares other values', () => {
    class Config {}
    const config = new Config();
    class Holder extends nn.Module {
      layer = new nn.Linear(1, 1);
      list = [this.layer, { weight: this.layer.weight }] as const;
      map = new Map<string, unknown>([['layer', this.layer]]);
      set = new Set<unknown>([this.list]);
      bare = Object.assign(Object.create(null) as object, { size: 3 });
      config = config;
      callback = () => 5;
      when = new Date(0);
      override forward(x: Tensor): Tensor {
        return this.layer.forward(x);
      }
    }
    const model = new Holder();
    const copy = model.clone();
    expect(copy.layer).not.toBe(model.layer);
    expect(copy.list).not.toBe(model.list);
    expect(copy.list[0]).toBe(copy.layer);
    expect(copy.list[1].weight).toBe(copy.layer.weight);
    expect(copy.map.get('layer')).toBe(copy.layer);
    expect(copy.set).not.toBe(model.set);
    expect([...copy.set]).toEqual([copy.list]);
    expect([...copy.set][0]).toBe(copy.list);
    expect([copy.bare, copy.bare === model.bare]).toEqual([{ size: 3 }, false]);
    expect([copy.config, copy.callback, copy.when]).toEqual([config, model.callback, model.when]);
    expect(copy.config).toBe(config);
    expect(copy.when).toBe(model.when);
    expect(Object.keys(copy)).toEqual(Object.keys(model));
  });

  it('keeps holes, subclasses and properties with symbols as names', () => {
    class Bag<T> extends Map<string, T> {
      twice(key: string): T[] {
        return [this.get(key) as T, this.get(key) as T];
      }
    }
    const tag = Symbol('tag');
    class Holder extends nn.Module {
      layer = new nn.PReLU();
      // biome-ignore lint/suspicious/noSparseArray: the copy has the hole too.
      list = Object.assign([1, , this.layer], { note: 'three', [tag]: this.layer });
      bag = new Bag([['layer', this.layer]]);
      plain = { [tag]: this.layer };
      override forward(): void {}
    }
    const copy = new Holder().clone();
    expect([1 in copy.list, copy.list.length, copy.list.note]).toEqual([false, 3, 'three']);
    expect([copy.list[2], copy.list[tag], copy.plain[tag]]).toEqual([copy.layer, copy.layer, copy.layer]);
    expect(copy.list[2]).toBe(copy.layer);
    expect(copy.list[tag]).toBe(copy.layer);
    expect(copy.plain[tag]).toBe(copy.layer);
    expect(copy.bag.twice('layer')[1]).toBe(copy.layer);
  });

  it.each([
    ['drawn', <T>(build: () => T) => build()],
    ['deferred', nn.deferInit],
  ])('lets buffers and plain tensors share elements as the originals do, but no parameters: %s', (_, create) => {
    class Sharing extends nn.Module {
      weight = new nn.Parameter(zeros([4]));
      tied = new nn.Parameter(this.weight.detach());
      part = this.registerBuffer('part', zeros([1]));
      whole = this.registerBuffer('whole', zeros([4]));
      seen = this.whole.view([2, 2]);
      list = [this.whole.narrow(0, 2, 2)];
      constructor() {
        super();
        this.part = this.whole.narrow(0, 1, 1);
      }
      override forward(): void {}
    }
    const model = create(() => new Sharing());
    const copy = model.clone();
    copy.weight.fill_(5);
    copy.whole.copy_(tensor([1, 2, 3, 4]));
    copy.part.fill_(7);
    expect(copy.tied.tolist()).toEqual([0, 0, 0, 0]);
    expect([copy.whole, copy.seen, copy.list[0]].map((t) => t.tolist())).toEqual([
      [1, 7, 3, 4],
      [
        [1, 7],
        [3, 4],
      ],
      [3, 4],
    ]);
    expect([model.whole, model.part].map((t) => t.tolist())).toEqual([[0, 0, 0, 0], [0]]);
  });

  describe('refuses what would go on using the original', () => {
    class Base extends nn.Module {
      fc = new nn.Linear(2, 2);
      override forward(x: Tensor): Tensor {
        return this.fc.forward(x);
      }
    }
    class Arrow extends Base {
      override forward = (x: Tensor) => this.fc.forward(x);
    }
    class Bound extends Base {
      run = this.forward.bind(this);
    }
    class Nested extends Base {
      steps = [{ name: 'first', run: async (x: Tensor) => this.fc.forward(x) }];
    }
    class Named extends Base {
      table = new Map([['run', (x: Tensor) => super.forward(x)]]);
    }
    class Private extends Base {
      #scale = 2;
      override forward(x: Tensor): Tensor {
        return x.mul(this.#scale);
      }
    }
    class PrivateMethod extends Base {
      #run(x: Tensor): Tensor {
        return x;
      }
      override forward(x: Tensor): Tensor {
        return this.#run(x);
      }
    }
    class FromPrivate extends Private {}
    class Unicode extends Base {
      #größe = 2;
      override forward(x: Tensor): Tensor {
        return x.mul(this.#größe);
      }
    }
    // As a minifier writes them.
    const minified = new Function(
      'Base',
      'return[class extends Base{get#a(){return 1}b(){return this.#a}},class extends Base{async#a(){}b(){this.#a()}},class extends Base{#a}]',
    )(Base) as (new () => nn.Module)[];
    class Weak extends Base {
      link = new WeakRef(this.fc);
    }
    class Literals extends Base {
      run = (x: Tensor) => (/'/.test("'") ? x : this.fc.forward(x));
    }
    class Template extends Base {
      run = () => `//${this.fc}`;
    }
    class Helper {
      constructor(readonly owner: { layers: readonly nn.Module[] }) {}
    }
    class Shared extends Base {
      helper = new Helper({ layers: [this.fc] });
    }
    it.each<[string, () => nn.Module, string]>([
      ['an arrow function', () => new Arrow(), 'forward is an arrow function that uses this'],
      ['a bound function', () => new Bound(), 'run is a bound function'],
      ['an arrow function in an array', () => new Nested(), 'steps.0.run is an arrow function'],
      ['an arrow function in a map', () => new Named(), 'table is an arrow function'],
      ['a private field', () => new Private(), 'private fields (#name)'],
      ['a private method', () => new PrivateMethod(), 'private fields (#name)'],
      ['a private field of an ancestor', () => new FromPrivate(), 'private fields (#name)'],
      ['a private field with another letter', () => new Unicode(), 'private fields (#name)'],
      ['a minified private getter', () => new minified[0](), 'private fields (#name)'],
      ['a minified private method', () => new minified[1](), 'private fields (#name)'],
      ['a minified private field', () => new minified[2](), 'private fields (#name)'],
      ['a weak reference', () => new Weak(), 'link is a WeakRef, which is shared and refers to a Linear'],
      ['an arrow function with quotes in a regular expression', () => new Literals(), 'run is an arrow function'],
      ['an arrow function with a template', () => new Template(), 'run is an arrow function'],
      [
        'another object that refers to a layer',
        () => new Shared(),
        'helper is a Helper, which is shared and refers to a Linear',
      ],
    ])('%s', (_, build, message) => {
      for (const model of [build(), new nn.Sequential(new nn.ReLU(), build())]) {
        expect(() => model.clone()).toThrow(StateError);
        expect(() => model.clone()).toThrow(message);
      }
      expect(() => new nn.TransformerEncoder(build() as nn.TransformerEncoderLayer, 2)).toThrow(message);
    });

    it.each([
      ['TypeScript', '_Model_scale.set(this, 2);'],
      ['TypeScript', '_Model_instances.add(this);'],
      ['TypeScript', '_Model_größe.set(this, 2);'],
      ['esbuild', '__privateAdd(this, _scale, 2);'],
      ['SWC', '_class_private_field_init(this, _scale, { writable: true, value: 2 });'],
      ['SWC for ES5', '_class_private_method_init(_assert_this_initialized(_this), _run);'],
      ['SWC with helpers', '(0, _class_private_field_init._)(this, _scale, {});'],
      ['Babel', '_classPrivateFieldInitSpec(this, _scale, 2);'],
      ['Babel for ES5', '_classPrivateMethodInitSpec(_this2, _Model_brand);'],
    ])('a private field as %s compiles it: %s', (_, line) => {
      const build = new Function(
        'Base',
        `return class Model extends Base { constructor() { super(); if (0) { ${line} } } }`,
      );
      expect(() => new (build(Base) as new () => nn.Module)().clone()).toThrow('private fields (#name)');
    });

    it.each([
      ['captures', 'var _this = this; return function (x) { return _this.fc.forward(x); }', true],
      ['captures', 'var _this2 = this; return function (x) { var _this = _this2, fc = _this.fc; return fc; }', true],
      ['captures', 'var _this_1 = this; return { run: function (x) { return _this_1.fc; } }', true],
      [
        'declares',
        'return function (x) { var _this = this; return [x].map(function (y) { return _this.fc; }); }',
        false,
      ],
      ['receives', 'return function run(_this, x) { return _this.fc; }', false],
    ])('a function that %s the instance in a variable of a compiler: %s', (_, body, refused) => {
      const model = Object.assign(new Base(), { run: new Function(body).call(new Base()) as unknown });
      if (refused) expect(() => model.clone()).toThrow('is an arrow function that uses this');
      else expect(model.clone().run).toBe(model.run);
    });

    it('and nothing else', () => {
      class Free extends Base {
        static #total = 0;
        static get #half() {
          return Free.#total / 2;
        }
        static half = () => Free.#half;
        colour = '{ #fff = 1; }';
        text = () => `
          #abc = 1;
          ${1 + 1} this
        `;
        pattern = () => / #abc = this/;
        ratio = (a: number, b: number, c: number) => a / b / c; // '
        registered = registry.add(1);
        static #count = 0;
        // this is mentioned in a comment
        act = (x: Tensor) => x.exp() /* this */;
        plain = function (this: Free, x: Tensor) {
          return this.fc.forward(x);
        };
        table = { gelu: F.gelu, async: async () => 1 };
        made = Free.#count++;
      }
      const copy = new Free().clone();
      expect(copy.table.gelu).toBe(F.gelu);
      expect(copy.plain(ones([1, 2])).shape).toEqual([1, 2]);
    });
  });

  it('keeps accessors as they are', () => {
    const model = new nn.Sequential(new nn.Linear(1, 1));
    let reads = 0;
    Object.defineProperty(model, 'reads', { get: () => ++reads, enumerable: false, configurable: true });
    const copy = model.clone() as nn.Sequential & { reads: number };
    expect(reads).toBe(0);
    expect(copy.reads).toBe(1);
  });
});
