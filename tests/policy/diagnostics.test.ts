import { describe, expect, it } from '@jest/globals';
import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import { formatDiagnostics } from '../../src/policy/Diagnostics.js';
import { definePolicy, sequence } from '../../src/policy/definePolicy.js';
import { explainPolicy } from '../../src/policy/explainPolicy.js';
import { initializeWeights } from '../../src/policy/initializeWeights.js';
import { parameter, type Rule, rule } from '../../src/policy/rule.js';
import { allOf, anyOf, atPath, not } from '../../src/policy/selectors.js';

const ZERO = init.zeros();
const build = () => new nn.Sequential({ a: new nn.Linear(2, 2), act: new nn.ReLU(), b: new nn.Linear(2, 2) });
const planOf = (rules: readonly Rule[], model: nn.Module = build()) => explainPolicy(model, definePolicy('p', rules));

describe('unused rules', () => {
  it('are the rules that match nothing, in the order of the policy', () => {
    const plan = planOf([
      parameter('no.such.weight', ZERO),
      parameter('**', ZERO),
      rule(nn.LayerNorm, { weight: ZERO }),
      rule(atPath('c'), { weight: ZERO }),
    ]);
    expect(plan.unusedRules).toEqual(["parameter('no.such.weight')", 'LayerNorm', "atPath('c')"]);
    expect(plan.shadowedRules).toEqual([]);
  });

  it('are counted once over all passes, and are used if one pass uses them', () => {
    const onlyA = rule(atPath('a'), { weight: ZERO });
    const never = rule(nn.LayerNorm, { weight: ZERO });
    const both = sequence(definePolicy('first', [onlyA, never]), definePolicy('second', [never, onlyA]));
    expect(explainPolicy(build(), both).unusedRules).toEqual(['LayerNorm']);
  });

  it('include paths and predicates that match modules without parameters only, but not classes', () => {
    const loose = rule as (selector: unknown, assignments: unknown) => Rule;
    const bias = { bias: ZERO };
    const isAct = (module: nn.Module) => module instanceof nn.ReLU;
    // If a module of the class lacks the parameter, the plan is impossible.
    for (const selector of [nn.ReLU, allOf(nn.ReLU, atPath('act')), anyOf(nn.ReLU, nn.Tanh)]) {
      expect(() => planOf([loose(selector, bias)])).toThrow("ReLU has no parameter 'bias'");
    }
    for (const selector of [atPath('act'), isAct, anyOf(nn.ReLU, atPath('act')), not(nn.Linear)]) {
      expect(planOf([loose(selector, bias)]).unusedRules).toHaveLength(1);
    }
  });
});

describe('shadowed rules', () => {
  it('name the first rule that claimed what they match', () => {
    const plan = planOf([parameter('a.*', ZERO), parameter('b.*', ZERO), parameter('*.weight', ZERO)]);
    expect(plan.shadowedRules).toEqual([{ rule: "parameter('*.weight')", by: "parameter('a.*')" }]);
  });

  it('are not the rules that claim a part of what they match', () => {
    expect(planOf([parameter('a.weight', ZERO), parameter('*.weight', ZERO)]).shadowedRules).toEqual([]);
    expect(planOf([rule(atPath('a'), { weight: ZERO }), rule(nn.Linear, { weight: ZERO })]).shadowedRules).toEqual([]);
  });

  it('are module rules behind module rules, with one entry for each', () => {
    const rules = [nn.Module, nn.Linear, atPath('b')].map((selector) =>
      rule(selector as typeof nn.Linear, { bias: ZERO }),
    );
    const model = new nn.Linear(2, 2);
    expect(planOf([rule(nn.Linear, { bias: ZERO }), ...rules.slice(1)], model).shadowedRules).toEqual([
      { rule: 'Linear', by: 'Linear' },
    ]);
    expect(planOf(rules.slice(1)).shadowedRules).toEqual([{ rule: "atPath('b')", by: 'Linear' }]);
  });

  it('may claim in another pass', () => {
    const late = rule(nn.Linear, { bias: ZERO });
    const both = sequence(definePolicy('1', [rule(atPath('*'), { weight: ZERO }), late]), definePolicy('2', [late]));
    expect(explainPolicy(build(), both)).toMatchObject({ unusedRules: [], shadowedRules: [] });
  });
});

describe('uncovered, loaded and tied parameters', () => {
  it('are listed by their first paths, in the order of the model', () => {
    const model = build();
    (model.getSubmodule('b') as nn.Linear).bias = (model.getSubmodule('a') as nn.Linear).bias;
    const plan = planOf([parameter('a.weight', ZERO)], model);
    expect(plan.uncovered).toEqual(['a.bias', 'b.weight']);
    expect(plan.tied).toEqual([['a.bias', 'b.bias']]);
    expect(plan.loaded).toEqual([]);
  });

  it('are covered if one pass claims them', () => {
    const both = sequence(
      definePolicy('1', [parameter('a.*', ZERO)]),
      definePolicy('2', [parameter('*.weight', ZERO)]),
    );
    expect(explainPolicy(build(), both).uncovered).toEqual(['b.bias']);
  });

  it('are loaded only if onlyMissing is true, whether a rule claims them or not', () => {
    const model = build();
    const state = [...build().stateDict()].filter(([key]) => key !== 'b.bias');
    model.loadStateDict(state, { strict: false });
    const policy = definePolicy('p', [parameter('a.*', ZERO), parameter('b.bias', ZERO)]);
    const missing = explainPolicy(model, policy, { onlyMissing: true });
    expect(missing.loaded).toEqual(['a.weight', 'a.bias', 'b.weight']);
    expect(missing.uncovered).toEqual([]);
    expect(missing.assignments.map(({ path }) => path)).toEqual(['b.bias']);
    expect(missing.untouched).toEqual(['a.weight', 'a.bias', 'b.weight']);
    const all = explainPolicy(model, policy);
    expect(all.loaded).toEqual([]);
    expect(all.assignments.map(({ path }) => path)).toEqual(['a.weight', 'a.bias', 'b.bias']);
  });
});

