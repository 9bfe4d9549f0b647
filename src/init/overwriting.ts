import { overwritingLaw } from '../laws/combinators.js';
import { refuseSurplus } from '../readArguments.js';
import { checkInitializer } from './checkInitializer.js';
import { defineInitializer, type Initializer } from './Initializer.js';

/**
 * An initialiser that draws `discarded`, then `initializer` over it. It reproduces sources that initialise a parameter
 * twice: the stream moves by the words of both, so that every later parameter gets the same bits as in the source.
 * @throws ArgumentError if an argument is not an initialiser
 * @example
 * ```ts
 * import { init, manualSeed, zeros } from 'initree';
 * manualSeed(0);
 * const twice = init.overwriting(init.kaimingUniform(), init.normal());
 * console.log(twice.fill(zeros([2, 8])).shape); // [ 2, 8 ]
 * ```
 */
export function overwriting(discarded: Initializer, initializer: Initializer): Initializer {
  refuseSurplus('init.overwriting', arguments, ['discarded', 'initializer']);
  checkInitializer('overwriting', discarded);
  checkInitializer('overwriting', initializer);
  return defineInitializer('overwriting', { discarded, initializer }, (shape, dtype) =>
    overwritingLaw(discarded.law(shape, dtype), initializer.law(shape, dtype)),
  );
}
