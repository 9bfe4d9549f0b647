import { exponentiate } from '../elementwise/exponential.js';
import type { RecurrentCell } from './RecurrentCell.js';

/**
 * Gated recurrent unit (Cho et al. 2014): h′ = (1 − z)·n + z·h. r and z are the logistic function of their weighted sums, and
 * n = tanh(a + r·q) with the input's weighted sum a and the hidden state's q. The order of the gates is r, z, n.
 */
export const gruCell: RecurrentCell = {
  gateCount: 3,
  isAdditive: false,
  hasCellState: false,
  step({ size, gates, recurrent, before, after }) {
    for (let s = 0, at = 0; s < after.length; at += 2 * size) {
      const candidates = at + 2 * size;
      for (let i = at; i < candidates; i++) gates[i] += recurrent[i];
      exponentiate('logistic', gates, at, candidates);
      for (let i = candidates; i < candidates + size; i++) gates[i] += gates[i - 2 * size] * recurrent[i];
      exponentiate('tanh', gates, candidates, candidates + size);
      for (const end = s + size; s < end; s++, at++) {
        const update = gates[at + size];
        after[s] = (1 - update) * gates[at + 2 * size] + update * before[s];
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
