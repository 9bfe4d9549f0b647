import type { Floats } from '../../numerics/numbers.js';

/** Copies the first `count` elements of a workspace to `out`, from index `offset` on. */
export function copyFromWorkspace<A extends Floats | Uint16Array>(
  workspace: A,
  count: number,
  out: A,
  offset: number,
): void {
  out.set(count === workspace.length ? workspace : workspace.subarray(0, count), offset);
}
