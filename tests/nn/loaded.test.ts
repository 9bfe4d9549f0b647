import { describe, expect, it } from '@jest/globals';
import * as init from '../../src/init.js';
import { wasLoaded } from '../../src/nn/stateDict.js';
import * as nn from '../../src/nn.js';
import { definePolicy } from '../../src/policy/definePolicy.js';
import { initializeWeights } from '../../src/policy/initializeWeights.js';
import { lsuv } from '../../src/policy/lsuv.js';
import { parameter } from '../../src/policy/rule.js';
import { ones, zeros } from '../../src/tensor/creation.js';
import { randn } from '../../src/tensor/randomCreation.js';
import { noGrad } from '../../src/tensor/Tape.js';
import type { Tensor } from '../../src/tensor/Tensor.js';

/** A linear layer whose parameters are loaded. */
function loadedLinear(): nn.Linear {
  const layer = new nn.Linear(4, 4);
  layer.loadStateDict(layer.stateDict());
  return layer;
}

const marksOf = (module: nn.Module) => Array.from(module.parameters(), wasLoaded);

const SEVENS = definePolicy('sevens', [parameter('**', init.constant(7))]);

/** The parameters that a policy with `onlyMissing` fills. */
const filled = (module: nn.Module) =>
  initializeWeights(module, SEVENS, { onlyMissing: true }).entries.map(({ path }) => path);

describe('a loaded parameter', () => {
  it.each<[string, (layer: nn.Linear) => nn.Module]>([
    ['a clone', (layer) => layer.clone()],
    ['a clone of a clone', (layer) => layer.clone().clone()],
    ['another dtype', (layer) => layer.to('float64')],
    ['another dtype and back', (layer) => layer.clone().to('bfloat16').to('float32')],
    ['the layers that an encoder clones', (layer) => new nn.TransformerEncoder(layer as never, 2).layers[1]],
    ['another module that holds it', (layer) => new nn.Sequential(layer)],
    ['frozen parameters', (layer) => layer.requiresGrad_(false)],
  ])('stays loaded in %s', (_, derived) => {
    const module = derived(loadedLinear());
    expect(marksOf(module)).toEqual([true, true]);
    expect(filled(module)).toEqual([]);
  });

  it.each<[string, (weight: Tensor) => Tensor]>([
    ['detach', (w) => w.detach()],
    ['clone', (w) => w.clone()],
    ['to', (w) => w.to('float16')],
    ['view', (w) => w.view(2, 8)],
    ['transpose', (w) => w.transpose(0, 1)],
    ['narrow of the first dimension', (w) => w.narrow(0, 1, 2)],
    ['narrow of another dimension', (w) => w.narrow(1, 1, 2)],
    ['copy_', (w) => zeros([4, 4]).copy_(w)],
    ['set_', (w) => zeros([1]).set_(w)],
  ])('stays loaded in a parameter that is made by %s', (_, derived) => {
    const { weight } = loadedLinear();
    expect(wasLoaded(new nn.Parameter(noGrad(() => derived(weight)).detach()))).toBe(true);
  });

  it.each<[string, (layer: nn.Linear) => unknown]>([
    ['resetParameters', (layer) => layer.resetParameters()],
    ['an initialiser', ({ weight, bias }) => [init.normal_(weight), init.zeros_(bias as Tensor)]],
    ['an initialiser of values', ({ weight, bias }) => [weight, bias].map((p) => init.constant(3).fill(p as Tensor))],
    ['fill_', ({ weight, bias }) => [weight.fill_(2), bias?.fill_(2)]],
    ['zero_', ({ weight, bias }) => [weight.zero_(), bias?.zero_()]],
    ['copy_', ({ weight, bias }) => [weight.copy_(ones([4, 4])), bias?.copy_(ones([4]))]],
    ['uniform_', ({ weight, bias }) => [weight.uniform_(), bias?.uniform_()]],
    ['normal_', ({ weight, bias }) => [weight.normal_(), bias?.normal_()]],
    ['set_', ({ weight, bias }) => [weight.set_(ones([4, 4])), bias?.set_(ones([4]))]],
    ['a policy', (layer) => initializeWeights(layer, SEVENS)],
    ['a fill of a view', ({ weight, bias }) => [weight.detach().view(-1).fill_(1), bias?.detach().zero_()]],
    [
      'fills of all parts',
      ({ weight, bias }) => [
        weight
          .detach()
          .split(3)
          .map((part) => part.zero_()),
        bias?.detach().zero_(),
      ],
    ],
  ])('is missing again after %s', (_, fill) => {
    const layer = loadedLinear();
    noGrad(() => fill(layer));
    expect(marksOf(layer)).toEqual([false, false]);
    expect(filled(layer)).toEqual(['weight', 'bias']);
  });

  it('stays loaded if a part is filled, after arithmetic in place, and if nothing is written', () => {
    const layer = loadedLinear();
    layer.weight.detach().narrow(0, 1, 2).zero_();
    layer.bias?.mul_(2).add_(1).sub_(1).div_(2);
    nn.skipInit(() => layer.resetParameters());
    initializeWeights(layer, definePolicy('keep', [parameter('**', init.keep)]));
    nn.materialize(layer);
    expect(() => layer.weight.fill_('x' as never)).toThrow();
    expect(() => layer.weight.copy_(ones([3, 3]))).toThrow();
    expect(() => layer.weight.uniform_(2, 1)).toThrow();
    expect(marksOf(layer)).toEqual([true, true]);
  });

  it('is found through proxies, and its mark belongs to the memory', () => {
    const layer = loadedLinear();
    const proxy = new Proxy(layer.weight, { get: (target, key) => Reflect.get(target, key, target) });
    expect(wasLoaded(proxy)).toBe(true);
    proxy.zero_();
    expect(wasLoaded(layer.weight)).toBe(false);
    const empty = nn.skipInit(() => new nn.Linear(0, 2));
    empty.loadStateDict(empty.stateDict());
    expect(marksOf(empty)).toEqual([true, true]);
  });

  it('is not a parameter that only its neighbours in the buffer make loaded', () => {
    const [a, b] = zeros([2, 3]).split(1);
    const list = new nn.ParameterList([new nn.Parameter(a), new nn.Parameter(b)]);
    list.loadStateDict([['1', ones([1, 3])]], { strict: false });
    expect(marksOf(list)).toEqual([false, true]);
    expect(marksOf(list.clone())).toEqual([false, true]);
  });

  it('can be deferred before, and stays deferred while it is missing', () => {
    const model = nn.deferInit(() => new nn.Sequential(new nn.Linear(2, 2), new nn.Linear(2, 2)));
    model.loadStateDict([['1.weight', ones([2, 2])]], { strict: false });
    expect(marksOf(model.clone())).toEqual([false, false, true, false]);
    expect(filled(model)).toEqual(['0.weight', '0.bias', '1.bias']);
  });

  it('is as it was if lsuv fails', () => {
    const model = new nn.Sequential(loadedLinear());
    expect(() => lsuv(model, zeros([3, 4]))).toThrow();
    expect(marksOf(model)).toEqual([true, true]);
    lsuv(model, randn([50, 4]));
    expect(marksOf(model)).toEqual([false, false]);
  });
});

