import type { Floats } from '../../numerics/numbers.js';

/** Copies the first `count` elements of a workspace to out[offset…]. */
export function storeFront<A extends Floats | Uint16Array>(workspace: A, count: number, out: A, offset: number): void {
  out.set(count === workspace.length ? workspace : workspace.subarray(0, count), offset);
}