describe('strict', () => {
  const rules = [
    parameter('a.*', ZERO),
    parameter('a.weight', ZERO),
    rule(nn.LayerNorm, { weight: ZERO }),
    parameter('b.weight', ZERO),
  ];

  it('lists everything in one error if true', () => {
    expect(() => explainPolicy(build(), definePolicy('p', rules), { strict: true })).toThrow(
      "Invalid policy: policy 'p' is not complete for this model; add rules (init.keep leaves a parameter unchanged), or " +
        'omit strict (--strict of the command):\n' +
        '\tno rule applies to b.bias\n' +
        '\trule LayerNorm matches nothing\n' +
        "\trule parameter('a.weight') matches only what parameter('a.*') claims before it",
    );
    const complete = definePolicy('p', [parameter('**', ZERO)]);
    expect(explainPolicy(build(), complete, { strict: true }).assignments).toHaveLength(4);
  });

  it('removes the warnings if false, and keeps the facts', () => {
    const model = build();
    (model.getSubmodule('b') as nn.Linear).weight = (model.getSubmodule('a') as nn.Linear).weight;
    model.loadStateDict([...build().stateDict()].slice(1, 2), { strict: false });
    for (const run of [explainPolicy, initializeWeights]) {
      const warned = run(model, definePolicy('p', rules.slice(0, 3)), { onlyMissing: true });
      expect(warned.diagnostics).toEqual({
        uncovered: ['b.bias'],
        loaded: ['a.bias'],
        frozen: [],
        tied: [['a.weight', 'b.weight']],
        unusedRules: ['LayerNorm'],
        shadowedRules: [{ rule: "parameter('a.weight')", by: "parameter('a.*')" }],
      });
      const quiet = run(model, definePolicy('p', rules.slice(0, 3)), { onlyMissing: true, strict: false });
      expect(quiet.policy).toBe('p');
      expect(quiet.diagnostics).toEqual({
        uncovered: [],
        loaded: ['a.bias'],
        frozen: [],
        tied: [['a.weight', 'b.weight']],
        unusedRules: [],
        shadowedRules: [],
      });
    }
  });
});

describe('plans and reports', () => {
  const diagnostics = {
    uncovered: ['a', 'b'],
    loaded: ['c', 'd'],
    frozen: ['x'],
    tied: [
      ['e', 'f'],
      ['g', 'h', 'i'],
    ],
    unusedRules: ['Conv2d', 'Linear'],
    shadowedRules: [
      { rule: 'x', by: 'y' },
      { rule: 'z', by: 'y' },
    ],
  };

  it('print one line for each kind, and one for each tie and each shadowed rule', () => {
    expect(formatDiagnostics(diagnostics, ['e', 'g', 'i'])).toEqual([
      'uncovered parameters, left as they were: a, b',
      'loaded parameters, left as they were: c, d',
      'frozen parameters, left as they were: x',
      'tied, filled once: e = f',
      'tied, filled 2 times: g = h = i',
      'unused rules: Conv2d, Linear',
      'shadowed rule: x, by y before it',
      'shadowed rule: z, by y before it',
    ]);
    expect(formatDiagnostics(diagnostics, [])).toContain('tied, left as they were: e = f');
    const none = { uncovered: [], loaded: [], frozen: [], tied: [], unusedRules: [], shadowedRules: [] };
    expect(formatDiagnostics(none, [])).toEqual([]);
    expect(formatDiagnostics({ ...none, uncovered: ['a'], loaded: ['b'], unusedRules: ['Linear'] }, [])).toEqual([
      'uncovered parameters, left as they were: a',
      'loaded parameters, left as they were: b',
      'unused rules: Linear',
    ]);
  });

  it('have the diagnostics as properties and in their JSON', () => {
    const model = build();
    (model.getSubmodule('b') as nn.Linear).weight = (model.getSubmodule('a') as nn.Linear).weight;
    model.loadStateDict([...build().stateDict()].slice(1, 2), { strict: false });
    const policy = definePolicy('p', [parameter('a.*', ZERO), parameter('a.weight', ZERO), parameter('c', ZERO)]);
    const expected = {
      policy: 'p',
      uncovered: ['b.bias'],
      loaded: ['a.bias'],
      frozen: [],
      tied: [['a.weight', 'b.weight']],
      unusedRules: ["parameter('c')"],
      shadowedRules: [{ rule: "parameter('a.weight')", by: "parameter('a.*')" }],
    };
    const lists = ['uncovered', 'loaded', 'frozen', 'tied', 'unusedRules', 'shadowedRules'];
    const plan = explainPolicy(model, policy, { onlyMissing: true });
    const report = initializeWeights(model, policy, { onlyMissing: true });
    for (const each of [plan, report]) {
      expect(each).toMatchObject(expected);
      expect(JSON.parse(JSON.stringify(each))).toMatchObject(expected);
      expect(Object.isFrozen(each)).toBe(true);
      expect((each as unknown as Record<symbol, () => string>)[Symbol.for('nodejs.util.inspect.custom')]()).toBe(
        String(each),
      );
    }
    // Checkpoints record a hash of this text.
    expect(Object.keys(plan.toJSON())).toEqual(['policy', 'words', 'assignments', ...lists]);
    expect(Object.keys(report.toJSON())).toEqual(['policy', 'source', 'entries', ...lists]);
  });
});
