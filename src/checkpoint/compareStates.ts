import { namesByElements } from '../tensor/namesByElements.js';
import type { Tensor } from '../tensor/Tensor.js';

/** A tensor that differs between two states, or that only one of them has. */
export interface Difference {
  readonly name: string;
  readonly kind: 'missing' | 'extra' | 'dtype' | 'shape' | 'bits';
  /** A text for the user: 'expected float64, found float32'. */
  readonly detail: string;
}

/**
 * All differences between two states. Tensors are compared bit by bit. Of tied tensors, a file needs to have only one.
 */
export function compareStates(expected: ReadonlyMap<string, Tensor>, found: ReadonlyMap<string, Tensor>): Difference[] {
  const names = namesByElements(expected);
  const differences: Difference[] = [];
  for (const [name, tensor] of expected) {
    const other = found.get(name);
    if (other === undefined && names.get(name)?.some((tied) => found.has(tied))) continue;
    const difference = other ? compare(tensor, other) : ({ kind: 'missing', detail: 'not in the file' } as const);
    if (difference) differences.push({ name, ...difference });
  }
  for (const name of found.keys()) {
    if (!expected.has(name)) differences.push({ name, kind: 'extra', detail: 'not in the model' });
  }
  return differences;
}

function compare(expected: Tensor, found: Tensor): Omit<Difference, 'name'> | undefined {
  if (expected.dtype !== found.dtype) {
    return { kind: 'dtype', detail: `expected ${expected.dtype}, found ${found.dtype}` };
  }
  if (String(expected.shape) !== String(found.shape)) {
    return { kind: 'shape', detail: `expected [${expected.shape.join(', ')}], found [${found.shape.join(', ')}]` };
  }
  const count = countDifferent(bytesOf(expected), bytesOf(found), expected.data.BYTES_PER_ELEMENT);
  if (count === 0) return undefined;
  return { kind: 'bits', detail: `${count.toLocaleString('en')} of ${expected.numel.toLocaleString('en')} elements` };
}

function bytesOf({ data }: Tensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** The number of elements with different bytes, so that −0 differs from 0, and a NaN equals only the same NaN. */
function countDifferent(a: Uint8Array, b: Uint8Array, size: number): number {
  let count = 0;
  for (let i = 0; i < a.length; i++) {
    if (a[i] === b[i]) continue;
    count++;
    i += size - 1 - (i % size);
  }
  return count;
}
