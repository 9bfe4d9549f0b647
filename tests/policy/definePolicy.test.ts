import { describe, expect, it } from '@jest/globals';
import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import { definePolicy, extendPolicy, isPolicy, type Policy, sequence } from '../../src/policy/definePolicy.js';
import { explainPolicy } from '../../src/policy/explainPolicy.js';
import { parameter, rule } from '../../src/policy/rule.js';
import { allOf, anyOf, atPath, not, resolveSelector } from '../../src/policy/selectors.js';

const ONE = init.ones();
const ZERO = init.zeros();
const [a, b, c] = ['a', 'b', 'c'].map((pattern) => parameter(pattern, ONE));

/** A policy as data: for each pass its name, its order and the labels of its rules. */
const passesOf = ({ passes }: Policy) =>
  passes.map(({ name, order, rules }) => [name, order, rules.map((r) => r.label)]);
const labels = (...names: string[]) => names.map((name) => `parameter('${name}')`);

describe('definePolicy', () => {
  it('makes one pass, in the order of modules() by default', () => {
    expect(passesOf(definePolicy('p', [a, b]))).toEqual([['p', 'modules', labels('a', 'b')]]);
    expect(passesOf(definePolicy('p', [a], { order: 'apply' }))).toEqual([['p', 'apply', labels('a')]]);
    expect(passesOf(definePolicy('p', [a], { order: undefined }))).toEqual([['p', 'modules', labels('a')]]);
  });

  it('copies its rules and freezes the policy', () => {
    const rules = [a];
    const policy = definePolicy('p', rules);
    rules.push(b);
    expect(passesOf(policy)).toEqual([['p', 'modules', labels('a')]]);
    const [pass] = policy.passes;
    for (const part of [policy, policy.passes, pass, pass.rules, a]) expect(Object.isFrozen(part)).toBe(true);
  });

  it('names the wrong argument', () => {
    const define = definePolicy as (...args: unknown[]) => Policy;
    expect(() => define('p', [a, 3])).toThrow(
      "rule 2 of policy 'p': expected a value of rule() or parameter(), found 3",
    );
    expect(() => define('p', 'a')).toThrow("policy 'p' expects an array of rules, found 'a'");
    expect(() => define('p', a)).toThrow("policy 'p' expects an array of rules, found a single rule; put it in [ ]");
    expect(() => define('p', [])).toThrow("policy 'p' has no rules; expected at least one");
    expect(() => define('p', [a], { order: 'children' })).toThrow(
      "order of policy 'p': expected 'modules' or 'apply', found 'children'",
    );
    for (const name of ['', 3, undefined]) expect(() => define(name, [a])).toThrow('a policy requires a name, found');
  });
});

