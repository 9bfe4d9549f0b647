import { AbortError, describeThrown } from '../errors.js';
import type { RunContext } from './RunContext.js';

/**
 * A callback that ends the run as a cancellation does if it throws: by an AbortError whose `cause` is what it threw.
 * @param written gives the parameters that were written until then
 */
export function abortable<P>(
  onProgress: ((progress: P) => void) | undefined,
  written: () => readonly string[],
): ((progress: P) => void) | undefined {
  if (onProgress === undefined) return undefined;
  return (progress) => {
    try {
      onProgress(progress);
    } catch (error) {
      throw new AbortError(written(), error, { how: `onProgress threw ${describeThrown(error)}` });
    }
  };
}

/**
 * The context of a run in memory that notes what it writes, and that ends as a cancelled one if its `onProgress` throws. What it takes from a
 * checkpoint is written before.
 */
export function noteWritten(context: RunContext): {
  readonly context: RunContext;
  readonly written: readonly string[];
} {
  const written = [...(context.checkpoint?.loaded ?? [])];
  const onProgress = abortable(context.onProgress, () => written);
  return { context: { ...context, onProgress, onWrite: (path) => void written.push(path) }, written };
}
