import { ArgumentError } from '../../errors.js';

/** What becomes of the losses of single elements: their mean, their sum, or nothing. */
export type Reduction = 'mean' | 'sum' | 'none';

/** Refuses what is not a {@link Reduction}. */
export function checkReduction(reduction: Reduction): Reduction {
  if (reduction === 'mean' || reduction === 'sum' || reduction === 'none') return reduction;
  throw new ArgumentError(`${String(reduction)} is not a valid value for reduction: 'mean', 'sum' or 'none'`);
}
