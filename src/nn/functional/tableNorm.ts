import { skipsWork } from '../../kernels/dryRun.js';
import { checkNumber } from '../../numerics/checkNumber.js';
import { fromNumbers, type Numbers } from '../../numerics/numbers.js';
import { numbersOf } from '../../tensor/Dense.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { floatDtype } from './floatDtype.js';

/** How the rows of a table are limited, and how often rows count in the gradient. */
export interface TableOptions {
  /**
   * The largest norm of a selected row. A row with a larger norm is scaled to this norm, in the table itself, before it is
   * used. Default: null (no limit).
   */
  maxNorm?: number | null | undefined;
  /** The p of the norm (Σ|x|ᵖ)^(1/p) that `maxNorm` limits; ∞ is the largest |x|. Default: 2. */
  normType?: number | undefined;
  /** Whether the gradient of a row is divided by the number of times that the input selects it. Default: false. */
  scaleGradByFreq?: boolean | undefined;
}

/** The defaults of {@link TableOptions}. */
export const TABLE_NORM = { maxNorm: null, normType: 2, scaleGradByFreq: false } as const;

/** PyTorch's order of these options by position. */
export const TABLE_ORDER = ['maxNorm', 'normType', 'scaleGradByFreq'] as const;

/** The option of PyTorch that tables lack. */
export const DENSE_ONLY = { sparse: 'all gradients are dense' } as const;

/** PyTorch adds this number to a norm before it divides by it. */
const SMALLEST = 1e-7;

/**
 * Scales the given rows of a table to the norm `maxNorm` where theirs is larger, in place (`torch.embedding_renorm_`).
 * @param weight the table, `[rows, columns]`; the gradient of later operations is that of the scaled rows
 * @param rows indices of rows, all inside the table
 */
export function renormalizeRows(weight: Tensor, rows: Numbers, maxNorm: number | null, normType: number): void {
  if (maxNorm === null || skipsWork()) return;
  // The table may be computed, but a copy of a part would be changed for nothing.
  weight.detach().checkWritable('embedding_renorm_');
  const dtype = floatDtype('embedding_renorm_', weight);
  const { data } = weight;
  const [, columns] = weight.shape;
  const table = numbersOf(weight);
  for (const row of new Set(rows)) {
    const elements = table.subarray(row * columns, (row + 1) * columns);
    const norm = normOf(elements, normType);
    if (!(norm > maxNorm)) continue;
    const factor = maxNorm / (norm + SMALLEST);
    const scale = dtype === 'float64' ? factor : Math.fround(factor);
    for (let j = 0; j < columns; j++) elements[j] *= scale;
    data.set(fromNumbers(elements, dtype) as never, row * columns);
  }
}

/**
 * For each index, the number by which the gradient of its row is divided: how often the indices select the row, or 1.
 * @param scaleGradByFreq whether the gradient is divided
 */
export function frequenciesOf(rows: Numbers, scaleGradByFreq: boolean): (row: number) => number {
  if (!scaleGradByFreq) return () => 1;
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(row, (counts.get(row) ?? 0) + 1);
  return (row) => counts.get(row) ?? 1;
}

/** Checks the numbers of {@link TableOptions}. */
export function checkTableNorm(maxNorm: number | null, normType: number): void {
  if (maxNorm !== null) checkNumber('max_norm', maxNorm);
  checkNumber('norm_type', normType);
}

/** The p-norm of a row, rounded to float32 unless the table is float64. */
function normOf(elements: Numbers, p: number): number {
  let [sum, largest, smallest] = [0, 0, Infinity];
  for (let j = 0; j < elements.length; j++) {
    const size = Math.abs(elements[j]);
    sum += p === 2 ? size * size : p === 0 ? Number(size !== 0) : size ** p;
    largest = Math.max(largest, size);
    smallest = Math.min(smallest, size);
  }
  if (p === Infinity) return largest;
  if (p === -Infinity) return smallest;
  const norm = p === 2 ? Math.sqrt(sum) : p === 0 ? sum : sum ** (1 / p);
  return elements instanceof Float64Array ? norm : Math.fround(norm);
}
