import { PolicyError } from '../errors.js';
import type { Rule } from './rule.js';

/** How a whole model is to be initialised: rules, of which the first that matches a module claims it. */
export interface Policy {
  readonly name: string;
  readonly rules: readonly Rule[];
}

/**
 * Makes a policy of rules; for each module the first rule that matches applies, as in `if … else if`.
 * @param name how reports call the policy
 * @throws PolicyError for no name, no rules, or something that `rule()` did not make
 */
export function definePolicy(name: string, rules: readonly Rule[]): Policy {
  if (typeof name !== 'string' || name === '')
    throw new PolicyError(`a policy needs a name, found ${JSON.stringify(name)}`);
  if (!Array.isArray(rules)) throw new PolicyError(`policy '${name}' takes an array of rules, found ${typeof rules}`);
  if (rules.length === 0) throw new PolicyError(`policy '${name}' has no rules: give it at least one`);
  rules.forEach((candidate, index) => {
    if (typeof candidate?.selector !== 'function' || !Array.isArray(candidate.assignments)) {
      throw new PolicyError(`rule ${index + 1} of policy '${name}' was not made by rule(), found ${String(candidate)}`);
    }
  });
  return Object.freeze({ name, rules: Object.freeze([...rules]) });
}
