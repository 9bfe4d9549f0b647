import { checkFinite } from '../numerics/checkNumber.js';
import type { DType } from '../numerics/DType.js';
import { checkFits } from '../tensor/checkFits.js';
import { numelOf, type Shape } from '../tensor/Shape.js';
import { bindLaw } from './bindLaw.js';
import { checkFloatDType } from './checkFloatDType.js';
import type { DiracLaw, EyeLaw, LstmForgetBiasLaw } from './Law.js';
import type { LawOperations, Moments } from './LawOperations.js';
import { writeAt, writePieces } from './writeElements.js';

/** The identity matrix. */
export function eyeLaw(): EyeLaw {
  return bindLaw({ kind: 'eye' }, EYE);
}

/** A convolution's weight, [out, in, …kernel], that passes its input channels through. */
export function diracLaw(groups: number): DiracLaw {
  return bindLaw({ kind: 'dirac', groups }, DIRAC);
}

/** The bias of an LSTM layer: `value` for the forget gate, 0 for the other gates. */
export function lstmForgetBiasLaw(value: number): LstmForgetBiasLaw {
  return bindLaw({ kind: 'lstmForgetBias', value }, LSTM_FORGET_BIAS);
}

export const EYE = valueAtIndices<EyeLaw>({
  indices: (_law, shape) => eyeIndices(shape),
  valueFor: () => 1,
  check() {},
});

export const DIRAC = valueAtIndices<DiracLaw>({
  indices: ({ groups }, shape) => diracIndices(shape, groups),
  valueFor: () => 1,
  check() {},
});

export const LSTM_FORGET_BIAS = valueAtIndices<LstmForgetBiasLaw>({
  indices: (_law, shape) => forgetGateIndices(shape),
  valueFor: ({ value }) => value,
  check: ({ kind, value }, dtype) => checkFits(checkFinite('value', value), checkFloatDType(kind, dtype)),
});

/** What distinguishes one law of this file from another. */
interface Structure<L> {
  /** Indices of the elements, in row-major order, that have the value. */
  indices(law: L, shape: Shape): Iterable<number>;
  valueFor(law: L): number;
  check(law: L, dtype: DType): void;
}

/** The operations of laws that set the elements at some indices to one value, and the other elements to 0. */
function valueAtIndices<L>({ indices, valueFor, check }: Structure<L>): LawOperations<L> {
  return {
    check,

    moments: (law, shape) => fractionMoments(countOf(indices(law, shape)), numelOf(shape), valueFor(law)),

    positionAfter: (_law, _shape, _dtype, position) => position,

    *write(law, tensor) {
      yield* writePieces(tensor, (piece) => piece.zero_());
      writeAt(tensor, indices(law, tensor.shape), valueFor(law));
    },

    cost: (_law, shape) => numelOf(shape),
  };
}

/** The moments where `count` of `total` elements are `value`, and the others 0. */
function fractionMoments(count: number, total: number, value: number): Moments {
  const p = total === 0 ? 0 : count / total;
  const min = p === 1 ? value : Math.min(0, value);
  const max = p === 1 ? value : Math.max(0, value);
  return { mean: p * value, std: Math.abs(value) * Math.sqrt(p * (1 - p)), min, max };
}

function countOf(indices: Iterable<number>): number {
  let count = 0;
  for (const _ of indices) count++;
  return count;
}

/** The diagonal of a matrix. */
function* eyeIndices([rows, columns]: Shape): IterableIterator<number> {
  for (let i = 0; i < Math.min(rows, columns); i++) yield i * columns + i;
}

/** The kernel's centre, the upper one of two, wherever the output channel has the index of the input channel in its group. */
function* diracIndices([outputs, inputs, ...kernel]: Shape, groups: number): IterableIterator<number> {
  const kernelSize = numelOf(kernel);
  if (kernelSize === 0) return;
  const centre = kernel.reduce((index, size) => index * size + Math.floor(size / 2), 0);
  const perGroup = outputs / groups;
  for (let output = 0; output < outputs; output++) {
    const channel = output % perGroup;
    if (channel < inputs) yield (output * inputs + channel) * kernelSize + centre;
  }
}

/** The second of the four gates i, f, g, o. */
function* forgetGateIndices([size]: Shape): IterableIterator<number> {
  for (let i = size / 4; i < size / 2; i++) yield i;
}
