import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ArgumentError } from '../../src/errors.js';
import * as init from '../../src/init.js';
import { deferralsOf, materializeSteps } from '../../src/nn/deferInit.js';
import * as nn from '../../src/nn.js';
import { initializeWeightsParallel } from '../../src/node/threads/initializeWeightsParallel.js';
import { definePolicy } from '../../src/policy/definePolicy.js';
import { initializeWeights } from '../../src/policy/initializeWeights.js';
import { parameter, rule } from '../../src/policy/rule.js';
import { defaultGenerator, manualSeed } from '../../src/random/defaultGenerator.js';
import { Generator } from '../../src/random/Generator.js';
import { finish } from '../../src/random/Steps.js';
import { empty, full, zeros } from '../../src/tensor/creation.js';
import { isDeferred } from '../../src/tensor/deferredData.js';
import { randn } from '../../src/tensor/randomCreation.js';
import { noGrad } from '../../src/tensor/Tape.js';
import { bytesOf, sha256, stateHash } from '../golden/readGolden.js';

/** The bits of a model, and the state of the default generator. */
const fingerprint = (model: nn.Module) => [
  ...[...model.stateDict()].map(([key, t]) => [key, sha256(bytesOf(t))]),
  stateHash(defaultGenerator),
];

/** Builds a model both ways and compares everything. */
function expectSame(build: () => nn.Module, then: (model: nn.Module) => void = () => {}, seed = 3): void {
  manualSeed(seed);
  const eager = build();
  then(eager);
  const expected = fingerprint(eager);
  manualSeed(seed);
  const deferred = nn.deferInit(build);
  then(deferred);
  expect(fingerprint(deferred)).toEqual(expected);
}

/** A model that draws in its own constructor, writes parameters by hand, ties and reads them. */
class Mixed extends nn.Module {
  first = new nn.Linear(9, 7);
  token = new nn.Parameter(zeros([1, 5]));
  conv = new nn.Conv2d(3, 4, 3);
  tiny = new nn.Embedding(2, 3);
  table = new nn.Embedding(6, 5, { paddingIdx: 1 });
  norm = new nn.BatchNorm2d(4);
  lstm = new nn.LSTM(4, 3);
  attention = new nn.MultiheadAttention(8, 2);
  last = new nn.Linear(7, 9);
  noise = this.registerBuffer('noise', randn([4]));

  constructor() {
    super();
    init.normal_(this.token, 0, 0.02);
    init.truncNormal_(this.conv.weight, { std: 0.5, a: -0.5, b: 0.5 });
    for (const m of this.modules()) {
      if (m instanceof nn.Linear) init.kaimingNormal_(m.weight, { mode: 'fan_out' });
      if (m instanceof nn.Linear) m.bias?.zero_();
    }
    this.last.weight.mul_(2);
    this.tied = new nn.Linear(9, 7);
    this.tied.weight = this.first.weight;
  }
  tied: nn.Linear;

  override forward(): void {}
}

