import type { Floats } from '../../numerics/numbers.js';
import { type Dense, numbersOf } from '../../tensor/Dense.js';

/** The elements of a tensor whose dtype is floating, as numbers. */
export function floatsOf(dense: Dense): Floats {
  return numbersOf(dense) as Floats;
}
