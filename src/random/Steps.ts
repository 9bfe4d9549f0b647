/** Long work in pieces of a few milliseconds: between two of them the caller may do something else, or stop. */
export type Steps<T = void> = IterableIterator<void, T>;

/** Does all the work at once. */
export function finish<T>(steps: Steps<T>): T {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}
