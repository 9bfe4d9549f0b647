import type { RecurrentCell } from '../../kernels/sequence/RecurrentCell.js';
import { RecurrentRun } from '../../kernels/sequence/RecurrentRun.js';
import { createNumbers } from '../../numerics/numbers.js';
import { type Dense, denseOf } from '../../tensor/Dense.js';
import { asSteps } from '../../tensor/observeOperations.js';
import { record, type Tensor } from '../../tensor/Tensor.js';
import { floatsOf } from './floatsOf.js';
import { columnSums, linear } from './linear.js';

/** The parameters of one recurrent layer in one direction. */
export interface RecurrentWeights {
  /** `[gates·hidden, features]` */
  readonly weightIh: Tensor;
  /** `[gates·hidden, size]` */
  readonly weightHh: Tensor;
  /** `[gates·hidden]`, or null */
  readonly biasIh: Tensor | null;
  /** `[gates·hidden]`, or null */
  readonly biasHh: Tensor | null;
  /** `[size, hidden]`: the projection of hidden states. Without it `size` is `hidden`. */
  readonly weightHr: Tensor | null;
}

/**
 * Runs a recurrent cell over a sequence: one matrix product for all inputs, then one step after another. All steps
 * together are one operation on the tape, whose gradient goes back through time.
 * @param input `[steps, batch, features]`, with the dtype of the weights
 * @param initial The hidden state, `[batch, size]`, and for some cells the cell state, `[batch, hidden]`; empty for
 *   zeros
 * @param reverse Whether the run goes from the last step to the first step. Default: false.
 * @returns The hidden states of all steps, `[steps, batch, size]`, and the final states in the shapes of `initial`.
 */
export function recur(
  cell: RecurrentCell,
  input: Tensor,
  weights: RecurrentWeights,
  initial: readonly Tensor[],
  reverse = false,
): [output: Tensor, final: Tensor[]] {
  const { dtype } = input;
  const [steps, batch] = input.shape;
  const { weightIh, weightHh, biasIh, weightHr } = weights;
  const [width, size] = weightHh.shape;
  const hidden = width / cell.gateCount;
  const biasHh = cell.isAdditive ? null : weights.biasHh;
  // No other code uses this product, so the run may overwrite its array.
  const projected = asSteps(() => {
    const bias = weights.biasHh && cell.isAdditive ? (biasIh?.add(weights.biasHh) ?? weights.biasHh) : biasIh;
    return linear(input, weightIh, bias);
  });
  const run = new RecurrentRun({
    cell,
    steps,
    batch,
    hidden,
    size,
    gates: floatsOf(projected),
    weightHh: floatsOf(weightHh),
    biasHh: biasHh && floatsOf(biasHh),
    weightHr: weightHr && floatsOf(weightHr),
    initial: initial.map(floatsOf),
    reverse,
  });
  run.forward();

  let byFinalCell: Dense | null = null;
  const inputs = [projected, weightHh, biasHh, weightHr, ...initial].filter((operand) => operand !== null);
  const output = record(
    'StackBackward0',
    inputs,
    denseOf(run.output, [steps, batch, size], dtype),
    (g) => {
      const by = run.backward(floatsOf(g), byFinalCell && floatsOf(byFinalCell));
      const gradients = [by.byGates, by.byWeightHh];
      if (biasHh) gradients.push(columnSums(by.byRecurrent, width));
      if (weightHr) gradients.push(by.byWeightHr);
      gradients.push(by.byHidden, by.byCell);
      return inputs.map(({ shape }, i) => denseOf(gradients[i], shape, dtype));
    },
    { kind: cell.hasCellState ? 'lstm' : cell.isAdditive ? 'rnn' : 'gru', values: { reverse } },
  );
  const last = run.order[steps - 1];
  const final = [output.select(0, last)];
  if (cell.hasCellState) {
    const state = denseOf(run.stepAt(last).cellAfter.slice(), [batch, hidden], dtype);
    // The second result of the same operation. The tape visits it before the first result, which then reads the
    // gradient.
    const backward = (g: Dense) => {
      byFinalCell = g;
      return [denseOf(createNumbers(dtype, output.numel), output.shape, dtype)];
    };
    final.push(record('StackBackward0', [output], state, backward, { kind: 'cell_state' }));
  }
  return [output, final];
}
