import { describe, expect, it } from '@jest/globals';
import { PolicyError } from '../../src/errors.js';
import { presets } from '../../src/index.js';
import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import { definePolicy, type Policy } from '../../src/policy/definePolicy.js';
import { derive } from '../../src/policy/derive.js';
import { explainPolicy } from '../../src/policy/explainPolicy.js';
import { initializeWeights } from '../../src/policy/initializeWeights.js';
import { initializeWeightsAsync } from '../../src/policy/initializeWeightsAsync.js';
import { type ModuleRule, rule } from '../../src/policy/rule.js';
import { atPath, not } from '../../src/policy/selectors.js';
import { getRngState, manualSeed } from '../../src/random/defaultGenerator.js';
import { Generator } from '../../src/random/Generator.js';
import { randn } from '../../src/tensor/randomCreation.js';

// Arguments as plain JavaScript passes them.
const loose = rule as (selector: unknown, ...assignments: unknown[]) => ModuleRule;
const define = definePolicy as (...args: unknown[]) => Policy;
const apply = initializeWeights as (...args: unknown[]) => unknown;

const ZERO = init.zeros();
const linear = rule(nn.Linear, { weight: init.normal() });
const policy = definePolicy('p', [linear]);
const fromJSON = (value: unknown) => JSON.parse(JSON.stringify(value));
const build = () => {
  manualSeed(1);
  return new nn.Sequential({ fc1: new nn.Linear(4, 8), act: new nn.ReLU(), fc2: new nn.Linear(8, 2) });
};

