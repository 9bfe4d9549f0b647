import type { Floats } from '../../numerics/numbers.js';
import { rowMajor, transposeOf } from '../linear/Matrix.js';
import { keepRightFactor, multiplyMatrices } from '../linear/matmul.js';
import type { RecurrentCell, RecurrentStep } from './RecurrentCell.js';

/** The inputs of a run. All arrays are stored row by row and have one dtype. */
export interface RecurrentSetup {
  readonly cell: RecurrentCell;
  readonly steps: number;
  readonly batch: number;
  /** The number of hidden units. */
  readonly hidden: number;
  /** The size of the hidden state: `hidden`, or fewer with `weightHr`. */
  readonly size: number;
  /** The input's part of the gates, [steps, batch, gateCount·hidden]. The run writes to this array. */
  readonly gates: Floats;
  /** The weights of the hidden state, [gateCount·hidden, size]. */
  readonly weightHh: Floats;
  /** The bias, [gateCount·hidden], for cells that are not additive. `gates` contains the bias of additive cells. */
  readonly biasHh: Floats | null;
  /** The weights that project hidden states, [size, hidden]. */
  readonly weightHr: Floats | null;
  /** The initial hidden state, [batch, size], and the initial cell state, [batch, hidden]. Default: zeros. */
  readonly initial: readonly Floats[];
  /** Whether the run goes from the last step to the first. */
  readonly reverse: boolean;
}

/**
 * The forward and the backward pass of one cell over one sequence.
 *
 * *Method:* one array holds the initial hidden state and the hidden states of all steps. So the states before all steps form a
 * matrix, and the gradient of the weights is one matrix product. In the backward pass, gradients replace the gates.
 */
export class RecurrentRun {
  /** The indices of the steps in the order of the run. */
  readonly order: readonly number[];
  /** The hidden states after each step, [steps, batch, size]. */
  readonly output: Floats;
  private readonly setup: RecurrentSetup;
  /** The number of columns of the gates. */
  private readonly width: number;
  /** The hidden states' part of the gates, [steps, batch, width]. For an additive cell this is the array of gates. */
  private readonly recurrent: Floats;
  /** The hidden states before each step, [steps, batch, size]. */
  private readonly before: Floats;
  /** The cell states before each step, [steps, batch, hidden]; empty for cells without one. */
  private readonly cellBefore: Floats;
  /** The cell states after each step, [steps, batch, hidden]; empty for cells without one. */
  private readonly cellAfter: Floats;
  /** The hidden states before the projection, [steps, batch, hidden]. */
  private readonly unprojected: Floats;

  constructor(setup: RecurrentSetup) {
    const { cell, steps, batch, hidden, size, initial, reverse } = setup;
    this.setup = setup;
    this.width = cell.gateCount * hidden;
    this.order = Array.from({ length: steps }, (_, i) => (reverse ? steps - 1 - i : i));
    this.recurrent = cell.isAdditive ? setup.gates : this.create(setup.gates.length);
    [this.before, this.output] = this.createStates(batch * size, initial[0]);
    [this.cellBefore, this.cellAfter] = this.createStates(cell.hasCellState ? batch * hidden : 0, initial[1]);
    this.unprojected = setup.weightHr ? this.create(steps * batch * hidden) : this.output;
  }

  /** Computes all steps. */
  forward(): void {
    const { cell, batch, hidden, size, biasHh, weightHh, weightHr } = this.setup;
    const { recurrent, width } = this;
    const byState = transposeOf(rowMajor(weightHh, size));
    const projection = weightHr && transposeOf(rowMajor(weightHr, hidden));
    if (biasHh) for (let at = 0; at < recurrent.length; at += width) recurrent.set(biasHh, at);
    keepRightFactor(size, width, byState, (multiplyByState) => {
      for (const t of this.order) {
        const step = this.stepAt(t);
        multiplyByState(batch, rowMajor(step.before, size), rowMajor(step.recurrent, width), true);
        cell.step(step);
        if (!projection) continue;
        const after = rowMajor(this.output, size, t * batch * size);
        multiplyMatrices(batch, hidden, size, rowMajor(step.after, hidden), projection, after);
      }
    });
  }

  /**
   * Computes the gradients of all steps. It overwrites the values of the forward pass, so it can run only once.
   * @param byOutput the gradient of {@link output}
   * @param byFinalCell the gradient of the last cell state, or `null`
   * @returns the gradients of the two parts of the gates, of the weights, and of the initial states
   */
  backward(byOutput: Floats, byFinalCell: Floats | null) {
    const { cell, steps, batch, hidden, size, gates } = this.setup;
    const { recurrent, width } = this;
    const weightHh = rowMajor(this.setup.weightHh, size);
    const weightHr = this.setup.weightHr && rowMajor(this.setup.weightHr, hidden);
    const byWeightHh = this.create(width * size);
    const byWeightHr = this.create(weightHr ? size * hidden : 0);
    const byHidden = this.create(batch * size);
    const byCell = byFinalCell?.slice() ?? this.create(cell.hasCellState ? batch * hidden : 0);
    const byUnprojected = weightHr ? this.create(batch * hidden) : byHidden;
    keepRightFactor(width, size, weightHh, (multiplyByWeight) => {
      for (const t of this.order.toReversed()) {
        const step = this.stepAt(t);
        for (let i = 0, from = t * batch * size; i < byHidden.length; i++, from++) byHidden[i] += byOutput[from];
        const slope = rowMajor(byHidden, size);
        if (weightHr) {
          const after = rowMajor(step.after, hidden);
          multiplyMatrices(size, batch, hidden, transposeOf(slope), after, rowMajor(byWeightHr, hidden), true);
          multiplyMatrices(batch, size, hidden, slope, weightHr, rowMajor(byUnprojected, hidden));
        }
        cell.stepBack(step, byUnprojected, byCell);
        // Without a projection, the cell left in `slope` the part of the gradient that does not pass through the gates.
        multiplyByWeight(batch, rowMajor(step.recurrent, width), slope, weightHr === null);
      }
    });
    const before = rowMajor(this.before, size);
    const bySums = transposeOf(rowMajor(recurrent, width));
    multiplyMatrices(width, steps * batch, size, bySums, before, rowMajor(byWeightHh, size));
    return { byGates: gates, byRecurrent: recurrent, byWeightHh, byWeightHr, byHidden, byCell };
  }

  /** Returns the arrays of one step. */
  stepAt(t: number): RecurrentStep {
    const { cell, batch, hidden, size, gates } = this.setup;
    const rows = (array: Floats, columns: number) => array.subarray(t * batch * columns, (t + 1) * batch * columns);
    const cellSize = cell.hasCellState ? hidden : 0;
    return {
      size: hidden,
      gates: rows(gates, this.width),
      recurrent: rows(this.recurrent, this.width),
      before: rows(this.before, size),
      after: rows(this.unprojected, hidden),
      cellBefore: rows(this.cellBefore, cellSize),
      cellAfter: rows(this.cellAfter, cellSize),
    };
  }

  /** Creates the states before and after each step: two views of one array, with the initial state at one end. */
  private createStates(length: number, initial: Floats | undefined): [before: Floats, after: Floats] {
    const { steps, reverse } = this.setup;
    const states = this.create((steps + 1) * length);
    if (initial) states.set(initial, reverse ? steps * length : 0);
    const earlier = states.subarray(0, steps * length);
    const later = states.subarray(length);
    return reverse ? [later, earlier] : [earlier, later];
  }

  private create(length: number): Floats {
    return this.setup.gates instanceof Float64Array ? new Float64Array(length) : new Float32Array(length);
  }
}
