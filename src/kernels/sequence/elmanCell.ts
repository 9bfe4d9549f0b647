import { exponentiate } from '../elementwise/exponential.js';
import type { RecurrentCell } from './RecurrentCell.js';

/** h′ = tanh(W x + b + V h + c) (Elman 1990). */
export const tanhCell: RecurrentCell = {
  gateCount: 1,
  isAdditive: true,
  hasCellState: false,
  step({ gates, after }) {
    after.set(gates);
    exponentiate('tanh', after);
  },
  stepBack({ gates, after }, byHidden) {
    for (let i = 0; i < after.length; i++) gates[i] = byHidden[i] * (1 - after[i] * after[i]);
    byHidden.fill(0);
  },
};

/** h′ = max(0, W x + b + V h + c). */
export const reluCell: RecurrentCell = {
  gateCount: 1,
  isAdditive: true,
  hasCellState: false,
  step({ gates, after }) {
    for (let i = 0; i < after.length; i++) after[i] = gates[i] < 0 ? 0 : gates[i];
  },
  stepBack({ gates, after }, byHidden) {
    for (let i = 0; i < after.length; i++) gates[i] = after[i] <= 0 ? 0 : byHidden[i];
    byHidden.fill(0);
  },
};
