import { ArgumentError, describeValue } from '../errors.js';
import { refuseSurplus } from '../readArguments.js';

/**
 * The bias of a sigmoid output that starts at probability `p`: −ln((1 − p) / p) (RetinaNet, Lin et al. 2017).
 * @param p in (0, 1)
 * @throws ArgumentError if `p` is not in (0, 1)
 * @example
 * ```ts
 * import { init } from 'initree';
 * console.log(init.biasForProbability(0.01).toFixed(4)); // -4.5951
 * ```
 */
export function biasForProbability(p: number): number {
  refuseSurplus('init.biasForProbability', arguments, ['p']);
  if (!(typeof p === 'number' && p > 0 && p < 1)) {
    throw new ArgumentError(`p: expected a number in (0, 1), found ${describeValue(p)}`);
  }
  return -Math.log((1 - p) / p);
}
