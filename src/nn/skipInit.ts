import { checkSynchronous } from '../errors.js';
import { skipFills } from '../init/fillLaw.js';
import { refuseSurplus } from '../readArguments.js';

/**
 * Builds a model without its default initialisation: parameters are zeros, and no generator advances. Buffers have their
 * usual values. It is `torch.nn.utils.skip_init` for whole models.
 * @returns the result of `build`
 * @throws ArgumentError if `build` returns a promise: an `async` function would draw after its first `await`
 * @example
 * ```ts
 * import { defaultGenerator, manualSeed, nn } from 'initree';
 * manualSeed(0);
 * const layer = nn.skipInit(() => new nn.Linear(2, 1));
 * console.log(layer.weight.tolist(), defaultGenerator.wordsDrawn); // [ [ 0, 0 ] ] 0
 * ```
 */
export function skipInit<T>(build: () => T): T {
  refuseSurplus('nn.skipInit', arguments, ['build']);
  return checkSynchronous('skipInit()', skipFills(build));
}
