import { untouchedLaw } from '../laws/untouched.js';
import { defineInitializer, type Initializer } from './Initializer.js';

/** Leaves a parameter as it is, on purpose: for policies that should not report it as forgotten. */
export const keep: Initializer = defineInitializer('keep', {}, () => untouchedLaw());
