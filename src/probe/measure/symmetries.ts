import type { Numbers } from '../../numerics/numbers.js';
import { type Dense, numbersOf } from '../../tensor/Dense.js';
import type { Symmetry } from '../Probe.js';

/** The largest number of different gradients that equal rows are compared with. */
const MOST_GRADIENTS = 8;

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
  let largest = 0;
  for (let i = 0; i < g.length; i++) largest = Math.max(largest, Math.abs(g[i]));
  const seen = new Map<number, number[]>();
  let rows = 0;
  for (let row = 0; row < of; row++) {
    const hash = hashOf(w, row * size, size);
    const earlier = seen.get(hash) ?? [];
    const isRepeated = earlier.some(
      (other) => areEqual(w, row, other, size, 0) && areEqual(g, row, other, size, largest * 1e-6),
    );
    if (isRepeated) rows++;
    else if (earlier.length < MOST_GRADIENTS) seen.set(hash, [...earlier, row]);
  }
  return rows === 0 ? null : { path, rows, of };
}

/** FNV-1a over the numbers, rounded to float32. */
function hashOf(numbers: Numbers, start: number, length: number): number {
  const bits = new Int32Array(Float32Array.from(numbers.subarray(start, start + length), (x) => x + 0).buffer);
  let hash = 0x811c9dc5;
  for (let i = 0; i < bits.length; i++) hash = Math.imul(hash ^ bits[i], 0x01000193);
  return hash;
}

function areEqual(numbers: Numbers, row: number, other: number, size: number, tolerance: number): boolean {
  for (let i = 0; i < size; i++) {
    if (!(Math.abs(numbers[row * size + i] - numbers[other * size + i]) <= tolerance)) return false;
  }
  return true;
}
