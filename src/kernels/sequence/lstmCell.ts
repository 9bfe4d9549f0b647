import { exponentiate } from '../elementwise/exponential.js';
import type { RecurrentCell } from './RecurrentCell.js';

/**
 * Long short-term memory (Hochreiter & Schmidhuber 1997): c′ = f·c + i·g and h′ = o·tanh(c′). i, f and o are the logistic
 * function of their weighted sums, and g is the hyperbolic tangent. The order of the gates is i, f, g, o.
 */
export const lstmCell: RecurrentCell = {
  gateCount: 4,
  isAdditive: true,
  hasCellState: true,
  step({ size, gates, after, cellBefore, cellAfter }) {
    for (let s = 0, at = 0; s < after.length; at += 3 * size) {
      exponentiate('logistic', gates, at, at + 2 * size);
      exponentiate('tanh', gates, at + 2 * size, at + 3 * size);
      exponentiate('logistic', gates, at + 3 * size, at + 4 * size);
      for (const end = s + size; s < end; s++, at++) {
        cellAfter[s] = gates[at + size] * cellBefore[s] + gates[at] * gates[at + 2 * size];
      }
    }
    after.set(cellAfter);
    exponentiate('tanh', after);
    for (let s = 0, at = 3 * size; s < after.length; at += 3 * size) {
      for (const end = s + size; s < end; s++, at++) after[s] *= gates[at];
    }
  },
  stepBack({ size, gates, cellBefore, cellAfter }, byHidden, byCell) {
    // Only tanh(c′) is needed from here on, so it replaces the state.
    exponentiate('tanh', cellAfter);
    for (let s = 0, at = 0; s < byHidden.length; at += 3 * size) {
      for (const end = s + size; s < end; s++, at++) {
        const input = gates[at];
        const forget = gates[at + size];
        const candidate = gates[at + 2 * size];
        const output = gates[at + 3 * size];
        const squashed = cellAfter[s];
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
