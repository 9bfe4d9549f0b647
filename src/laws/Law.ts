/**
 * The distribution or pattern that a tensor is filled by: plain data that does not depend on the tensor's contents. An
 * initialiser turns a shape and a dtype into a law. What can be done with the laws of one kind is in the file of that kind.
 */
export type Law =
  | UniformLaw
  | NormalLaw
  | TruncatedNormalLaw
  | ConstantLaw
  | EyeLaw
  | DiracLaw
  | LstmForgetBiasLaw
  | OrthogonalLaw
  | DeltaOrthogonalLaw
  | SparseLaw
  | BlocksLaw
  | OverwritingLaw
  | ZeroRowLaw
  | UntouchedLaw;

/** U[from, to). */
export interface UniformLaw {
  readonly kind: 'uniform';
  readonly from: number;
  readonly to: number;
}

/** N(mean, std²). */
export interface NormalLaw {
  readonly kind: 'normal';
  readonly mean: number;
  readonly std: number;
}

/** N(mean, std²) restricted to [a, b], then multiplied by `scale` and shifted by `shift`. */
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

/** Every element is `value`. */
export interface ConstantLaw {
  readonly kind: 'constant';
  readonly value: number;
}

/** The identity matrix. */
export interface EyeLaw {
  readonly kind: 'eye';
}

/** A convolution's weight that passes its input channels through, in each of `groups` groups of output channels. */
export interface DiracLaw {
  readonly kind: 'dirac';
  readonly groups: number;
}

/** The bias of an LSTM layer: `value` for the forget gate, 0 for the other gates. */
export interface LstmForgetBiasLaw {
  readonly kind: 'lstmForgetBias';
  readonly value: number;
}

/** A matrix with orthonormal rows or columns, whichever are fewer, times `gain`. */
export interface OrthogonalLaw {
  readonly kind: 'orthogonal';
  readonly gain: number;
}

/** A convolution's weight with an orthogonal matrix at the kernel's centre, and 0 elsewhere. */
export interface DeltaOrthogonalLaw {
  readonly kind: 'deltaOrthogonal';
  readonly gain: number;
}

/** N(0, std²) with the fraction `sparsity` of each column set to 0. */
export interface SparseLaw {
  readonly kind: 'sparse';
  readonly sparsity: number;
  readonly std: number;
}

/** Each of `count` equal blocks of rows is filled by `law`, one block after another. */
export interface BlocksLaw {
  readonly kind: 'blocks';
  readonly count: number;
  readonly law: Law;
}

/** `discarded` is drawn, then `law` over it. The stream moves by the words of both. */
export interface OverwritingLaw {
  readonly kind: 'overwriting';
  readonly discarded: Law;
  readonly law: Law;
}

/** The tensor is filled by `law`, then one row is set to 0. */
export interface ZeroRowLaw {
  readonly kind: 'zeroRow';
  readonly row: number;
  readonly law: Law;
}

/** The tensor and the generator stay as they are. `warning` is printed. It says why the user may not have intended this. */
export interface UntouchedLaw {
  readonly kind: 'untouched';
  readonly warning?: string;
}
