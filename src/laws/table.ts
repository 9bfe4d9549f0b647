// To add a law: write its type in Law.ts as a member of the union, its operations in a file of this folder, and its line
// in LAWS below. The compiler names a kind that LAWS lacks and an operation that the new file lacks; no other source
// changes. The tests need an example of the law (tests/laws/exampleLaws.ts).
// An initialiser for it (src/init) binds the operations directly, so only code that receives laws as plain data loads
// this table: worker threads and `expectedMoments`.
import { ArgumentError, describeValue } from '../errors.js';
import { bindLaw, isBound } from './bindLaw.js';
import { BLOCKS, OVERWRITING, ZERO_ROW } from './combinators.js';
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
 * @throws ArgumentError for a value that is not a law
 */
export function restoreLaw<L extends Law>(law: L): L {
  if (typeof law !== 'object' || law === null || !Object.hasOwn(LAWS, law.kind)) {
    throw new ArgumentError(`a law is what an initializer's law() returns, found ${describeValue(law)}`);
  }
  if (isBound(law)) return law;
  for (const value of Object.values(law)) if (typeof value === 'object') restoreLaw(value as Law);
  return bindLaw(law, LAWS[law.kind] as LawOperations<L>);
}
