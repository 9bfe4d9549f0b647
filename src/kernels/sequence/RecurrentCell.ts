import type { Floats } from '../../numerics/numbers.js';

/** One time step of a batch. Every array holds the rows of this step only, one row for each sample. */
export interface RecurrentStep {
  /** The number of hidden units. */
  readonly size: number;
  /**
   * The gates, [batch, gateCount·size], in PyTorch's order. Before the step they are weighted sums. After it they are the values
   * that the gradient needs. For a cell that is not additive, these are the sums of the input only.
   */
  readonly gates: Floats;
  /** The weighted sums of the hidden state, [batch, gateCount·size]. For an additive cell this is the array `gates`. */
  readonly recurrent: Floats;
  /** The hidden state before the step, [batch, size]. */
  readonly before: Floats;
  /** The hidden state after the step, [batch, size]. */
  readonly after: Floats;
  /** The cell state before the step, [batch, size]; empty for cells without one. */
  readonly cellBefore: Floats;
  /** The cell state after the step, [batch, size]; empty for cells without one. */
  readonly cellAfter: Floats;
}

/** The computation of a recurrent layer in one time step, and its gradient. */
export interface RecurrentCell {
  /** The number of weighted sums per hidden unit, which is the number of rows of the weights per hidden unit. */
  readonly gateCount: number;
  /** Whether the gates need only the sum of the input's part and the hidden state's part, and not each part alone. */
  readonly isAdditive: boolean;
  /** Whether the cell has a cell state beside the hidden state. */
  readonly hasCellState: boolean;
  /** Writes `after` and `cellAfter`, and leaves in `gates` and `recurrent` the values that {@link stepBack} needs. */
  step(step: RecurrentStep): void;
  /**
   * Computes the gradient of one step. Replaces `gates` and `recurrent` by the gradients of the weighted sums, and overwrites
   * `cellAfter`.
   * @param byHidden the gradient of `after`; is replaced by the part of the gradient of `before` that does not pass through the
   *   weighted sums
   * @param byCell the gradient of `cellAfter`; is replaced by the gradient of `cellBefore`
   */
  stepBack(step: RecurrentStep, byHidden: Floats, byCell: Floats): void;
}
