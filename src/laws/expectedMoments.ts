import { ArgumentError } from '../errors.js';
import { refuseSurplus } from '../readArguments.js';
import { checkShape, type Shape } from '../tensor/Shape.js';
import { operationsOf } from './bindLaw.js';
import type { Law } from './Law.js';
import type { Moments } from './LawOperations.js';
import { restoreLaw } from './table.js';

/**
 * The mean, standard deviation and bounds that the elements of a tensor are expected to have. They are those of the
 * distribution, not of a sample: the bounds of a normal are infinite.
 * @param law as an initialiser's `law()` returns it, or the same data after a round trip through JSON
 * @param shape of the tensor
 * @returns `null` if the law leaves the tensor as it is
 * @throws ShapeError if `shape` is not a shape
 * @throws ArgumentError if `law` is not a law
 * @example
 * ```ts
 * import { init } from 'initree';
 * const law = init.uniform(-1, 1).law([3, 3]);
 * console.log(init.expectedMoments(law, [3, 3])); // { mean: 0, std: 0.5773502691896258, min: -1, max: 1 }
 * ```
 */
export function expectedMoments(law: Law, shape: Shape): Moments | null {
  refuseSurplus('init.expectedMoments', arguments, ['law', 'shape']);
  checkShape(shape);
  if (typeof (law as { law?: unknown } | null | undefined)?.law === 'function') {
    throw new ArgumentError(
      `expectedMoments expects a law, found the initializer ${String(law)}; write initializer.law(shape)`,
    );
  }
  return operationsOf(restoreLaw(law)).moments(law, shape);
}
