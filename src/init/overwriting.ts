import { overwritingLaw } from '../laws/combinators.js';
import { checkInitializer } from './checkInitializer.js';
import { defineInitializer, type Initializer } from './Initializer.js';

/**
 * Draws `discarded`, then `initializer` over it: for sources that initialise a parameter twice, so that what is drawn after
 * it stays in place.
 */
export function overwriting(discarded: Initializer, initializer: Initializer): Initializer {
  checkInitializer('overwriting', discarded);
  checkInitializer('overwriting', initializer);
  return defineInitializer('overwriting', { discarded, initializer }, (shape, dtype) =>
    overwritingLaw(discarded.law(shape, dtype), initializer.law(shape, dtype)),
  );
}
