import { namesByElements } from '../tensor/namesByElements.js';
import { equalShapes, formatShape } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import type { TensorForm, TensorSource } from './TensorSource.js';

/** A tensor that differs between two states, or that only one of them has. */
export interface Difference {
  readonly name: string;
  readonly kind: 'missing' | 'extra' | 'dtype' | 'shape' | 'bits';
  /** A text for the user: 'expected float64, found float32'. */
  readonly detail: string;
}

/**
 * All differences between two states. No element is read here. Of tied tensors, a file needs to have only one.
 * @param forms the tensors that were found
 * @param count the number of different elements of a tensor whose form is the expected one; it is called for one tensor after another
 */
export function compareStates(
  expected: ReadonlyMap<string, Tensor>,
  forms: TensorSource['forms'],
  count: (name: string, tensor: Tensor) => number,
): Difference[] {
  const names = namesByElements(expected);
  const differences: Difference[] = [];
  for (const [name, tensor] of expected) {
    const form = forms.get(name);
    if (form === undefined && names.get(name)?.some((tied) => forms.has(tied))) continue;
    const difference = form
      ? (compareForms(tensor, form) ?? describeCount(count(name, tensor), tensor.numel))
      : ({ kind: 'missing', detail: 'not in the file' } as const);
    if (difference) differences.push({ name, ...difference });
  }
  for (const name of forms.keys()) {
    if (!expected.has(name)) differences.push({ name, kind: 'extra', detail: 'not in the model' });
  }
  return differences;
}

/** Whether a tensor has the expected dtype and shape, so that its elements can be compared. */
export function isComparable(expected: TensorForm, found: TensorForm | undefined): boolean {
  return found !== undefined && compareForms(expected, found) === undefined;
}

function compareForms(expected: TensorForm, found: TensorForm): Omit<Difference, 'name'> | undefined {
  if (expected.dtype !== found.dtype) {
    return { kind: 'dtype', detail: `expected ${expected.dtype}, found ${found.dtype}` };
  }
  if (equalShapes(expected.shape, found.shape)) return undefined;
  return { kind: 'shape', detail: `expected ${formatShape(expected.shape)}, found ${formatShape(found.shape)}` };
}

function describeCount(count: number, numel: number): Omit<Difference, 'name'> | undefined {
  if (count === 0) return undefined;
  return { kind: 'bits', detail: `${count.toLocaleString('en')} of ${numel.toLocaleString('en')} elements` };
}

/** The number of elements of two tensors, of the same dtype and shape, that differ in their bits. */
export function differentElements(a: Tensor, b: Tensor): number {
  return countDifferent(bytesOf(a), bytesOf(b), a.data.BYTES_PER_ELEMENT);
}

function bytesOf({ data }: Tensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** The number of elements of `size` bytes with different bytes, so that −0 differs from 0, and a NaN equals only the same NaN. */
export function countDifferent(a: Uint8Array, b: Uint8Array, size: number): number {
  let count = 0;
  for (let i = 0; i < a.length; i++) {
    if (a[i] === b[i]) continue;
    count++;
    i += size - 1 - (i % size);
  }
  return count;
}
