import { ArgumentError } from '../errors.js';

/**
 * What the elements of one tensor are to be: plain data, independent of the tensor's contents. An initialiser
 * turns a shape into a law; `fillLaw` is the one place that turns a law into numbers.
 */
export type Law =
  | UniformLaw
  | NormalLaw
  | TruncatedNormalLaw
  | ConstantLaw
  | { readonly kind: 'eye' }
  | { readonly kind: 'dirac'; readonly groups: number }
  | { readonly kind: 'orthogonal'; readonly gain: number }
  | { readonly kind: 'sparse'; readonly sparsity: number; readonly std: number }
  | { readonly kind: 'lstmForgetBias'; readonly value: number }
  | BlocksLaw
  | UntouchedLaw;

/** Each of `count` equal blocks of rows filled by itself, one after another. */
interface BlocksLaw {
  readonly kind: 'blocks';
  readonly count: number;
  readonly law: Law;
}

/** Leaves the tensor and the generator as they are, with a warning where that may not be what was meant. */
interface UntouchedLaw {
  readonly kind: 'untouched';
  readonly warning?: string;
}

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
export interface ConstantLaw {
  readonly kind: 'constant';
  readonly value: number;
}

export function constantLaw(value: number): ConstantLaw {
  return { kind: 'constant', value: checkNumber('value', value) };
}

export function uniformLaw(from: number, to: number): UniformLaw {
  checkFinite('from', from);
  checkFinite('to', to);
  if (from > to) {
    throw new ArgumentError(
      `uniform_ expects to return a [from, to) range, but found from=${from} > to=${to}; swap the bounds`,
    );
  }
  return { kind: 'uniform', from, to };
}

export function normalLaw(mean: number, std: number): NormalLaw {
  checkFinite('mean', mean);
  checkFinite('std', std);
  if (std < 0) throw new ArgumentError(`normal expects std >= 0.0, but found std ${std}`);
  return { kind: 'normal', mean, std };
}

export function truncatedNormalLaw(law: Omit<TruncatedNormalLaw, 'kind'>): TruncatedNormalLaw {
  const { mean, std, a, b, method, scale, shift } = law;
  for (const [name, value] of Object.entries({ mean, std, a, b, scale, shift })) checkFinite(name, value);
  if (std <= 0) throw new ArgumentError(`a truncated normal expects std > 0.0, but found std ${std}`);
  if (a >= b) throw new ArgumentError(`a truncated normal expects a < b, but found a=${a} and b=${b}`);
  if (method !== 'rejection' && method !== 'inverse') {
    throw new ArgumentError(`method is 'rejection' or 'inverse', found ${String(method)}`);
  }
  return { kind: 'truncatedNormal', mean, std, a, b, method, scale, shift };
}

/** Returns `value` if it is a finite number. */
export function checkFinite(name: string, value: number): number {
  if (!Number.isFinite(value)) {
    throw new ArgumentError(`${name} is out of bounds for float: expected a finite number, found ${String(value)}`);
  }
  return value;
}

/** Returns `value` if it is a number at all; infinities and NaN are numbers. */
function checkNumber(name: string, value: number): number {
  if (typeof value !== 'number') throw new ArgumentError(`${name} is a number, found ${String(value)}`);
  return value;
}
