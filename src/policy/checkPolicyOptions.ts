import { describeValue, nearestName, PolicyError } from '../errors.js';

/**
 * Returns the last argument of a function of policies if it is a plain object of known names.
 * @throws PolicyError for anything else, such as a generator passed by position or a misspelt option
 */
export function checkPolicyOptions<T extends object>(
  taker: string,
  options: T,
  names: readonly (keyof T & string)[],
): T {
  if (!isPlainObject(options)) {
    throw new PolicyError(`${taker} takes its options as one object, found ${describeValue(options)}`);
  }
  for (const name of Object.keys(options)) {
    if ((names as readonly string[]).includes(name)) continue;
    throw new PolicyError(`${taker} has no option '${name}'${nearestName(name, names)}`);
  }
  return options;
}

function isPlainObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Those of another realm, such as a test's, count.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
