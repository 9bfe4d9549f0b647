/** Long work in steps of a few milliseconds: between two steps the caller may do other work, or stop. */
export type Steps<T = void> = IterableIterator<void, T>;

/** Milliseconds of work between two pauses. */
const SLICE = 25;

/** Does all the work at once. */
export function finish<T>(steps: Steps<T>): T {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/**
 * Does the work with a pause at least every 50 ms, in which timers, input and other callbacks run.
 * @param check is called before every step; an error that it throws ends the work
 * @param slice milliseconds of work between two pauses. Default: 25.
 */
export async function finishWithPauses<T>(steps: Steps<T>, check: () => void, slice: number = SLICE): Promise<T> {
  for (let due = performance.now() + slice; ; ) {
    check();
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() < due) continue;
    await new Promise((resume) => void setTimeout(resume, 0));
    due = performance.now() + slice;
  }
}

/** Elements of a range: a few milliseconds of arithmetic. */
const RANGE = 2 ** 14;

/** The indices 0 … n − 1 as ranges [from, to), between which a loop can pause. */
export function* rangesOf(n: number): IterableIterator<readonly [from: number, to: number]> {
  for (let from = 0; from < n; from += RANGE) yield [from, Math.min(from + RANGE, n)];
}