describe('the usual first mistakes', () => {
  it.each<[string, (model: nn.Module) => unknown, string]>([
    [
      'a misspelt parameter',
      (m) => apply(m, define('p', [loose(nn.Linear, { wieght: ZERO })])),
      "did you mean 'weight'",
    ],
    ['an initialiser that is not called', () => loose(nn.Linear, { weight: init.zeros }), 'call it, init.zeros()'],
    [
      'an initialiser with an underscore',
      () => loose(nn.Linear, { weight: init.zeros_ }),
      'make a value, init.zeros()',
    ],
    ['an arrow', () => loose(nn.Linear, { weight: () => ZERO }), 'derive(nn.Module, (module) => …)'],
    ['data', () => loose(nn.Linear, { weight: { kind: 'zeros' } }), 'init.fromJSON() makes an initializer of it'],
    [
      'an initialiser without a name',
      () => loose(nn.Linear, ZERO),
      'expects { weight: … }, found the initializer zeros()',
    ],
    [
      'a module',
      (m) => loose(m.getSubmodule('fc1'), { weight: ZERO }),
      'found a Linear itself; write atPath(…) to choose one module',
    ],
    ['a path', () => loose('fc1', { weight: ZERO }), "write atPath('fc1') to choose by path"],
    ['an array of classes', () => loose([nn.Linear], { weight: ZERO }), 'write anyOf(…) to choose several'],
    ['no name', () => define([linear]), "definePolicy('mine', [rule(…)])"],
    [
      'two objects',
      () => loose(nn.Linear, { weight: ZERO }, { bias: ZERO }),
      'found 3 arguments; put all initializers',
    ],
    [
      'two patterns',
      () => (atPath as (...args: unknown[]) => unknown)('a', 'b'),
      'atPath() expects one pattern, found 2 arguments; write anyOf(atPath(…), atPath(…))',
    ],
    [
      'two selectors to negate',
      () => (not as (...args: unknown[]) => unknown)(nn.Linear, nn.ReLU),
      'not() expects one selector, found 2 arguments; write not(anyOf(…, …))',
    ],
    [
      'an async predicate',
      (m) => apply(m, define('p', [loose(async () => Promise.reject(new Error('lost')), { weight: ZERO })])),
      'predicate is an async predicate: expected true or false, found a promise; remove async',
    ],
    ['a Date as a class', () => derive(Date as never, () => ZERO), 'found the class Date and a function'],
    ['an arrow as a class', () => derive((() => ZERO) as never, () => ZERO), 'found a function and a function'],
    [
      'a policy among the rules',
      () => define('p', [policy]),
      "found the policy 'p'; sequence() joins policies, extendPolicy() adds rules",
    ],
    ['one rule', () => define('p', linear), 'found a single rule; put it in [ ]'],
    [
      'rules out of JSON',
      () => define('p', fromJSON([linear])),
      'expected a value of rule() or parameter(), found a plain',
    ],
    [
      'a policy out of JSON',
      (m) => apply(m, fromJSON(policy)),
      'expects a policy made by definePolicy(), found a plain',
    ],
    ['an empty policy', (m) => apply(m, { name: 'p', passes: [] }), 'expects a policy made by definePolicy()'],
    ['bare rules', (m) => apply(m, [linear]), "make a policy of it, definePolicy('mine', rules)"],
    ['a preset that is not called', (m) => apply(m, presets.resnet), 'call it, presets.resnet()'],
    ['no policy', (m) => apply(m), 'initializeWeights() expects a policy made by definePolicy(), found undefined'],
    ['model and policy exchanged', (m) => apply(policy, m), 'expects an nn.Module first, found a plain object'],
    [
      'an order by position',
      () => define('p', [linear], 'apply'),
      "takes order by name; write definePolicy('p', rules, { order: 'apply' })",
    ],
    [
      'a misspelt option',
      () => define('p', [linear], { ordr: 'apply' }),
      "unexpected keyword argument 'ordr'; did you mean 'order'?",
    ],
    [
      'another',
      (m) => apply(m, policy, { Strict: true }),
      "unexpected keyword argument 'Strict'; did you mean 'strict'?",
    ],
    [
      'a generator by position',
      (m) => apply(m, policy, new Generator(0)),
      'takes generator by name, found a Generator; write initializeWeights(model, policy, { generator })',
    ],
    ['no callback', (m) => apply(m, policy, { onProgress: 'bar' }), "onProgress: expected a function, found 'bar'"],
    [
      'a derivation that gives a function',
      (m) => apply(m, define('p', [rule(nn.Linear, { weight: derive(nn.Linear, () => init.zeros as never) })])),
      'returns an initializer, found a function: call it, init.zeros()',
    ],
  ])('%s', (_, mistake, message) => {
    const model = build();
    const values = [...model.parameters()].map(({ data }) => data.slice());
    const state = getRngState();
    let thrown: unknown;
    try {
      mistake(model);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(PolicyError);
    expect((thrown as Error).message).toContain(message);
    expect([...model.parameters()].map(({ data }) => data)).toEqual(values);
    expect(getRngState()).toEqual(state);
  });

  it('a value that is not a signal', async () => {
    const model = build();
    const run = initializeWeightsAsync(model, policy, { signal: new AbortController() as never });
    await expect(run).rejects.toThrow(
      'signal: expected an AbortSignal such as controller.signal, found an AbortController',
    );
  });

  it('a predicate that draws: the generator is restored, and the error names the mistake', () => {
    const model = build();
    const generator = new Generator(7);
    for (const [draw, moved] of [
      [() => void randn([3]), undefined],
      [() => void randn([20], { generator }), generator],
      [() => void generator.manualSeed(8), generator],
      [() => void randn([20]), generator],
      [() => void Object.assign(generator, { cachedNormal: 1 }), generator],
    ] as const) {
      const before = [getRngState(), generator.getState()];
      const drawing = definePolicy('p', [
        rule(
          () => {
            draw();
            return true;
          },
          { weight: ZERO },
        ),
      ]);
      expect(() => explainPolicy(model, drawing, { generator: moved })).toThrow(
        'predicates and derive() must not draw',
      );
      expect([getRngState(), generator.getState()]).toEqual(before);
    }
  });

  it('one mistake at many paths is one line', () => {
    const many = new nn.Sequential(...Array.from({ length: 50 }, () => new nn.Linear(1, 1)));
    const wrong = definePolicy('p', [loose(nn.Linear, { wieght: ZERO, bias: init.orthogonal() })]);
    let message = '';
    try {
      explainPolicy(many, wrong);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message.split('\n\t')).toEqual([
      "Invalid policy: 100 assignments of 'p' are impossible:",
      expect.stringContaining('at 0.wieght, 1.wieght, 2.wieght, 3.wieght and 46 more: Linear has no parameter'),
      expect.stringContaining('at 0.bias, 1.bias, 2.bias, 3.bias and 46 more: Only tensors with 2 or more'),
    ]);
  });
});
