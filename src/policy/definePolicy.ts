import { describeValue, nameOf, PolicyError } from '../errors.js';
import { readArguments, refuseSurplus, type Signature } from '../readArguments.js';
import type { Rule } from './rule.js';

/** The order of the modules: `'modules'` is parents first, as in `modules()`; `'apply'` is children first, as in `apply()`. */
export type PolicyOrder = 'modules' | 'apply';

/**
 * How often a pass fills a parameter that several modules share: `'once'`, where it comes first; or `'each'` time that a module
 * with it is visited, as a function does that a program gives to `apply()` or calls for each of `modules()`. With `'each'` and
 * the order `'apply'`, a module in two parents is visited twice as well.
 */
export type TiedFills = 'once' | 'each';

/** Options of {@link definePolicy}. */
export interface PolicyOptions {
  /** The order in which modules are visited. Default: `'modules'`. */
  order?: PolicyOrder | undefined;
  /** How often a tied parameter is filled. Default: `'once'`. */
  tied?: TiedFills | undefined;
}

const DEFINE_POLICY: Signature<PolicyOptions> = {
  required: ['name', 'rules'],
  defaults: { order: 'modules', tied: 'once' },
  Kind: PolicyError,
};

/** One visit of all modules of a model. The first rule that matches a module claims it. */
export interface Pass {
  readonly name: string;
  readonly rules: readonly Rule[];
  readonly order: PolicyOrder;
  readonly tied: TiedFills;
}

/** The initialisation of a whole model: one pass, or several passes in sequence. */
export interface Policy {
  readonly name: string;
  readonly passes: readonly Pass[];
}

/**
 * Makes a policy from rules. The first rule that matches a module claims it, as in `if … else if`.
 * @param name the name of the policy in plans, reports and checkpoints; not empty
 * @param rules at least one value of {@link rule} or {@link parameter}
 * @param options `order`: the order in which modules are visited, `'modules'` or `'apply'` (default: `'modules'`); `tied`: how
 *   often a tied parameter is filled, `'once'` or `'each'` time (default: `'once'`). A policy with
 *   `{ order: 'apply', tied: 'each' }` gives the bits of a function for `apply()` that does the same.
 * @throws PolicyError if the name is missing, if `rules` is empty, if a rule was not made by `rule()` or `parameter()`, or if
 *   an option has another value
 * @example
 * ```ts
 * import { definePolicy, explainPolicy, init, nn, rule } from 'initree';
 * const policy = definePolicy('mine', [
 *   rule(nn.Conv2d, { weight: init.kaimingNormal(), bias: init.zeros() }),
 *   rule(nn.Linear, { weight: init.normal(0, 0.01), bias: init.zeros() }),
 * ]);
 * const model = new nn.Sequential(new nn.Conv2d(1, 2, 3), new nn.Linear(8, 2));
 * console.log(explainPolicy(model, policy).assignments.map(({ path }) => path).join(' ')); // 0.weight 0.bias 1.weight 1.bias
 * ```
 */
export function definePolicy(name: string, rules: readonly Rule[], options?: PolicyOptions): Policy {
  checkName(name);
  checkRules(`policy '${name}'`, rules);
  const { order, tied } = readArguments('definePolicy', arguments, DEFINE_POLICY);
  if (order !== 'modules' && order !== 'apply') {
    throw new PolicyError(`order of policy '${name}': expected 'modules' or 'apply', found ${describeValue(order)}`);
  }
  if (tied !== 'once' && tied !== 'each') {
    throw new PolicyError(`tied of policy '${name}': expected 'once' or 'each', found ${describeValue(tied)}`);
  }
  return policyOf(name, [{ name, rules: Object.freeze([...rules]), order, tied }]);
}

/**
 * Makes a policy that has additional rules before the rules of a base policy, so that the additional rules claim first.
 * If the base has several passes, the additional rules come first in each of them. Each pass keeps its options.
 * @param base the policy whose rules come later
 * @param rules the additional rules, at least one value of {@link rule} or {@link parameter}
 * @param name the name of the new policy. Default: the name of the base.
 * @throws PolicyError if the base is not a policy, or if {@link definePolicy} would not accept the name or the rules
 * @example
 * ```ts
 * import { explainPolicy, extendPolicy, init, nn, parameter, presets } from 'initree';
 * const policy = extendPolicy(presets.lenet5(), [parameter('1.bias', init.ones())], 'lenet5 with ones');
 * const plan = explainPolicy(new nn.Sequential(new nn.Linear(4, 3), new nn.Linear(3, 2)), policy);
 * console.log(plan.assignments.map(({ path, rule }) => `${path}: ${rule}`).slice(2)); // [ "1.bias: parameter('1.bias')", '1.weight: Linear' ]
 * ```
 */
