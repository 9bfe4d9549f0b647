import type { Metadata } from '../../checkpoint/FileLayout.js';
import { layOutFolder } from '../../checkpoint/layOutFolder.js';
import { layOutTensors, type NamedTensor } from '../../checkpoint/layOutTensors.js';
import type { ShardOptions } from '../../checkpoint/planShards.js';
import { AbortError } from '../../errors.js';
import type { Module } from '../../nn/Module.js';
import { abortable } from '../../policy/abortable.js';
import { runExclusively } from '../../policy/claimRun.js';
import type { Plan } from '../../policy/Plan.js';
import type { Report } from '../../policy/Report.js';
import type { RunContext } from '../../policy/RunContext.js';
import { finishWithPauses } from '../../random/Steps.js';
import { SafetensorsWriter } from '../files/SafetensorsWriter.js';
import { withThreads } from '../threads/withThreads.js';
import { checkHeld } from './checkHeld.js';
import { drawIntoFile } from './drawIntoFile.js';
import { drawIntoFileInThreads } from './drawIntoFileInThreads.js';
import type { FileStore } from './FileMemory.js';
import type { FileProgress } from './Filling.js';
import { FolderWriter } from './FolderWriter.js';
import { type FileRun, type Taken, takenBy } from './takeElements.js';

/** Where and how a run writes its file, or the files of its folder. */
export interface FilesTarget {
  /** The path of the file or of the folder. */
  readonly path: string;
  /** How the tensors are divided among the files of a folder. Default: `path` is that of a file. */
  readonly sharding?: ShardOptions | undefined;
  readonly metadata: Metadata;
  /** Whether an existing file, or the checkpoint in a folder, is replaced. */
  readonly replace: boolean;
  /** The most threads that draw, this one included. Default: 1. */
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: FileProgress) => void) | undefined;
  /** Receives the report when every tensor is written, before a file gets its name. Default: nothing. */
  readonly onWritten?: (report: Report, writer: FilesWriter) => Promise<void>;
}

/** What writes a checkpoint that a single process draws: one file, or the files of a folder. */
export type FilesWriter = SafetensorsWriter<NamedTensor> | FolderWriter;

/**
 * Carries out a prepared run into a safetensors file, or into a folder of them, which appear completely or not at all. The generator
 * moves when the files have their names. `runIntoShards` is the counterpart for several processes.
 * @throws FormatError if a file cannot be written. @throws AbortError if the signal is aborted
 */
export function runIntoFiles(run: FileRun, target: FilesTarget): Promise<Report> {
  const { signal, onWritten } = target;
  const body = async (context: RunContext) => {
    if (signal?.aborted) throw new AbortError([], signal.reason);
    const taken = takenBy(run);
    checkHeld(run, taken);
    const writer = createWriter(context.model, target);
    try {
      const report = await drawInto(run.plan, context, writer, taken, target);
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

function createWriter(model: Module, { path, sharding, metadata, replace }: FilesTarget): FilesWriter {
  if (sharding === undefined) return new SafetensorsWriter(path, layOutTensors(model, metadata), { replace });
  return new FolderWriter(path, layOutFolder(model, metadata, sharding), { replace });
}

/** Draws what a store receives, in one thread or in several. */
export async function drawInto(
  plan: Plan,
  context: RunContext,
  store: FileStore,
  taken: readonly Taken[],
  { workers = 1, signal, onProgress }: Pick<FilesTarget, 'workers' | 'signal' | 'onProgress'>,
): Promise<Report> {
  const aborted = () => new AbortError([], signal?.reason);
  const onBytes = abortable(onProgress, () => []);
  return withThreads(workers, context, signal, aborted, (pool, check) =>
    pool === null
      ? finishWithPauses(drawIntoFile(plan, context, store, taken, onBytes), check)
      : drawIntoFileInThreads(plan, context, store, pool, taken, onBytes),
  );
}
