import { ArgumentError, formatValue } from '../../errors.js';

/** How the losses of the elements are combined: their mean, their sum, or no reduction. */
export type Reduction = 'mean' | 'sum' | 'none';

/**
 * Returns `reduction` if it is a {@link Reduction}.
 * @throws ArgumentError in PyTorch's words.
 */
export function checkReduction(reduction: Reduction): Reduction {
  if (reduction === 'mean' || reduction === 'sum' || reduction === 'none') return reduction;
  throw new ArgumentError(`${formatValue(reduction)} is not a valid value for reduction: 'mean', 'sum' or 'none'`);
}

/** The older options of PyTorch's losses, which these losses lack. */
export const OLDER_OPTIONS = {
  sizeAverage: "reduction: 'mean' or 'sum' replaces it",
  reduce: "reduction: 'none' replaces it",
} as const;
