import { logistic, type RecurrentCell } from './RecurrentCell.js';

const { tanh } = Math;

/**
 * Long short-term memory (Hochreiter & Schmidhuber 1997). With i, f, o the logistic function and g the tangent of their
 * sums: c′ = f·c + i·g, h′ = o·tanh(c′). The gates stand in the order i, f, g, o.
 */
export const lstmCell: RecurrentCell = {
  gates: 4,
  isAdditive: true,
  hasCellState: true,
  step({ size, gates, after, cellBefore, cellAfter }) {
    for (let s = 0, at = 0; s < after.length; at += 3 * size) {
      for (const end = s + size; s < end; s++, at++) {
        const input = logistic(gates[at]);
        const forget = logistic(gates[at + size]);
        const candidate = tanh(gates[at + 2 * size]);
        const output = logistic(gates[at + 3 * size]);
        gates[at] = input;
        gates[at + size] = forget;
        gates[at + 2 * size] = candidate;
        gates[at + 3 * size] = output;
        cellAfter[s] = forget * cellBefore[s] + input * candidate;
        after[s] = output * tanh(cellAfter[s]);
      }
    }
  },
  stepBack({ size, gates, cellBefore, cellAfter }, byHidden, byCell) {
    for (let s = 0, at = 0; s < byHidden.length; at += 3 * size) {
      for (const end = s + size; s < end; s++, at++) {
        const input = gates[at];
        const forget = gates[at + size];
        const candidate = gates[at + 2 * size];
        const output = gates[at + 3 * size];
        const squashed = tanh(cellAfter[s]);
        const slope = byCell[s] + byHidden[s] * output * (1 - squashed * squashed);
        gates[at] = slope * candidate * input * (1 - input);
        gates[at + size] = slope * cellBefore[s] * forget * (1 - forget);
        gates[at + 2 * size] = slope * input * (1 - candidate * candidate);
        gates[at + 3 * size] = byHidden[s] * squashed * output * (1 - output);
        byCell[s] = slope * forget;
        byHidden[s] = 0;
      }
    }
  },
};
