import type { Start, State } from './state.js';

/** What the start of one side depends on, as text. */
export function keyOf({ network, depth, width, activation, bias, seed }: State, start: Start): string {
  return JSON.stringify([network, depth, width, activation, bias, seed, start]);
}
