import type { Floats } from '../../numerics/numbers.js';
import { skipsWork } from '../dryRun.js';
import { exponentiate } from '../elementwise/exponential.js';
import type { Matrix } from '../linear/Matrix.js';

/** What becomes of a matrix of scores before and while it turns into weights. */
export interface Scoring {
  /** Factor of the scores. */
  readonly scale: number;
  /** Added to the scaled scores; −∞ leaves a key out. */
  readonly mask: Matrix | null;
  /** Whether row i sees columns 0 to i alone. */
  readonly isCausal: boolean;
  /** Weights of a row that may see no column. */
  readonly unattended: number;
}

/** Turns scores into weights, in place: the softmax of each row of the row-major matrix at `at`. */
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
 * Turns the gradient of weights into that of the unscaled scores, in place.
 * @param weights row-major at `at`
 * @param gradient row-major from 0 on
 * @param maskGradient what the gradient of the scaled scores is added to: the gradient of their mask
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
