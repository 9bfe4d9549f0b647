import { describeValue, PolicyError } from '../errors.js';
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
  { order = 'modules' }: { order?: PolicyOrder | undefined } = {},
): Policy {
  checkName(name);
  checkRules(`policy '${name}'`, rules);
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
  if (typeof policy === 'object' && policy !== null && 'passes' in policy && Array.isArray(policy.passes)) return;
  const found = typeof policy === 'function' ? `a function: call it, ${policy.name}()` : describeValue(policy);
  throw new PolicyError(`${taker} takes a policy made by definePolicy(), found ${found}`);
}

function policyOf(name: string, passes: readonly Pass[]): Policy {
  return Object.freeze({ name, passes: Object.freeze(passes.map((pass) => Object.freeze(pass))) });
}

function checkName(name: unknown): void {
  if (typeof name !== 'string' || name === '') {
    throw new PolicyError(`a policy needs a name, found ${describeValue(name)}`);
  }
}

function checkRules(owner: string, rules: unknown): void {
  if (!Array.isArray(rules)) throw new PolicyError(`${owner} takes an array of rules, found ${typeof rules}`);
  if (rules.length === 0) throw new PolicyError(`${owner} has no rules: give it at least one`);
  rules.forEach((candidate: Partial<Rule> | undefined, index) => {
    if (candidate?.kind === 'module' || candidate?.kind === 'parameter') return;
    throw new PolicyError(
      `rule ${index + 1} of ${owner} was not made by rule() or parameter(), found ${String(candidate)}`,
    );
  });
}
