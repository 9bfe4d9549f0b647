/**
 * The most bytes that a run into files holds for tensors of which no part can be drawn alone, whatever the number of threads. A run that
 * needs more for one tensor is refused.
 */
export const MOST_HELD = 2 ** 32;
