import { bindLaw } from './bindLaw.js';
import type { UntouchedLaw } from './Law.js';
import type { LawOperations } from './LawOperations.js';

/** The tensor and the generator stay as they are. */
export function untouchedLaw(warning?: string): UntouchedLaw {
  return bindLaw(warning === undefined ? { kind: 'untouched' } : { kind: 'untouched', warning }, UNTOUCHED);
}

export const UNTOUCHED: LawOperations<UntouchedLaw> = {
  check() {},

  moments: () => null,

  positionAfter: (_law, _shape, _dtype, position) => position,

  *write() {},

  cost: () => 0,

  warnings: ({ warning }) => (warning ? [warning] : []),
};
