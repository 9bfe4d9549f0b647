import { checkSynchronous } from '../errors.js';
import { skipFills } from '../init/fillLaw.js';

/**
 * Builds a model without drawing its default initialisation: parameters are zeros and no generator moves. Buffers have
 * their usual values (`torch.nn.utils.skip_init`, for whole models).
 * @throws ArgumentError if `build` returns a promise: an `async` function would draw from its first `await` on
 */
export function skipInit<T>(build: () => T): T {
  return checkSynchronous('skipInit()', skipFills(build));
}
