import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import { definePolicy } from '../../src/policy/definePolicy.js';
import { explainPolicy } from '../../src/policy/explainPolicy.js';
import { initializeWeights } from '../../src/policy/initializeWeights.js';
import { parameter, rule } from '../../src/policy/rule.js';
import { atPath } from '../../src/policy/selectors.js';
import { defaultGenerator, getRngState, manualSeed } from '../../src/random/defaultGenerator.js';
import { zeros } from '../../src/tensor/creation.js';
import { isDeferred } from '../../src/tensor/deferredData.js';
import { randn } from '../../src/tensor/randomCreation.js';
import type { Tensor } from '../../src/tensor/Tensor.js';
import { bytesOf, sha256, stateHash } from '../golden/readGolden.js';

const build = () =>
  nn.deferInit(() => new nn.Sequential(new nn.Linear(6, 8), new nn.Linear(8, 30, { bias: false }), new nn.PReLU()));

describe('views of deferred tensors', () => {
  it.each<[string, (weight: Tensor) => Tensor]>([
    ['detach', (weight) => weight.detach()],
    ['view', (weight) => weight.view(-1)],
    ['reshape', (weight) => weight.reshape([2, 4, 6])],
    ['flatten', (weight) => weight.flatten()],
    ['squeeze', (weight) => weight.unsqueeze(0).squeeze(0)],
    ['narrow', (weight) => weight.narrow(0, 2, 3)],
    ['select', (weight) => weight.select(0, -1)],
    ['split', (weight) => weight.split([3, 5])[1]],
    ['chunk', (weight) => weight.chunk(4)[2].view(12).narrow(0, 3, 4)],
    ['Parameter', (weight) => new nn.Parameter(weight.detach())],
    ['set_', (weight) => zeros([1]).set_(weight.detach())],
  ])('%s is deferred with its source, and shows the same array afterwards', (_, viewOf) => {
    manualSeed(1);
    const expected = viewOf(new nn.Linear(6, 8).weight).tolist();
    for (const first of ['source', 'view']) {
      manualSeed(1);
      const { weight } = build()[0] as nn.Linear;
      const view = viewOf(weight);
      expect([weight, view].map(isDeferred)).toEqual([true, true]);
      if (first === 'source') expect(weight.data.length).toBe(48);
      expect(view.tolist()).toEqual(expected);
      expect([weight, view].map(isDeferred)).toEqual([false, false]);
      expect(view.data.buffer).toBe(weight.data.buffer);
      view.detach().fill_(7);
      expect(viewOf(weight).data.every((value) => value === 7)).toBe(true);
    }
  });

  it('are copied as deferred tensors, with an array of their own', () => {
    manualSeed(1);
    const expected = new nn.Linear(6, 8).weight.tolist();
    manualSeed(1);
    const { weight } = build()[0] as nn.Linear;
    const [whole, part] = [weight.clone(), weight.narrow(0, 2, 3).clone()];
    expect([whole, part, weight].map(isDeferred)).toEqual([true, true, true]);
    weight.zero_();
    expect(whole.tolist()).toEqual(expected);
    expect(part.tolist()).toEqual((expected as unknown[]).slice(2, 5));
  });

  it('keep the elements that another view gives up', () => {
    manualSeed(1);
    const model = build();
    const state = model.stateDict();
    const values = new nn.Linear(6, 8).stateDict();
    model.loadStateDict(
      [...values].map(([key, value]) => [`0.${key}`, value] as const),
      { strict: false, assign: true },
    );
    manualSeed(1);
    const expected = new nn.Linear(6, 8);
    expect(state.get('0.weight')?.tolist()).toEqual(expected.weight.tolist());
    expect(model.getParameter('0.weight').data).toBe(values.get('weight')?.data);
  });

  it('have the bits of tensors that are not deferred, whatever is done to them', () => {
    const action = fc.record({
      what: fc.constantFrom(
        ...[
          'detach',
          'part',
          'flat',
          'copy',
          'own',
          'tie',
          'read',
          'fill',
          'normal',
          'uniform',
          'eye',
          'scale',
          'set',
          'clone',
          'draw',
        ],
      ),
      which: fc.nat(9),
    });
    type World = { model: nn.Sequential; views: Tensor[] };
    const act = ({ model, views }: World, { what, which }: { what: string; which: number }): World => {
      const all = [...model.parameters(), ...views];
      const t = all[which % all.length];
      if (what === 'detach') views.push(t.detach());
      else if (what === 'part')
        views.push(t.detach().narrow(0, Math.min(1, t.shape[0] - 1), Math.ceil(t.shape[0] / 2)));
      else if (what === 'flat') views.push(t.detach().view(-1));
      else if (what === 'copy') views.push(t.detach().clone());
      else if (what === 'own')
        model.append(new nn.Sequential({ p: Object.assign(new nn.PReLU(), { weight: new nn.Parameter(t.detach()) }) }));
      else if (what === 'tie') (model[0] as nn.Linear).weight = new nn.Parameter(t.detach());
      else if (what === 'read') expect(t.data.length).toBe(t.numel);
      else if (what === 'fill') t.detach().fill_(which);
      else if (what === 'normal') init.normal_(t, 1, 2);
      else if (what === 'uniform') init.uniform_(t.detach());
      else if (what === 'eye' && t.ndim === 2) init.eye_(t);
      else if (what === 'scale') t.detach().mul_(0.5);
      else if (what === 'set') t.set_(all[(which * 7 + 3) % all.length].detach());
      else if (what === 'draw') randn([which]);
      else if (what === 'clone') return { model: model.clone(), views };
      return { model, views };
    };
    const policy = definePolicy('p', [
      parameter('1.weight', init.keep),
      rule(atPath('**'), { weight: init.normal(0, 0.1) }),
    ]);
    const fingerprint = ({ model, views }: World) => [
      ...[...model.stateDict()].map(([key, t]) => [key, t.shape, sha256(bytesOf(t))]),
      ...views.map((t) => sha256(bytesOf(t))),
      stateHash(defaultGenerator),
    ];
    fc.assert(
      fc.property(
        fc.array(action, { maxLength: 8 }),
        fc.array(action, { maxLength: 8 }),
        fc.boolean(),
        (inside, after, applied) => {
          const start = (): World =>
            inside.reduce(act, {
              model: new nn.Sequential(new nn.Linear(4, 5), new nn.Linear(5, 20), new nn.Embedding(5, 7)),
              views: [],
            });
          const finish = (world: World) => {
            const end = after.reduce(act, world);
            if (applied) initializeWeights(end.model, policy, { strict: false });
            return fingerprint(end);
          };
          manualSeed(1);
          const expected = finish(start());
          manualSeed(1);
          expect(finish(nn.deferInit(start))).toEqual(expected);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('a deferred model of more than a billion parameters', () => {
  class Attentive extends nn.Module {
    table = new nn.Embedding(16_384, 16_384);
    attention = new nn.MultiheadAttention(8192, 8);
    inner = new nn.Sequential(new nn.Linear(16_384, 8192), new nn.LayerNorm(8192));
    outer = new nn.Linear(8192, 16_384, { bias: false });
    lstm = new nn.LSTM(8192, 4096, { batchFirst: true });
    conv = new nn.Conv1d(4096, 4096, 8);
    mask = this.registerBuffer('mask', zeros([16_384, 16_384]));
    tied = new nn.Linear(16_384, 16_384);

    constructor() {
      super();
      this.tied.weight = this.table.weight;
    }
    override forward(tokens: Tensor): Tensor {
      const x = this.inner.forward(this.table.forward(tokens));
      const [attended] = this.attention.forward(x, x, x);
      const [states] = this.lstm.forward(attended);
      this.tied.forward(this.outer.forward(attended));
      return this.conv.forward(states.transpose(1, 2));
    }
  }
  const model = nn.deferInit(() => new Attentive());
  const tensors = [...model.parameters(), ...model.buffers()];
  const policy = definePolicy('p', [
    rule(nn.Linear, { weight: init.xavierNormal() }),
    parameter('**.bias', init.zeros()),
  ]);

  it.each<[string, () => unknown]>([
    ['a summary', () => model.summary()],
    ['a summary with an input', () => model.summary([1, 10], { dtype: 'int64' })],
    ['a printed summary', () => String(model.summary([1, 10], { dtype: 'int64' }))],
    ['the state dict', () => [...model.stateDict()].map(([key, { shape, dtype }]) => `${key} ${shape} ${dtype}`)],
    ['printing', () => inspect(model) + String(model)],
    [
      'listing',
      () => [...model.namedParameters({ removeDuplicate: false }), ...model.namedBuffers(), ...model.namedModules()],
    ],
    ['sizes', () => tensors.map((t) => [t.numel, t.ndim, t.shape, t.is('float32'), t.requiresGrad, t.grad])],
    ['paths', () => [model.getParameter('outer.weight'), model.getBuffer('mask'), model.getSubmodule('inner.0')]],
    ['a plan', () => String(explainPolicy(model, policy)) + JSON.stringify(explainPolicy(model, policy))],
    ['a copy', () => [...model.clone().parameters()].map(({ numel }) => numel)],
    ['a copy of a tensor', () => model.outer.weight.clone().shape],
    ['modes', () => model.train().eval().requiresGrad_(false).requiresGrad_().zeroGrad()],
    ['a conversion to the same dtype', () => model.to('float32')],
    ['views', () => model.outer.weight.detach().view(-1).narrow(0, 5, 1_000_000).chunk(10)],
    ['a parameter of a view', () => new nn.Parameter(model.outer.weight.detach().select(0, 3))],
    ['fans', () => init.calculateFanInAndFanOut(model.outer.weight)],
    ['visits', () => model.apply((m) => nn.Module.prototype.train.call(m))],
  ])('is neither drawn nor allocated by %s', (_, call) => {
    const [before, state] = [process.memoryUsage().arrayBuffers, getRngState()];
    call();
    expect([...model.parameters(), ...model.buffers()].every(isDeferred)).toBe(true);
    expect(getRngState()).toEqual(state);
    // A dry run shows zeros in memory that is as large as the largest tensor; the system provides no pages for it.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 31);
  });

  it('keeps its buffers, whatever a dry run does to them', () => {
    class Restless extends nn.Module {
      cache = this.registerBuffer('cache', zeros([4]));
      count = this.registerBuffer('count', zeros([], { dtype: 'int64' }));
      override forward(x: Tensor): Tensor {
        this.count.add_(1);
        this.cache.fill_(1);
        this.cache.set_(zeros([5]));
        return x;
      }
    }
    const restless = nn.deferInit(() => new Restless());
    restless.summary([1]);
    expect([restless.cache, restless.count].map(isDeferred)).toEqual([true, true]);
    expect([restless.cache.tolist(), restless.count.tolist()]).toEqual([[0, 0, 0, 0], 0n]);
  });

  it('counts all of them', () => {
    const { totals } = model.summary();
    expect(totals.parameters).toBeGreaterThan(1e9);
    expect(totals.parameterBytes).toBe(4 * totals.parameters);
  });
});
