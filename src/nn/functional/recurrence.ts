import type { RecurrentCell } from '../../kernels/sequence/RecurrentCell.js';
import { RecurrentRun } from '../../kernels/sequence/RecurrentRun.js';
import { createNumbers, type Floats } from '../../numerics/numbers.js';
import { type Dense, denseOf, numbersOf } from '../../tensor/Dense.js';
import { record, type Tensor } from '../../tensor/Tensor.js';
import { columnSums, linear } from './linear.js';

/** What one recurrent layer learns for one direction. */
export interface RecurrentWeights {
  /** [gates·hidden, features] */
  readonly weightIh: Tensor;
  /** [gates·hidden, size] */
  readonly weightHh: Tensor;
  /** [gates·hidden] */
  readonly biasIh: Tensor | null;
  /** [gates·hidden] */
  readonly biasHh: Tensor | null;
  /** [size, hidden], which projects hidden states; without it `size` is `hidden`. */
  readonly weightHr: Tensor | null;
}

/**
 * Runs a recurrent cell over a sequence: one matrix product for all inputs, then step after step. All steps together are
 * one operation on the tape, whose gradient goes back through time.
 * @param input [steps, batch, features], of the weights' dtype
 * @param initial the hidden state, [batch, size], and for cells that have one the cell state, [batch, hidden]; empty for zeros
 * @param reverse whether the last step comes first
 * @returns the hidden states of all steps, [steps, batch, size], and the final states in the form of `initial`
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
  const hidden = width / cell.gates;
  const biasHh = cell.isAdditive ? null : weights.biasHh;
  const bias = weights.biasHh && cell.isAdditive ? (biasIh?.add(weights.biasHh) ?? weights.biasHh) : biasIh;
  // Nobody else sees this product, so the run may have its array.
  const projected = linear(input, weightIh, bias);
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
  const output = record('StackBackward0', inputs, denseOf(run.output, [steps, batch, size], dtype), (g) => {
    const by = run.backward(floatsOf(g), byFinalCell && floatsOf(byFinalCell));
    const gradients = [by.byGates, by.byWeightHh];
    if (biasHh) gradients.push(columnSums(by.byRecurrent, width));
    if (weightHr) gradients.push(by.byWeightHr);
    gradients.push(by.byHidden, by.byCell);
    return inputs.map(({ shape }, i) => denseOf(gradients[i], shape, dtype));
  });
  const last = run.order[steps - 1];
  const final = [output.select(0, last)];
  if (cell.hasCellState) {
    const state = denseOf(run.stepAt(last).cellAfter.slice(), [batch, hidden], dtype);
    // A second result of the same operation: the tape comes here before the first one, and leaves the gradient for it.
    const backward = (g: Dense) => {
      byFinalCell = g;
      return [denseOf(createNumbers(dtype, output.numel), output.shape, dtype)];
    };
    final.push(record('StackBackward0', [output], state, backward));
  }
  return [output, final];
}

function floatsOf(dense: Dense): Floats {
  return numbersOf(dense) as Floats;
}