export function extendPolicy(base: Policy, rules: readonly Rule[], name?: string): Policy {
  refuseSurplus('extendPolicy', arguments, ['base', 'rules', 'name']);
  checkPolicy('extendPolicy()', base);
  checkRules(`the extension of policy '${base.name}'`, rules);
  const own = name ?? base.name;
  checkName(own);
  return policyOf(
    own,
    base.passes.map((pass) => ({ ...pass, rules: Object.freeze([...rules, ...pass.rules]) })),
  );
}

/**
 * Makes a policy that runs several policies one after another. A parameter that two of them fill is drawn twice, and has the
 * values of the later one. Each policy keeps its options. The name is the names of all of them, joined by `' + '`.
 * @throws PolicyError if there is no argument, or if an argument is not a policy
 * @example
 * ```ts
 * import { definePolicy, explainPolicy, init, nn, parameter, sequence } from 'initree';
 * const policy = sequence(
 *   definePolicy('all', [parameter('**', init.uniform(-1, 1))]),
 *   definePolicy('bias', [parameter('bias', init.zeros())]),
 * );
 * const plan = explainPolicy(new nn.Linear(3, 2), policy);
 * console.log(plan.policy, plan.assignments.map(({ path }) => path)); // all + bias [ 'weight', 'bias', 'bias' ]
 * ```
 */
export function sequence(...policies: readonly [Policy, ...Policy[]]): Policy {
  if (policies.length === 0) throw new PolicyError('sequence() expects at least one policy, found none');
  for (const policy of policies) checkPolicy('sequence()', policy);
  return policyOf(
    policies.map(({ name }) => name).join(' + '),
    policies.flatMap(({ passes }) => passes),
  );
}

/**
 * @param caller the function that expects the policy
 * @throws PolicyError if the value is not a policy
 */
export function checkPolicy(caller: string, policy: unknown): asserts policy is Policy {
  if (isPolicy(policy)) return;
  throw new PolicyError(`${caller} expects a policy made by definePolicy(), found ${describePolicy(policy)}`);
}

/** Whether a value is a policy with rules that can match. A policy read from JSON has no functions, so it is not one. */
export function isPolicy(value: unknown): value is Policy {
  if (typeof value !== 'object' || value === null) return false;
  const { name, passes } = value as Partial<Policy>;
  if (typeof name !== 'string' || !Array.isArray(passes) || passes.length === 0) return false;
  return passes.every((pass: Partial<Pass> | undefined) => Array.isArray(pass?.rules) && pass.rules.every(isRule));
}

function isRule(value: unknown): value is Rule {
  const { kind, matches } = (value ?? {}) as Partial<Rule>;
  return (kind === 'module' || kind === 'parameter') && typeof matches === 'function';
}

function describePolicy(value: unknown): string {
  if (Array.isArray(value) && value.length > 0 && value.every(isRule)) {
    return "an array of rules; make a policy of it, definePolicy('mine', rules)";
  }
  if (typeof value !== 'function') return describeValue(value);
  const { about } = value as { about?: { name?: string } };
  return about?.name === undefined
    ? `a function; call it, ${nameOf(value)}()`
    : `a preset; call it, presets.${about.name}()`;
}

function policyOf(name: string, passes: readonly Pass[]): Policy {
  return Object.freeze({ name, passes: Object.freeze(passes.map((pass) => Object.freeze(pass))) });
}

function checkName(name: unknown): void {
  if (typeof name !== 'string' || name === '') {
    throw new PolicyError(
      `a policy requires a name, found ${describeValue(name)}; write definePolicy('mine', [rule(…)])`,
    );
  }
}

function checkRules(owner: string, rules: unknown): void {
  if (!Array.isArray(rules)) {
    const found = isRule(rules) ? 'a single rule; put it in [ ]' : describeNonRule(rules);
    throw new PolicyError(`${owner} expects an array of rules, found ${found}`);
  }
  if (rules.length === 0) throw new PolicyError(`${owner} has no rules; expected at least one`);
  for (const [index, candidate] of rules.entries()) {
    if (isRule(candidate)) continue;
    const found = describeNonRule(candidate);
    throw new PolicyError(`rule ${index + 1} of ${owner}: expected a value of rule() or parameter(), found ${found}`);
  }
}

function describeNonRule(value: unknown): string {
  if (!isPolicy(value)) return describeValue(value);
  return `the policy '${value.name}'; sequence() joins policies, extendPolicy() adds rules`;
}
