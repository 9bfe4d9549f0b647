import type { Floats } from '../../numerics/numbers.js';
import { skipsWork } from '../dryRun.js';
import { exponentiate } from '../elementwise/exponential.js';
import type { Matrix } from '../linear/Matrix.js';

/** The options with which a matrix of scores becomes weights. */
export interface Scoring {
  /** The factor of the scores. */
  readonly scale: number;
  /** The matrix that is added to the scaled scores; −∞ excludes a key. */
  readonly mask: Matrix | null;
  /** Whether row i sees only the columns 0 to i. */
  readonly isCausal: boolean;
  /** The weight in a row that sees no column. */
  readonly unattended: number;
}

/** Replaces scores by weights: the softmax of each row of the row-major matrix at index `at`. */
export function softmaxScores(scores: Floats, at: number, rows: number, columns: number, scoring: Scoring): void {
  if (skipsWork()) return;
  const { scale, mask, isCausal, unattended } = scoring;
  const stop = at + rows * columns;
  for (let row = 0, start = at; start < stop; row++, start += columns) {
    const end = start + (isCausal ? Math.min(row + 1, columns) : columns);
    let largest = -Infinity;
    if (mask) {
      let from = mask.offset + row * mask.rowStride;
      for (let i = start; i < end; i++, from += mask.columnStride) {
        scores[i] = scores[i] * scale + mask.data[from];
        if (scores[i] > largest) largest = scores[i];
      }
    } else {
      for (let i = start; i < end; i++) {
        scores[i] *= scale;
        if (scores[i] > largest) largest = scores[i];
      }
    }
    if (largest !== -Infinity) for (let i = start; i < end; i++) scores[i] -= largest;
    scores.fill(-Infinity, end, start + columns);
  }
  exponentiate('exp', scores, at, stop);
  for (let row = 0, start = at; start < stop; row++, start += columns) {
    const end = start + (isCausal ? Math.min(row + 1, columns) : columns);
    let sum = 0;
    for (let i = start; i < end; i++) sum += scores[i];
    if (sum === 0) scores.fill(unattended, start, end);
    else {
      const share = 1 / sum;
      for (let i = start; i < end; i++) scores[i] *= share;
    }
  }
}

/**
 * Replaces the gradient of the weights by the gradient of the unscaled scores.
 * @param weights a row-major matrix at index `at`
 * @param gradient a row-major matrix at index 0
 * @param maskGradient the gradient of the mask, to which the gradient of the scaled scores is added
 */
export function scoreGradients(
  weights: Floats,
  at: number,
  rows: number,
  columns: number,
  scale: number,
  gradient: Floats,
  maskGradient: Matrix | null,
): void {
  for (let row = 0, start = 0; row < rows; row++, start += columns) {
    const end = start + columns;
    let product = 0;
    for (let i = start; i < end; i++) product += weights[at + i] * gradient[i];
    for (let i = start; i < end; i++) gradient[i] = weights[at + i] * (gradient[i] - product);
    if (maskGradient) {
      const { data, columnStride } = maskGradient;
      let to = maskGradient.offset + row * maskGradient.rowStride;
      for (let i = start; i < end; i++, to += columnStride) data[to] += gradient[i];
    }
    for (let i = start; i < end; i++) gradient[i] *= scale;
  }
}
