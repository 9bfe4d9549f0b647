/**
 * A dry run computes the shapes of results, and not their numbers. The expensive kernels skip their loops, which leaves zeros,
 * and count the multiply-adds that they skip. Deferred tensors are not drawn: they show zeros.
 */

let current: object | null = null;
let counted = 0;

/** Runs `body` as a dry run, and returns its result. */
export function dryRun<T>(body: () => T): T {
  const before = current;
  current = {};
  try {
    return body();
  } finally {
    current = before;
  }
}

/** An object that identifies the present dry run; `null` if there is none. */
export function currentDryRun(): object | null {
  return current;
}

/** Whether a kernel has to skip its loops. Then its multiply-adds are counted. */
export function skipsWork(multiplyAdds = 0): boolean {
  if (current) counted += multiplyAdds;
  return current !== null;
}

/** Returns the number of multiply-adds skipped in all dry runs so far. The difference of two calls belongs to the code between. */
export function multiplyAddsSkipped(): number {
  return counted;
}
