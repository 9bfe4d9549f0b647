import { ArgumentError, describeValue } from '../errors.js';
import type { Law } from './Law.js';
import type { LawOperations } from './LawOperations.js';

/** The operations of each law. They are kept beside the laws, so that a law stays plain data. */
const bound = new WeakMap<object, LawOperations<never>>();

/** Gives a law its operations, and returns the law. The file of each law does this, so that bundles have only used laws. */
export function bindLaw<L extends Law>(law: L, operations: LawOperations<L>): L {
  bound.set(law, operations);
  return law;
}

/** Whether a law has its operations. A law that was read from JSON or sent to another thread does not. */
export function isBound(law: Law): boolean {
  return bound.has(law);
}

/**
 * The operations of a law.
 * @throws ArgumentError for a value that no initialiser's `law()` returned
 */
export function operationsOf<L extends Law>(law: L): LawOperations<L> {
  const operations = bound.get(law);
  if (operations) return operations as LawOperations<L>;
  throw new ArgumentError(`expected a law that an initializer's law() returned, found ${describeValue(law)}`);
}
