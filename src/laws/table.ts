// To add a law: write its type in Law.ts as a member of the union, its operations in a file of this folder, and its line
// in LAWS below. The compiler names a kind that LAWS lacks and an operation that the new file lacks; no other source
// changes. The tests need an example of the law (tests/laws/exampleLaws.ts).
// An initialiser for it (src/init) binds the operations directly, so only code that receives laws as plain data loads
// this table: worker threads and `expectedMoments`.
import { ArgumentError, describeValue, isNameIn } from '../errors.js';
import { bindLaw, isBound } from './bindLaw.js';
import { BLOCKS, MAX_NESTING, OVERWRITING, ZERO_ROW } from './combinators.js';
import { CONSTANT } from './constant.js';
import type { Law } from './Law.js';
import type { LawOperations } from './LawOperations.js';
import { NORMAL } from './normal.js';
import { DELTA_ORTHOGONAL, ORTHOGONAL } from './orthogonal.js';
import { SPARSE } from './sparse.js';
import { DIRAC, EYE, LSTM_FORGET_BIAS } from './structured.js';
import { TRUNCATED_NORMAL } from './truncatedNormal.js';
import { UNIFORM } from './uniform.js';
import { UNTOUCHED } from './untouched.js';

/** The operations of every kind in a union of laws. */
export type LawTable<L extends { readonly kind: string }> = {
  readonly [K in L['kind']]: LawOperations<Extract<L, { readonly kind: K }>>;
};

export const LAWS: LawTable<Law> = {
  blocks: BLOCKS,
  constant: CONSTANT,
  deltaOrthogonal: DELTA_ORTHOGONAL,
  dirac: DIRAC,
  eye: EYE,
  lstmForgetBias: LSTM_FORGET_BIAS,
  normal: NORMAL,
  orthogonal: ORTHOGONAL,
  overwriting: OVERWRITING,
  sparse: SPARSE,
  truncatedNormal: TRUNCATED_NORMAL,
  uniform: UNIFORM,
  untouched: UNTOUCHED,
  zeroRow: ZERO_ROW,
};

/**
 * Gives a law that is plain data its operations, and those of the laws within it; returns the law.
 * @param depth the number of laws around this one
 * @throws ArgumentError for a value that is not a law, and for laws nested too deeply
 */
export function restoreLaw<L extends Law>(law: L, depth = 0): L {
  if (depth > MAX_NESTING) {
    throw new ArgumentError(`expected laws nested at most ${MAX_NESTING} deep, found deeper data or a cycle`);
  }
  if (typeof law !== 'object' || law === null || !isNameIn(LAWS, law.kind)) {
    throw new ArgumentError(`expected a law that an initializer's law() returned, found ${describeValue(law)}`);
  }
  if (isBound(law)) return law;
  for (const value of Object.values(law)) if (typeof value === 'object') restoreLaw(value as Law, depth + 1);
  return bindLaw(law, LAWS[law.kind] as LawOperations<L>);
}