describe('deferInit', () => {
  it('draws at once through a view, and into a tensor that has a view', () => {
    expectSame(() => {
      const linear = new nn.Linear(6, 8);
      const half = linear.weight.detach().narrow(0, 4, 4);
      init.xavierUniform_(half);
      init.normal_(linear.weight.detach().view(2, 24).select(0, 0));
      init.uniform_(linear.bias as nn.Parameter);
      const other = new nn.Linear(6, 8);
      const seen = other.weight.detach();
      init.normal_(other.weight);
      seen.mul_(2);
      return new nn.Sequential(linear, other);
    });
  });

  it('defers parameters that a module makes of zeros, without memory until they are materialized', () => {
    class Own extends nn.Module {
      weight = new nn.Parameter(empty([20, 10]));
      source = zeros([4, 8]);
      shared = new nn.Parameter(this.source);
      twice = new nn.Parameter(new nn.Parameter(zeros([3, 16])), { requiresGrad: false });
      scale = new nn.Parameter(zeros([5]));
      offset = this.registerBuffer('offset', zeros([3]));

      constructor() {
        super();
        init.normal_(this.weight);
        init.uniform_(this.shared);
        init.xavierNormal_(this.twice);
        const filled = init.normal_(zeros([20]));
        this.registerParameter('filled', new nn.Parameter(filled));
        this.registerBuffer('same', filled);
      }
      override forward(): void {}
    }
    expectSame(() => new Own());
    expectSame(
      () => new Own(),
      (model) => void init.normal_((model as Own).source),
    );
    const model = nn.deferInit(() => new Own());
    expect([model.weight, model.shared, model.twice, model.scale, model.offset].map(isDeferred)).toEqual(
      Array(5).fill(true),
    );
    // Reading zeros materializes only these.
    expect(model.scale.tolist()).toEqual([0, 0, 0, 0, 0]);
    expect([model.weight, model.scale].map(isDeferred)).toEqual([true, false]);
    expect(model.source.data).toBe(model.shared.data);
    expect(isDeferred(model.weight)).toBe(false);
    expect(isDeferred(zeros([2]))).toBe(false);
  });

  it('materializes one of several models, to the same bits', () => {
    const build = () => [new nn.Linear(20, 10), new nn.Linear(30, 10)];
    manualSeed(1);
    const expected = build().map(fingerprint);
    manualSeed(1);
    const [first, second] = nn.deferInit(build);
    nn.materialize(second);
    expect([first.weight, second.weight].map(isDeferred)).toEqual([true, false]);
    expect([first, second].map(fingerprint)).toEqual(expected);
  });

  it('leaves the source of a parameter as it is if the parameter gets another array', () => {
    class Own extends nn.Module {
      a = new nn.Parameter(zeros([3, 16]));
      b = new nn.Parameter(this.a);
      c = new nn.Parameter(this.b);

      constructor() {
        super();
        init.normal_(this.c);
      }
      override forward(): void {}
    }
    const assign = (key: string) => (model: nn.Module) =>
      void model.loadStateDict(new Map([[key, full([3, 16], 7, { dtype: 'float64' })]]), {
        assign: true,
        strict: false,
      });
    for (const key of ['a', 'b', 'c']) expectSame(() => new Own(), assign(key));
    const { a, b, c } = nn.deferInit(() => new Own());
    expect(b.data).toBe(a.data);
    expect(c.data).toBe(a.data);

    const chain = nn.deferInit(() => {
      const first = new nn.Parameter(zeros([20]));
      let last = first;
      for (let i = 0; i < 6000; i++) last = new nn.Parameter(last);
      return { first, last };
    });
    expect(chain.first.data).toBe(chain.last.data);
  });

  it('gives the same bits as without it, whatever the model does', () => {
    expectSame(() => new Mixed());
    expectSame(
      () => new Mixed(),
      (model) => void nn.materialize(model),
    );
    expectSame(() => new nn.Sequential());
    expectSame(
      () => new nn.Transformer({ dModel: 8, nhead: 2, numEncoderLayers: 2, numDecoderLayers: 2, dimFeedforward: 16 }),
    );
    expectSame(() => new nn.Sequential(new nn.Linear(20, 30), new nn.Linear(30, 4)).clone());
  });

  it('draws and allocates nothing until it must', () => {
    manualSeed(0);
    const model = nn.deferInit(() => new nn.Sequential(new nn.Linear(30, 20), new nn.Linear(20, 40)));
    expect([...model.parameters()].every(isDeferred)).toBe(true);
    expect([...model.parameters()].map(({ numel }) => numel)).toEqual([600, 20, 800, 40]);
    expect(defaultGenerator.wordsDrawn).toBe(1460);
    // A conversion to the same dtype reads no elements.
    expect([...model.to('float32').parameters()].every(isDeferred)).toBe(true);
    const [first, second] = [...model.parameters()];
    expect(first.data.length).toBe(600);
    expect(isDeferred(second)).toBe(false);
  });

  const policy = definePolicy('p', [
    parameter('**.1.bias', init.keep),
    rule(nn.Linear, { weight: init.xavierNormal(), bias: init.normal() }),
    rule(nn.Conv2d, { weight: init.truncNormal({ std: 0.5, a: -1, b: 1 }) }),
  ]);
  const layers = () =>
    new nn.Sequential(
      new nn.Sequential(new nn.Linear(8, 5), new nn.Linear(5, 33)),
      new nn.Conv2d(2, 3, 3),
      new nn.LayerNorm(7),
      new nn.Embedding(7, 5),
    );

  it('draws a parameter that is filled twice at its second position', () => {
    const build = () => {
      const model = new nn.Sequential({ a: new nn.Linear(30, 30), b: new nn.Linear(30, 30) });
      init.normal_(model.getParameter('a.weight'));
      return model;
    };
    expectSame(build);
    expectSame(build, (model) => void nn.materialize(model));
    expectSame(build, (model) => expect(model.getParameter('b.weight').data.length).toBe(900));
  });

  it('draws from each generator at its own position, with draws that are not deferred between', () => {
    const build = (generator: Generator) => () => {
      const first = new nn.Linear(20, 20, { generator });
      randn([3], { generator });
      const second = new nn.Linear(20, 20, { generator });
      const other = new nn.Linear(20, 20);
      // Another stream at the same position, then an earlier position in it.
      const { wordsDrawn } = generator;
      generator.manualSeed(9).advance(wordsDrawn);
      const before = generator.clone();
      const third = new nn.Linear(20, 20, { generator });
      generator.copyState(before);
      return new nn.Sequential(first, second, other, third, new nn.Linear(20, 10, { generator }));
    };
    const [eager, deferred] = [new Generator(4), new Generator(4)];
    manualSeed(3);
    const expected = fingerprint(build(eager)());
    manualSeed(3);
    const model = nn.deferInit(build(deferred));
    expect([...model.parameters()].every(isDeferred)).toBe(true);
    expect(deferred.wordsDrawn).toBe(eager.wordsDrawn);
    expect(fingerprint(model)).toEqual(expected);
    expect(stateHash(deferred)).toBe(stateHash(eager));
  });

  it('draws under a policy only the fills that are kept, to the same bits', () => {
    expectSame(layers, (model) => void initializeWeights(model, policy));
    expectSame(layers, (model) => void initializeWeights(model, policy, { rng: 'counter', seed: 1 }));
    expectSame(layers, (model) => {
      model.loadStateDict([['1.bias', zeros([3])]], { strict: false });
      initializeWeights(model, policy, { onlyMissing: true });
    });
    manualSeed(3);
    const eager = initializeWeights(layers(), policy);
    manualSeed(3);
    const deferred = initializeWeights(nn.deferInit(layers), policy);
    expect(JSON.stringify(deferred)).toBe(JSON.stringify(eager));
  });

  it('keeps the bits for any order of reading, writing and drawing', () => {
    const action = fc.record({
      what: fc.constantFrom('read', 'zero', 'normal', 'uniform', 'copy', 'draw', 'clone', 'scale', 'reseed'),
      which: fc.nat(5),
    });
    const act = (model: nn.Module, { what, which }: { what: string; which: number }): nn.Module => {
      const all = [...model.parameters()];
      const p = all[which % all.length];
      if (what === 'read') expect(p.data.length).toBe(p.numel);
      else if (what === 'zero') p.zero_();
      else if (what === 'normal') init.normal_(p, 1, 2);
      else if (what === 'uniform') init.uniform_(p);
      else if (what === 'copy') p.copy_(all[which % 2].detach().view(-1).sum());
      else if (what === 'draw') randn([3]);
      else if (what === 'scale') p.mul_(0.5);
      else if (what === 'reseed') manualSeed(which);
      else return model.clone();
      return model;
    };
    fc.assert(
      fc.property(fc.array(action, { maxLength: 8 }), fc.array(action, { maxLength: 8 }), (inside, after) => {
        const build = () =>
          inside.reduce<nn.Module>(
            act,
            new nn.Sequential(new nn.Linear(4, 5), new nn.Linear(5, 20), new nn.Embedding(5, 7)),
          );
        manualSeed(1);
        const expected = fingerprint(after.reduce(act, build()));
        manualSeed(1);
        expect(fingerprint(after.reduce(act, nn.deferInit(build)))).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('leaves alone what code reads or writes during a pause', () => {
    const build = () => {
      // The first takes several pieces, so there are pauses before the others are drawn.
      const model = new nn.Sequential(new nn.Linear(700, 700), new nn.Linear(40, 30), new nn.Linear(30, 40));
      return model.append(model[2].clone());
    };
    const meddle = (model: nn.Module) => {
      const [, , weight, bias, original, scaled] = model.parameters();
      weight.fill_(7);
      bias.mul_(3);
      original.zero_();
      scaled.mul_(2);
    };
    manualSeed(3);
    const eager = build();
    meddle(eager);
    manualSeed(3);
    const model = nn.deferInit(build);
    const steps = materializeSteps(model);
    steps.next();
    expect([...model.parameters()].map(isDeferred)).toEqual([false, ...Array(7).fill(true)]);
    meddle(model);
    finish(steps);
    expect(fingerprint(model)).toEqual(fingerprint(eager));
  });

  it('leaves alone a copy that code writes while its original is being drawn', () => {
    const build = () => {
      const model = new nn.Sequential(new nn.Linear(700, 700));
      return model.append(model[0].clone());
    };
    const overwrite = (model: nn.Module) => void model.getParameter('1.weight').fill_(7);
    manualSeed(3);
    const eager = build();
    overwrite(eager);
    manualSeed(3);
    const model = nn.deferInit(build);
    const steps = materializeSteps(model);
    steps.next();
    expect(['0.weight', '1.weight'].map((path) => isDeferred(model.getParameter(path)))).toEqual([false, true]);
    overwrite(model);
    finish(steps);
    expect(fingerprint(model)).toEqual(fingerprint(eager));
  });

  it('counts the fills of one stream from one generator, and materializes zeros as well', () => {
    const model = nn.deferInit(
      () => new nn.Sequential(new nn.Linear(30, 20), new nn.Linear(20, 40), new nn.ParameterList([zeros([3])])),
    );
    const [[deferral, deferred]] = deferralsOf(model);
    const fills = deferral.fillsOf(deferred).filter(({ law }) => law.kind === 'uniform');
    expect(fills.map(({ offset }) => offset)).toEqual([0, 600, 620, 1420]);
    expect(new Set(fills.map(({ start }) => start)).size).toBe(1);
    expect(isDeferred(model.getParameter('2.0'))).toBe(true);
    nn.materialize(model);
    expect([...model.parameters()].some(isDeferred)).toBe(false);
    expect(deferralsOf(model).size).toBe(0);
    expect(() => nn.materialize(3 as never)).toThrow('materialize() expects a model, found 3');
  });

  it('replaces a deferred fill by another one', () => {
    expectSame(
      () => new nn.Sequential(new nn.Linear(20, 30)),
      (model) => {
        const [weight, bias] = model.parameters();
        nn.deferInit(() => init.normal_(weight, 5));
        expect(bias.data.length).toBe(30);
      },
    );
  });

  it('can be nested, and ends if its function throws', () => {
    expectSame(
      () =>
        new nn.Sequential(
          new nn.Linear(4, 4),
          nn.deferInit(() => new nn.Linear(4, 4)),
        ),
    );
    expect(() =>
      nn.deferInit(() => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(isDeferred(new nn.Linear(2, 2).weight)).toBe(false);
  });

  it.each([
    ['normals that are drawn again', init.truncNormal({ a: -2, b: 1 }), true],
    ['uniforms under the density', init.truncNormal({ a: 0.8, b: 1.6 }), true],
    ['blocks of them', init.blocks(2, init.truncNormalTf()), true],
    ['one after another', init.overwriting(init.truncNormal(), init.truncNormal({ a: -1, b: 1 })), true],
    ['a row of zeros', init.zeroRow(1, init.truncNormal()), true],
    ['blocks that are small', init.blocks(4, init.truncNormal()), false],
  ])('defers large truncated normals that may draw again: %s', (_, initializer, isKept) => {
    const rows = initializer.kind === 'blocks' ? 2200 : 1100;
    const build = () => {
      const table = initializer.fill(new nn.Parameter(zeros([rows, 1000])));
      return new nn.ModuleDict({ table: new nn.ParameterList([table]), next: new nn.Linear(20, 3) });
    };
    expectSame(build);
    expect(isDeferred(nn.deferInit(build).get('table').at(0))).toBe(isKept);
    const policy = definePolicy('p', [parameter('next.*', init.normal())]);
    expectSame(build, (model) => void initializeWeights(model, policy));
  });

  it.each([
    ['a row of zeros', init.zeroRow(1, init.keep)],
    ['blocks that are kept', init.blocks(3, init.keep)],
    ['what is drawn and kept', init.overwriting(init.normal(), init.keep)],
    ['a row of zeros in what is drawn', init.overwriting(init.normal(), init.zeroRow(2, init.keep))],
  ])('keeps the elements that a law leaves: %s', async (_, initializer) => {
    const policy = definePolicy('p', [parameter('*.weight', initializer)]);
    const layers = () => new nn.Sequential(new nn.Linear(40, 9), new nn.Linear(9, 6));
    expectSame(layers, (model) => void initializeWeights(model, policy));
    const fillWeights = (model: nn.Module) => {
      for (const own of model.parameters()) if (own.shape.length === 2) initializer.fill(own);
    };
    expectSame(layers, fillWeights);
    expectSame(() => {
      const model = layers();
      fillWeights(model);
      return model;
    });
    manualSeed(3);
    const expected = layers();
    initializeWeights(expected, policy);
    const before = fingerprint(expected);
    manualSeed(3);
    const model = nn.deferInit(layers);
    await initializeWeightsParallel(model, policy, { workers: 1 });
    expect(fingerprint(model)).toEqual(before);
  });

  it.each([
    ['deferInit', nn.deferInit],
    ['skipInit', nn.skipInit],
    ['noGrad', noGrad],
  ])('is not for async functions, nor is %s', async (name, run: (body: () => Promise<unknown>) => unknown) => {
    const message = `${name}() holds until its function returns`;
    const failing = async () => {
      throw new Error('no code waits for this');
    };
    for (const body of [async () => new nn.Linear(2, 2), failing]) {
      expect(() => run(body)).toThrow(ArgumentError);
      expect(() => run(body)).toThrow(message);
    }
    const layer = new nn.Linear(2, 2);
    expect([isDeferred(layer.weight), layer.weight.mul(2).requiresGrad]).toEqual([false, true]);
    await new Promise(setImmediate);
  });
});
