import { sparesWork } from './dryRun.js';
import type { Matrix } from './Matrix.js';

type Floats = Matrix['data'];

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
  if (sparesWork()) return;
  const { scale, mask, isCausal, unattended } = scoring;
  for (let row = 0, start = at; row < rows; row++, start += columns) {
    const visible = isCausal ? Math.min(row + 1, columns) : columns;
    const end = start + visible;
    let largest = -Infinity;
    if (mask) {
      let from = mask.offset + row * mask.rowStride;
      for (let i = start; i < end; i++, from += mask.columnStride) {
        scores[i] = scores[i] * scale + mask.data[from];
        largest = Math.max(largest, scores[i]);
      }
    } else {
      for (let i = start; i < end; i++) {
        scores[i] *= scale;
        largest = Math.max(largest, scores[i]);
      }
    }
    if (largest === -Infinity) scores.fill(unattended, start, end);
    else {
      let sum = 0;
      for (let i = start; i < end; i++) {
        scores[i] = Math.exp(scores[i] - largest);
        sum += scores[i];
      }
      for (let i = start; i < end; i++) scores[i] /= sum;
    }
    scores.fill(0, end, start + columns);
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
