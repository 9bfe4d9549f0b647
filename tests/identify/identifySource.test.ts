import { describe, expect, it } from '@jest/globals';
import { definePolicy, identify, init, initializeWeights, manualSeed, nn, rule, zeros } from 'initree';
import type { TensorForm, TensorSource } from '../../src/checkpoint/TensorSource.js';
import { identifySource } from '../../src/identify/identify.js';
import { sourceOf } from '../../src/nn/StateSource.js';
import { isDeferred } from '../../src/tensor/deferredData.js';

describe('identifySource', () => {
  const model = () => new nn.Sequential(new nn.Linear(40, 50), new nn.ReLU(), new nn.Linear(50, 3));

  it('gives what identify gives, and reads only what it needs', () => {
    manualSeed(7);
    const state = model().stateDict();
    state.set('half', zeros([2], { dtype: 'float16' }));
    const held = sourceOf(state);
    const read: string[] = [];
    const source: TensorSource = {
      forms: new Map<string, TensorForm>([...state, ['q', { dtype: 'F8_E4M3', shape: [3] }]]),
      read: (name) => {
        read.push(name);
        return held.read(name);
      },
    };
    const found = identifySource(source, {});
    const { tensors, ...rest } = identify(state);
    expect(found).toEqual({
      ...rest,
      tensors: [
        ...tensors,
        {
          ...{ name: 'q', dtype: 'F8_E4M3', shape: [3], law: null, fromWord: null },
          ...{ verdict: 'unknown', detail: 'F8_E4M3 is not supported' },
        },
      ],
    });
    // What is not supported is never read.
    expect(new Set(read)).toEqual(new Set(['0.weight', '0.bias', '2.weight', '2.bias']));
    const withModel = identifySource(source, { model });
    expect(withModel.tensors.map(({ name, verdict }) => [name, verdict])).toEqual([
      ...['0.weight', '0.bias', '2.weight', '2.bias'].map((name) => [name, 'drawn']),
      ['half', 'extra'],
      ['q', 'extra'],
    ]);
  });

  it.each([
    ['the constructor', undefined],
    ['a policy', definePolicy('mine', [rule(nn.Linear, { weight: init.xavierUniform(), bias: init.zeros() })])],
    [
      'one of several policies',
      [
        definePolicy('other', [rule(nn.Linear, { weight: init.ones() })]),
        definePolicy('mine', [rule(nn.Linear, { weight: init.xavierUniform() })]),
      ],
    ],
  ])('holds no model that %s draws', (_, policy) => {
    manualSeed(8);
    const net = model();
    const chosen = Array.isArray(policy) ? policy[1] : policy;
    if (chosen !== undefined) initializeWeights(net, chosen, { strict: false });
    const built: nn.Module[] = [];
    const source = sourceOf(net.stateDict());
    const found = identifySource(source, {
      policy,
      model: () => {
        const one = model();
        built.push(one);
        return one;
      },
    });
    expect(found.seed).toBe(8);
    expect(found.policy).toBe(chosen?.name ?? null);
    for (const { verdict } of found.tensors) expect(['drawn', 'constant', 'predicted']).toContain(verdict);
    expect(built.length).toBeGreaterThan(1);
    for (const parameter of built.flatMap((one) => [...one.parameters()])) expect(isDeferred(parameter)).toBe(true);
  });
});
