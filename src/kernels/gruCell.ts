import { logistic, type RecurrentCell } from './RecurrentCell.js';

/**
 * Gated recurrent unit (Cho et al. 2014). With r and z the logistic function of their sums, and n = tanh(a + r·q) where a
 * is the input's sum and q the hidden state's: h′ = (1 − z)·n + z·h. The gates stand in the order r, z, n.
 */
export const gruCell: RecurrentCell = {
  gates: 3,
  isAdditive: false,
  hasCellState: false,
  step({ size, gates, recurrent, before, after }) {
    for (let s = 0, at = 0; s < after.length; at += 2 * size) {
      for (const end = s + size; s < end; s++, at++) {
        const reset = logistic(gates[at] + recurrent[at]);
        const update = logistic(gates[at + size] + recurrent[at + size]);
        const candidate = Math.tanh(gates[at + 2 * size] + reset * recurrent[at + 2 * size]);
        gates[at] = reset;
        gates[at + size] = update;
        gates[at + 2 * size] = candidate;
        after[s] = (1 - update) * candidate + update * before[s];
      }
    }
  },
  stepBack({ size, gates, recurrent, before }, byHidden) {
    for (let s = 0, at = 0; s < byHidden.length; at += 2 * size) {
      for (const end = s + size; s < end; s++, at++) {
        const reset = gates[at];
        const update = gates[at + size];
        const candidate = gates[at + 2 * size];
        const slope = byHidden[s] * (1 - update) * (1 - candidate * candidate);
        const byReset = slope * recurrent[at + 2 * size] * reset * (1 - reset);
        const byUpdate = byHidden[s] * (before[s] - candidate) * update * (1 - update);
        gates[at] = byReset;
        gates[at + size] = byUpdate;
        gates[at + 2 * size] = slope;
        recurrent[at] = byReset;
        recurrent[at + size] = byUpdate;
        recurrent[at + 2 * size] = slope * reset;
        byHidden[s] *= update;
      }
    }
  },
};
