import { createHash } from 'node:crypto';
import type { Metadata } from '../checkpoint/FileLayout.js';
import { type HasStateDict, layOutTensors, type NamedTensor } from '../checkpoint/layOutTensors.js';
import { extend, FormatError } from '../errors.js';
import { FileReplacement, type ReplacementOptions } from '../node/FileReplacement.js';
import { SafetensorsWriter, writeTensors } from '../node/SafetensorsWriter.js';
import { codeOf } from '../node/unwritable.js';
import { finishWithPauses } from '../random/Steps.js';

/** The weights to write. */
interface Weights {
  readonly path: string;
  readonly model: HasStateDict;
  readonly metadata: Metadata;
  /** Whether the hash of the file is wanted. */
  readonly isHashed: boolean;
}

/** The report to write. */
interface ReportText {
  readonly path: string;
  readonly text: string;
}

/** A file of weights that was written. */
export interface WrittenFile {
  readonly path: string;
  readonly bytes: number;
  /** `null` unless it was asked for. */
  readonly sha256: string | null;
}

/**
 * Writes the weights and the report of a run. Neither gets its name before both are written.
 * @throws FormatError if one of them cannot be written
 */
export async function writeResults(
  weights: Weights | undefined,
  report: ReportText | undefined,
  signal: AbortSignal,
  options: ReplacementOptions,
): Promise<WrittenFile | undefined> {
  let reportFile: FileReplacement | undefined;
  let writer: SafetensorsWriter<NamedTensor> | undefined;
  let written: WrittenFile | undefined;
  try {
    if (report) {
      reportFile = new FileReplacement(report.path, options);
      reportFile.write(0, Buffer.from(report.text));
    }
    if (weights) {
      const { path, model, metadata, isHashed } = weights;
      writer = new SafetensorsWriter(path, layOutTensors(model, metadata), options);
      const { header, size } = writer.layout;
      const hash = isHashed ? createHash('sha256').update(header) : null;
      const steps = writeTensors(writer, (bytes) => void hash?.update(bytes));
      await finishWithPauses(steps, () => signal.throwIfAborted());
      await writer.commit(signal);
      written = { path, bytes: size, sha256: hash?.digest('hex') ?? null };
    }
    // Without the signal: the weights are written, so an interruption could no longer say that nothing was.
    await reportFile?.commit(weights ? undefined : signal);
    return written;
  } catch (error) {
    const isThere = error instanceof FormatError && codeOf(error.cause) === 'EEXIST';
    throw isThere ? extend(error, ' by --force') : error;
  } finally {
    writer?.abort();
    reportFile?.abort();
  }
}