describe('extendPolicy', () => {
  const base = sequence(definePolicy('x', [a]), definePolicy('y', [b], { order: 'apply' }));

  it('puts its rules before those of each pass, and keeps names and orders', () => {
    const extended = extendPolicy(base, [c]);
    expect(extended.name).toBe('x + y');
    expect(passesOf(extended)).toEqual([
      ['x', 'modules', labels('c', 'a')],
      ['y', 'apply', labels('c', 'b')],
    ]);
    expect(passesOf(base)).toEqual([
      ['x', 'modules', labels('a')],
      ['y', 'apply', labels('b')],
    ]);
    for (const part of [extended, extended.passes, extended.passes[0], extended.passes[0].rules]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
    expect(extendPolicy(base, [c], 'mine').name).toBe('mine');
  });

  it('names the wrong argument', () => {
    const extendLoosely = extendPolicy as (...args: unknown[]) => Policy;
    expect(() => extendLoosely([a], [c])).toThrow(
      'extendPolicy() expects a policy made by definePolicy(), found an array',
    );
    expect(() => extendLoosely([], [c])).toThrow(/found an array$/);
    expect(() => extendLoosely(base, [])).toThrow("the extension of policy 'x + y' has no rules");
    expect(() => extendLoosely(base, [c], '')).toThrow("a policy requires a name, found ''");
  });
});

describe('sequence', () => {
  it('joins names and passes', () => {
    const one = definePolicy('x', [a]);
    const three = sequence(one, definePolicy('y', [b], { order: 'apply' }), one);
    expect(three.name).toBe('x + y + x');
    expect(passesOf(three)).toEqual([
      ['x', 'modules', labels('a')],
      ['y', 'apply', labels('b')],
      ['x', 'modules', labels('a')],
    ]);
    expect(sequence(one).name).toBe('x');
    expect(() => (sequence as () => Policy)()).toThrow('sequence() expects at least one policy, found none');
    expect(() => sequence(one, {} as Policy)).toThrow(
      'sequence() expects a policy made by definePolicy(), found a plain',
    );
  });

  it('visits each pass in its own order', () => {
    class Parent extends nn.Module {
      scale = new nn.Parameter(nn.skipInit(() => new nn.Linear(1, 1)).weight.detach());
      child = new nn.Linear(1, 1, { bias: false });
      override forward(): void {}
    }
    const all = (order: 'modules' | 'apply') => definePolicy(order, [parameter('**', ONE)], { order });
    const both = sequence(all('apply'), all('modules'));
    expect(explainPolicy(new Parent(), both).assignments.map(({ path }) => path)).toEqual([
      'child.weight',
      'scale',
      'scale',
      'child.weight',
    ]);
  });
});

describe('isPolicy', () => {
  it('requires a name, passes and rules that can match', () => {
    const policy = definePolicy('p', [a]);
    const [pass] = policy.passes;
    expect(isPolicy(policy)).toBe(true);
    expect(isPolicy({ name: 'p', passes: [pass] })).toBe(true);
    for (const value of [
      null,
      undefined,
      'p',
      {},
      { name: 'p' },
      { name: 3, passes: [pass] },
      { name: 'p', passes: [] },
      { name: 'p', passes: [undefined] },
      { name: 'p', passes: [pass, { rules: 3 }] },
      { name: 'p', passes: [{ rules: [{ kind: 'module' }] }] },
      { name: 'p', passes: [{ rules: [{ kind: 'other', matches: () => true }] }] },
      JSON.parse(JSON.stringify(policy)),
    ]) {
      expect(isPolicy(value)).toBe(false);
    }
  });
});

describe('the labels of rules and selectors', () => {
  it('repeat the source text of the rule', () => {
    const named = (module: nn.Module) => module instanceof nn.Linear;
    const selector = allOf(anyOf(nn.Linear, nn.Conv2d), not(atPath('head.*')), named);
    expect(selector.label).toBe("allOf(anyOf(Linear, Conv2d), not(atPath('head.*')), named)");
    expect(Object.isFrozen(selector)).toBe(true);
    expect(
      ['a.*', 'b']
        .map(atPath)
        .map(not)
        .map(({ label }) => label),
    ).toEqual(["not(atPath('a.*'))", "not(atPath('b'))"]);
    expect(rule(selector, { weight: ONE } as never).label).toBe(selector.label);
    expect(rule(() => true, { weight: ONE }).label).toBe('predicate');
    expect(parameter('**.bias', ZERO).label).toBe("parameter('**.bias')");
    expect(resolveSelector('rule()', selector)).toBe(selector);
  });

  it('belong to selectors that know whether the class alone decides', () => {
    const path = atPath('*');
    for (const [selector, byClass] of [
      [resolveSelector('f()', nn.Linear), true],
      [resolveSelector('f()', nn.Module), true],
      [resolveSelector('f()', () => true), false],
      [path, false],
      [not(nn.Linear), false],
      [allOf(nn.Linear, path), true],
      [allOf(path, path), false],
      [anyOf(nn.Linear, nn.Conv2d), true],
      [anyOf(nn.Linear, path), false],
    ] as const) {
      expect([selector.label, selector.byClass]).toEqual([selector.label, byClass]);
    }
  });

  it('are refused for values that cannot choose', () => {
    const refused = (value: unknown, found: string) =>
      expect(() => resolveSelector('rule()', value)).toThrow(
        `rule() expects a layer class such as nn.Linear, atPath('layer*.conv1'), or a predicate, found ${found}`,
      );
    refused(Date, 'the class Date');
    refused(class Mine {}, 'the class Mine');
    // A class as a compiler for old engines writes it.
    function Compiled() {}
    Compiled.prototype.method = () => {};
    refused(Compiled, 'the class Compiled');
    refused('fc', "'fc'; write atPath('fc') to choose by path");
    refused([nn.Linear], 'an array; write anyOf(…) to choose several');
    refused(new nn.ReLU(), 'a ReLU itself; write atPath(…) to choose one module');
    refused(3, '3');
    for (const combine of [allOf, anyOf] as unknown as (() => unknown)[]) {
      expect(() => combine()).toThrow(`${combine.name}() expects at least one selector, found none`);
    }
    expect(() => not(3 as never)).toThrow('not() expects a layer class');
  });
});

describe('the assignments of a rule', () => {
  it('are frozen, in the order in which they are written, without undefined ones', () => {
    const made = rule(nn.Linear, { bias: ZERO, weight: ONE });
    expect(made.assignments).toEqual([
      ['bias', ZERO],
      ['weight', ONE],
    ]);
    expect(rule(nn.Linear, { bias: undefined, weight: ONE }).assignments).toEqual([['weight', ONE]]);
    expect(Object.isFrozen(made) && Object.isFrozen(made.assignments)).toBe(true);
    const loose = rule as (selector: unknown, assignments: unknown) => unknown;
    expect(() => loose(nn.Linear, undefined)).toThrow('rule(Linear) expects { weight: … }, found undefined');
    expect(() => loose(nn.Linear, new Map())).toThrow('rule(Linear) expects { weight: … }, found a Map');
    for (const assignments of [{}, { bias: undefined }]) {
      expect(() => loose(nn.Linear, assignments)).toThrow(
        'rule(Linear) assigns nothing; assign init.keep to leave a parameter unchanged',
      );
    }
    expect(() => loose(nn.Linear, { weight: 3 })).toThrow(
      'rule(Linear), weight: expected an initializer such as init.zeros(), found 3',
    );
    expect(() => parameter('a', 3 as never)).toThrow(
      "parameter('a'): expected an initializer such as init.zeros(), found 3",
    );
  });
});
