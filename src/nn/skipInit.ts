import { skipFills } from '../init/fillLaw.js';

/**
 * Builds a model without drawing its default initialisation: parameters are zeros and no generator moves. Buffers have
 * their usual values (`torch.nn.utils.skip_init`, for whole models).
 */
export function skipInit<T>(build: () => T): T {
  return skipFills(build);
}
