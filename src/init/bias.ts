import { ArgumentError, describeValue } from '../errors.js';

/**
 * The bias of a sigmoid output that should start at probability `p`: −ln((1 − p) / p) (RetinaNet, Lin et al. 2017).
 * @param p between 0 and 1, both excluded
 * @throws ArgumentError for another p
 */
export function biasForProbability(p: number): number {
  if (!(typeof p === 'number' && p > 0 && p < 1)) {
    throw new ArgumentError(`p is a probability between 0 and 1, both excluded, found ${describeValue(p)}`);
  }
  return -Math.log((1 - p) / p);
}
