/**
 * What the elements of one tensor are to be: plain data, independent of the tensor's contents. An initialiser
 * turns a shape into a law, which `checkFillable` has checked; `fillLaw` is the one place that turns a law into numbers.
 */
export type Law =
  | UniformLaw
  | NormalLaw
  | TruncatedNormalLaw
  | ConstantLaw
  | { readonly kind: 'eye' }
  | { readonly kind: 'dirac'; readonly groups: number }
  | { readonly kind: 'orthogonal'; readonly gain: number }
  | { readonly kind: 'deltaOrthogonal'; readonly gain: number }
  | { readonly kind: 'sparse'; readonly sparsity: number; readonly std: number }
  | { readonly kind: 'lstmForgetBias'; readonly value: number }
  | BlocksLaw
  | OverwritingLaw
  | ZeroRowLaw
  | UntouchedLaw;

/** Each of `count` equal blocks of rows filled by itself, one after another. */
interface BlocksLaw {
  readonly kind: 'blocks';
  readonly count: number;
  readonly law: Law;
}

/** Draws `discarded`, then `law` over it: the stream moves by both. */
interface OverwritingLaw {
  readonly kind: 'overwriting';
  readonly discarded: Law;
  readonly law: Law;
}

/** Fills by `law`, then makes one row 0. */
interface ZeroRowLaw {
  readonly kind: 'zeroRow';
  readonly row: number;
  readonly law: Law;
}

/** Leaves the tensor and the generator as they are, with a warning where that may not be what was meant. */
interface UntouchedLaw {
  readonly kind: 'untouched';
  readonly warning?: string;
}

/** U[from, to). */
interface UniformLaw {
  readonly kind: 'uniform';
  readonly from: number;
  readonly to: number;
}

/** N(mean, std²). */
interface NormalLaw {
  readonly kind: 'normal';
  readonly mean: number;
  readonly std: number;
}

/** N(mean, std²) restricted to [a, b], then multiplied by `scale` and moved by `shift`. */
export interface TruncatedNormalLaw {
  readonly kind: 'truncatedNormal';
  readonly mean: number;
  readonly std: number;
  readonly a: number;
  readonly b: number;
  readonly method: TruncationMethod;
  readonly scale: number;
  readonly shift: number;
}

/** `'rejection'`: PyTorch ≥ 2.12 · `'inverse'`: PyTorch ≤ 2.11 and timm, through the inverse error function. */
export type TruncationMethod = 'rejection' | 'inverse';

/** Every element the same. */
interface ConstantLaw {
  readonly kind: 'constant';
  readonly value: number;
}
