import { untouchedLaw } from '../laws/untouched.js';
import { defineInitializer, type Initializer } from './Initializer.js';

/**
 * An initialiser that leaves a tensor as it is. With it a policy says that a parameter keeps its values on purpose, so that
 * the report does not list the parameter as uncovered.
 * @example
 * ```ts
 * import { init, ones } from 'initree';
 * console.log(init.keep.fill(ones([3]))); // tensor([1., 1., 1.])
 * ```
 */
export const keep: Initializer = defineInitializer('keep', {}, () => untouchedLaw());
