import { storedTensors } from '../../checkpoint/layOutTensors.js';
import { AbortError } from '../../errors.js';
import { runExclusively } from '../../policy/claimRun.js';
import type { Report } from '../../policy/Report.js';
import type { RunContext } from '../../policy/RunContext.js';
import { drawInto, type FilesTarget } from './runIntoFiles.js';
import { type FileRun, takenBy } from './takeElements.js';
import { UnkeptTensors } from './UnkeptTensors.js';

/**
 * Carries out a prepared run without writing anything: each tensor is drawn, measured and forgotten, in pieces, and the model stays as it
 * is. The report and the place of the generator are those of `initializeWeights`. A tensor of which a fill leaves elements as they are is
 * held; then one thread draws.
 * @throws AbortError if the signal is aborted, or if `onProgress` throws
 */
export function measureRun(
  run: FileRun,
  { workers, signal, onProgress }: Pick<FilesTarget, 'workers' | 'signal' | 'onProgress'>,
): Promise<Report> {
  const { plan } = run;
  const body = (context: RunContext) => {
    if (signal?.aborted) throw new AbortError([], signal.reason);
    const taken = takenBy(run);
    const store = new UnkeptTensors(storedTensors(context.model).tensors, plan, taken);
    // What a thread draws is not in the memory of another one.
    const threads = store.held.isEmpty ? workers : 1;
    return drawInto(plan, context, store, taken, { workers: threads, signal, onProgress });
  };
  // The run writes no parameter, and reads a checkpoint itself.
  return runExclusively({ ...run, load: undefined }, signal, async (context) => body(context), []);
}
