/**
 * A dry run goes through a computation for the sake of its shapes: the expensive kernels leave their results as they are,
 * zeros, and count the multiply-adds they would have done.
 */

let isDry = false;
let counted = 0;

/** Runs `body` dry and returns what it returns. */
export function dryRun<T>(body: () => T): T {
  const before = isDry;
  isDry = true;
  try {
    return body();
  } finally {
    isDry = before;
  }
}

/** Asked by a kernel before its loops: whether to leave them out. Counts what it spares in that case. */
export function skipsWork(multiplyAdds = 0): boolean {
  if (isDry) counted += multiplyAdds;
  return isDry;
}

/** Multiply-adds spared in all dry runs so far; the difference between two moments is what lay between them. */
export function multiplyAddsSkipped(): number {
  return counted;
}