describe('onlyMissing', () => {
  const build = () => new nn.Sequential({ backbone: new nn.Linear(2, 2), head: new nn.Linear(2, 2) });
  const withBackbone = () => {
    const model = build();
    const state = [...build().stateDict()].filter(([key]) => key.startsWith('backbone'));
    model.loadStateDict(state, { strict: false });
    return model;
  };
  const head = definePolicy('head', [parameter('head.*', init.zeros())]);

  it('is complete with rules for what is missing', () => {
    const report = initializeWeights(withBackbone(), head, { onlyMissing: true, strict: true });
    expect(report.entries.map(({ path }) => path)).toEqual(['head.weight', 'head.bias']);
    expect(report).toMatchObject({ uncovered: [], loaded: ['backbone.weight', 'backbone.bias'] });
    expect(String(report)).toContain('\nloaded parameters, left as they were: backbone.weight, backbone.bias');
    expect(String(report)).not.toContain('uncovered');
    expect(() => initializeWeights(build(), head, { onlyMissing: true, strict: true })).toThrow(
      'no rule applies to backbone.weight',
    );
  });

  it('draws tensors of another shape', () => {
    const model = build();
    const state = build().stateDict();
    state.set('head.weight', ones([5, 2]));
    expect(model.loadStateDict(state, { ignoreMismatched: true }).mismatchedKeys).toEqual(['head.weight']);
    expect(filled(model)).toEqual(['head.weight']);
  });
});
