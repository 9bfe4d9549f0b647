import type { Numbers } from '../../numerics/numbers.js';
import { type Dense, numbersOf } from '../../tensor/Dense.js';
import { KNOWN_ROWS } from '../knownRows.js';
import type { Symmetry } from '../Probe.js';

/** The largest number of different gradients that equal rows are compared with. */
const MOST_GRADIENTS = 8;

/** Gradients whose difference is at most this share of the largest gradient are equal. */
const ROUNDING = 1e-6;

/**
 * The rows of a weight that equal an earlier row, and whose gradient equals that of the earlier row: training keeps them equal. The
 * work is linear in the number of elements.
 * @param weight at least two dimensions; a row is what one output reads
 * @returns `null` if there are none
 */
export function symmetryOf(path: string, weight: Dense, gradient: Dense): Symmetry | null {
  const [of] = weight.shape;
  if (weight.shape.length < 2 || of < 2) return null;
  const w = numbersOf(weight);
  const g = numbersOf(gradient);
  const size = w.length / of;
  let tolerance: number | undefined;
  const single = w instanceof Float32Array ? w : Float32Array.from(w);
  const bits = new Int32Array(single.buffer, single.byteOffset, single.length);
  const seen = new Map<number, number[]>();
  let rows = 0;
  const firstEqual: number[] = [];
  for (let row = 0; row < of; row++) {
    const hash = hashOf(bits, row * size, size);
    const earlier = seen.get(hash) ?? [];
    const first = earlier.find((other) => {
      if (!areEqual(w, row, other, size, 0)) return false;
      tolerance ??= ROUNDING * largestOf(g);
      return areEqual(g, row, other, size, tolerance);
    });
    if (row < KNOWN_ROWS) firstEqual.push(first ?? row);
    if (first !== undefined) rows++;
    else if (earlier.length < MOST_GRADIENTS) seen.set(hash, [...earlier, row]);
  }
  return rows === 0 ? null : { path, rows, of, firstEqual };
}

/** FNV-1a over the bits of the numbers as float32. */
function hashOf(bits: Int32Array, start: number, length: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < start + length; i++) hash = Math.imul(hash ^ bits[i], 0x01000193);
  return hash;
}

function largestOf(numbers: Numbers): number {
  let largest = 0;
  for (let i = 0; i < numbers.length; i++) largest = Math.max(largest, Math.abs(numbers[i]));
  return largest;
}

function areEqual(numbers: Numbers, row: number, other: number, size: number, tolerance: number): boolean {
  for (let i = 0; i < size; i++) {
    if (!(Math.abs(numbers[row * size + i] - numbers[other * size + i]) <= tolerance)) return false;
  }
  return true;
}
