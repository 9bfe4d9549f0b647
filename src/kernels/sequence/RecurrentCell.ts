import type { Floats } from '../../numerics/numbers.js';

/** One time step of a batch. Every array holds the rows of this step alone, one for each sample. */
export interface RecurrentStep {
  /** Hidden units. */
  readonly size: number;
  /**
   * The gates, [batch, gates·size], in PyTorch's order. Comes in as sums, goes out as what the gradient needs. Without
   * {@link RecurrentCell.isAdditive} these are the input's sums alone.
   */
  readonly gates: Floats;
  /** The hidden state's sums, [batch, gates·size]; the same array as `gates` for an additive cell. */
  readonly recurrent: Floats;
  /** The hidden state before the step, [batch, size]. */
  readonly before: Floats;
  /** The hidden state after the step, [batch, size]. */
  readonly after: Floats;
  /** The cell state before and after the step, [batch, size]; empty for cells without one. */
  readonly cellBefore: Floats;
  readonly cellAfter: Floats;
}

/** What a kind of recurrent layer does in one time step, and the gradient of that. */
export interface RecurrentCell {
  /** Sums that a hidden unit needs: the weights have this many rows for each. */
  readonly gates: number;
  /** Whether the gates need only the sum of what the input and the hidden state give, not each for itself. */
  readonly isAdditive: boolean;
  /** Whether a cell state is passed on beside the hidden state. */
  readonly hasCellState: boolean;
  /** Writes `after` and `cellAfter`, and leaves in `gates` and `recurrent` what {@link stepBack} needs. */
  step(step: RecurrentStep): void;
  /**
   * Goes one step back. Leaves in `gates` and `recurrent` the gradients of the sums that came in; what `cellAfter`
   * held is lost.
   * @param byHidden the gradient of `after`; becomes that of `before`, as far as it does not go through the sums
   * @param byCell the gradient of `cellAfter`; becomes that of `cellBefore`
   */
  stepBack(step: RecurrentStep, byHidden: Floats, byCell: Floats): void;
}
