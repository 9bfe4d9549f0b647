import type { Metadata } from '../../checkpoint/FileLayout.js';
import { layOutTensors, type NamedTensor } from '../../checkpoint/layOutTensors.js';
import { AbortError } from '../../errors.js';
import { abortable } from '../../policy/abortable.js';
import { runExclusively } from '../../policy/claimRun.js';
import type { Plan } from '../../policy/Plan.js';
import type { Report } from '../../policy/Report.js';
import type { RunContext } from '../../policy/RunContext.js';
import { finishWithPauses } from '../../random/Steps.js';
import { SafetensorsWriter } from '../files/SafetensorsWriter.js';
import { startingOf } from '../threads/startingOf.js';
import { WorkerPool } from '../threads/WorkerPool.js';
import { withPool } from '../threads/withPool.js';
import { checkHeld } from './checkHeld.js';
import { drawIntoFile, type FileProgress } from './drawIntoFile.js';
import { drawIntoFileInThreads } from './drawIntoFileInThreads.js';
import { type FileRun, type Taken, takenBy } from './takeElements.js';

/** Where and how a run writes its file. */
export interface FileTarget {
  readonly path: string;
  readonly metadata: Metadata;
  /** Whether an existing file is replaced. */
  readonly replace: boolean;
  /** The most threads that draw, this one included. Default: 1. */
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: FileProgress) => void) | undefined;
  /** Receives the report when every byte is written, before the file gets its name. Default: nothing. */
  readonly onWritten?: (report: Report, writer: SafetensorsWriter<NamedTensor>) => Promise<void>;
}

/**
 * Carries out a prepared run into a safetensors file. The generator moves when the file has its name.
 * @throws FormatError if the file cannot be written. @throws AbortError if the signal is aborted
 */
export function runIntoFile(run: FileRun, target: FileTarget): Promise<Report> {
  const { path, metadata, replace, signal, onWritten } = target;
  const body = async (context: RunContext) => {
    if (signal?.aborted) throw new AbortError([], signal.reason);
    const taken = takenBy(run);
    checkHeld(run, taken);
    const writer = new SafetensorsWriter(path, layOutTensors(context.model, metadata), { replace });
    try {
      const report = await draw(run.plan, context, writer, taken, target);
      await onWritten?.(report, writer);
      await writer.commit(signal);
      return report;
    } finally {
      writer.abort();
    }
  };
  // The run writes no parameter, and reads a checkpoint itself.
  return runExclusively({ ...run, load: undefined }, signal, body, []);
}

/** Draws the file, in one thread or in several. */
async function draw(
  plan: Plan,
  context: RunContext,
  writer: SafetensorsWriter<NamedTensor>,
  taken: readonly Taken[],
  { workers = 1, signal, onProgress }: FileTarget,
): Promise<Report> {
  const aborted = () => new AbortError([], signal?.reason);
  const onBytes = abortable(onProgress, () => []);
  const starting = workers === 1 ? null : await startingOf(context);
  if (starting === null) {
    return finishWithPauses(drawIntoFile(plan, context, writer, taken, onBytes), () => {
      if (signal?.aborted) throw aborted();
    });
  }
  const pool = new WorkerPool(workers, starting);
  return withPool(pool, signal, aborted, () => drawIntoFileInThreads(plan, context, writer, pool, taken, onBytes));
}
