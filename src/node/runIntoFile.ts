import type { Metadata } from '../checkpoint/FileLayout.js';
import { layOutTensors, type NamedTensor } from '../checkpoint/layOutTensors.js';
import { AbortError } from '../errors.js';
import { abortable } from '../policy/abortable.js';
import { runExclusively } from '../policy/claimRun.js';
import type { Run } from '../policy/prepareRun.js';
import type { Report } from '../policy/Report.js';
import { finishWithPauses } from '../random/Steps.js';
import { checkHeld } from './checkHeld.js';
import { drawIntoFile, type FileProgress } from './drawIntoFile.js';
import { SafetensorsWriter } from './SafetensorsWriter.js';
import { type FileRun, takenBy } from './takeElements.js';

/** Where and how a run writes its file. */
export interface FileTarget {
  readonly path: string;
  readonly metadata: Metadata;
  /** Whether an existing file is replaced. */
  readonly replace: boolean;
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
  const { path, metadata, replace, signal, onProgress, onWritten } = target;
  const check = () => {
    if (signal?.aborted) throw new AbortError([], signal.reason);
  };
  const body = async ({ model, ...context }: Run['context']) => {
    check();
    const taken = takenBy(run);
    checkHeld(run, taken);
    const writer = new SafetensorsWriter(path, layOutTensors(model, metadata), { replace });
    try {
      const steps = drawIntoFile(
        run.plan,
        { model, ...context },
        writer,
        taken,
        abortable(onProgress, () => []),
      );
      const report = await finishWithPauses(steps, check);
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
