import { describeValue, PolicyError } from '../errors.js';
import { readOptions } from '../readOptions.js';
import type { Rule } from './rule.js';

/** The order in which modules come: `'modules'` parents first, as `modules()`; `'apply'` children first, as `apply()`. */
export type PolicyOrder = 'modules' | 'apply';

/** One way through a model: for each module the first rule that matches claims it. */
export interface Pass {
  readonly name: string;
  readonly rules: readonly Rule[];
  readonly order: PolicyOrder;
}

/** How a whole model is to be initialised: one pass, or several in sequence. */
export interface Policy {
  readonly name: string;
  readonly passes: readonly Pass[];
}

/**
 * Makes a policy of rules; for each module the first rule that matches applies, as in `if … else if`.
 * @param name how plans and reports call the policy
 * @param options `order`: how modules follow one another, `'modules'` when absent
 * @throws PolicyError for no name, no rules, or something that `rule()` or `parameter()` did not make
 */
export function definePolicy(
  name: string,
  rules: readonly Rule[],
  options: { order?: PolicyOrder | undefined } = {},
): Policy {
  checkName(name);
  checkRules(`policy '${name}'`, rules);
  const { order } = readOptions('definePolicy', options, { order: 'modules' }, PolicyError);
  if (order !== 'modules' && order !== 'apply') {
    throw new PolicyError(`order of policy '${name}' is 'modules' or 'apply', found ${describeValue(order)}`);
  }
  return policyOf(name, [{ name, rules: Object.freeze([...rules]), order }]);
}

/**
 * A policy with rules before those of another, so that they claim first; in a sequence before the rules of each pass.
 * @param name of the new policy; the base's when absent
 * @throws PolicyError if the base is no policy, or for rules as {@link definePolicy} refuses them
 */
export function extendPolicy(base: Policy, rules: readonly Rule[], name?: string): Policy {
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
 * One policy after another: what both speak of is drawn twice, and the later one stays.
 * @throws PolicyError if anything given is no policy
 */
export function sequence(...policies: readonly [Policy, ...Policy[]]): Policy {
  if (policies.length === 0) throw new PolicyError('sequence() takes at least one policy, found none');
  for (const policy of policies) checkPolicy('sequence()', policy);
  return policyOf(
    policies.map(({ name }) => name).join(' + '),
    policies.flatMap(({ passes }) => passes),
  );
}

/** Refuses what is not a policy. */
export function checkPolicy(taker: string, policy: unknown): asserts policy is Policy {
  if (isPolicy(policy)) return;
  throw new PolicyError(`${taker} takes a policy made by definePolicy(), found ${describePolicy(policy)}`);
}

/** Whether a value is a policy, with all that only `definePolicy()` can give it: what comes out of JSON is none. */
export function isPolicy(value: unknown): value is Policy {
  const { name, passes } = (value ?? {}) as Partial<Policy>;
  if (typeof name !== 'string' || !Array.isArray(passes) || passes.length === 0) return false;
  return passes.every((pass: Partial<Pass> | undefined) => Array.isArray(pass?.rules) && pass.rules.every(isRule));
}

function isRule(value: unknown): value is Rule {
  const { kind, matches } = (value ?? {}) as Partial<Rule>;
  return (kind === 'module' || kind === 'parameter') && typeof matches === 'function';
}

function describePolicy(value: unknown): string {
  if (Array.isArray(value) && value.length > 0 && value.every(isRule)) {
    return "an array of rules: name it, definePolicy('mine', rules)";
  }
  if (typeof value !== 'function') return describeValue(value);
  const { about, name } = value as { about?: { name?: string }; name: string };
  return about?.name === undefined ? `a function: call it, ${name}()` : `a preset: call it, presets.${about.name}()`;
}

function policyOf(name: string, passes: readonly Pass[]): Policy {
  return Object.freeze({ name, passes: Object.freeze(passes.map((pass) => Object.freeze(pass))) });
}

function checkName(name: unknown): void {
  if (typeof name !== 'string' || name === '') {
    throw new PolicyError(`a policy needs a name, found ${describeValue(name)}: definePolicy('mine', [rule(…)])`);
  }
}

function checkRules(owner: string, rules: unknown): void {
  if (!Array.isArray(rules)) {
    const found = isRule(rules) ? 'a single rule; put it in [ ]' : describeValue(rules);
    throw new PolicyError(`${owner} takes an array of rules, found ${found}`);
  }
  if (rules.length === 0) throw new PolicyError(`${owner} has no rules: give it at least one`);
  rules.forEach((candidate: unknown, index) => {
    if (isRule(candidate)) return;
    const found = describeValue(candidate);
    throw new PolicyError(`rule ${index + 1} of ${owner} was not made by rule() or parameter(), found ${found}`);
  });
}
