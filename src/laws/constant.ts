import { checkNumber } from '../numerics/checkNumber.js';
import { checkFits } from '../tensor/checkFits.js';
import { numelOf } from '../tensor/Shape.js';
import { bindLaw } from './bindLaw.js';
import type { ConstantLaw } from './Law.js';
import type { LawOperations } from './LawOperations.js';
import { writePieces } from './writeElements.js';

/** Every element is `value`. */
export function constantLaw(value: number): ConstantLaw {
  return bindLaw({ kind: 'constant', value }, CONSTANT);
}

export const CONSTANT: LawOperations<ConstantLaw> = {
  check: ({ value }, dtype) => checkFits(checkNumber('value', value), dtype),

  moments: ({ value }) => ({ mean: value, std: 0, min: value, max: value }),

  positionAfter: (_law, _shape, _dtype, position) => position,

  write: ({ value }, tensor) => writePieces(tensor, (piece) => piece.fill_(value)),

  cost: (_law, shape) => numelOf(shape),

  isElementwise: true,
};
