import { createHash } from 'node:crypto';
import type { Metadata } from '../checkpoint/FileLayout.js';
import { layOutFolder } from '../checkpoint/layOutFolder.js';
import { type HasStateDict, layOutTensors, type NamedTensor } from '../checkpoint/layOutTensors.js';
import type { ShardOptions } from '../checkpoint/planShards.js';
import { INDEX_FILE } from '../checkpoint/shardIndex.js';
import { extend, FormatError } from '../errors.js';
import { FileReplacement } from '../node/files/FileReplacement.js';
import { FolderReplacement } from '../node/files/FolderReplacement.js';
import { hashWritten } from '../node/files/hashWritten.js';
import { SafetensorsWriter, writeTensors } from '../node/files/SafetensorsWriter.js';
import { codeOf } from '../node/files/unwritable.js';
import type { Report } from '../policy/Report.js';
import { finishWithPauses } from '../random/Steps.js';
import type { Derivation } from './Derivation.js';
import { withByteBar } from './showProgress.js';

/** The files of a run. */
interface Results {
  /** The path of the weights. Default: they are not written. */
  readonly out: string | undefined;
  /** How the tensors are divided among the files of a folder; `null` for a single file. */
  readonly sharding: ShardOptions | null;
  /** Whether the hash of each file of the weights is wanted. */
  readonly isHashed: boolean;
  /** The path of the report. Default: it is not written. */
  readonly reportFile: string | undefined;
  readonly textOf: (report: Report) => string;
  /** Whether existing files are replaced. */
  readonly replace: boolean;
  readonly signal: AbortSignal;
}

/** A file of weights that was written. */
export interface WrittenFile {
  readonly path: string;
  readonly bytes: number;
  /** `null` unless it was asked for. */
  readonly sha256: string | null;
}

/** A folder of weights that was written. */
export interface WrittenFolder {
  readonly path: string;
  /** The bytes of all files, with the index. */
  readonly bytes: number;
  readonly maxShardSize: number;
  readonly files: readonly {
    readonly file: string;
    readonly tensors: number;
    readonly bytes: number;
    /** `null` unless it was asked for. */
    readonly sha256: string | null;
  }[];
  /** The name of the index; `null` for a single file, which has none. */
  readonly index: string | null;
}

/**
 * Writes the weights of a model that a run has initialised, and the report. Neither gets its name before both are written.
 * @throws FormatError if one of them cannot be written
 */
export async function writeResults(
  model: HasStateDict,
  report: Report,
  results: Results & { readonly metadata: Metadata },
): Promise<WrittenFile | WrittenFolder | undefined> {
  const { out, sharding } = results;
  return withReport(results, async (writeReport) => {
    writeReport(report);
    if (out === undefined) return undefined;
    const target = { ...results, out };
    return sharding === null ? writeFile(model, target) : writeFolder(model, { ...target, sharding });
  });
}

interface Target extends Results {
  readonly out: string;
  readonly metadata: Metadata;
}

async function writeFile(
  model: HasStateDict,
  { out, metadata, isHashed, replace, signal }: Target,
): Promise<WrittenFile> {
  const writer = new SafetensorsWriter(out, layOutTensors(model, metadata), { replace });
  try {
    const { header, size } = writer.layout;
    const hash = isHashed ? createHash('sha256').update(header) : null;
    const steps = writeTensors(writer, (bytes) => void hash?.update(bytes));
    await finishWithPauses(steps, () => signal.throwIfAborted());
    await writer.commit(signal);
    return { path: out, bytes: size, sha256: hash?.digest('hex') ?? null };
  } finally {
    writer.abort();
  }
}

async function writeFolder(
  model: HasStateDict,
  { out, metadata, isHashed, replace, signal, sharding }: Target & { readonly sharding: ShardOptions },
): Promise<WrittenFolder> {
  const { files, index, plan } = layOutFolder(model, metadata, sharding);
  const folder = new FolderReplacement(out, { replace });
  try {
    const hashes = new Map(files.map(({ file }) => [file, isHashed ? createHash('sha256') : null] as const));
    const steps = folder.write({ files, index, plan }, (file, bytes) => void hashes.get(file)?.update(bytes));
    await finishWithPauses(steps, () => signal.throwIfAborted());
    await folder.commit(signal);
    const written = files.map(({ file, layout }) => ({
      file,
      tensors: layout.tensors.length,
      bytes: layout.size,
      sha256: hashes.get(file)?.digest('hex') ?? null,
    }));
    const bytes = written.reduce((total, file) => total + file.bytes, index?.length ?? 0);
    const { maxShardSize } = plan;
    return { path: out, bytes, maxShardSize, files: written, index: index === null ? null : INDEX_FILE };
  } finally {
    folder.abort();
  }
}

/**
 * Carries out a run into the file of the weights, without holding the model, and writes the report. Neither gets its name before both
 * are written.
 * @throws FormatError if one of them cannot be written
 */
export async function drawIntoFiles(
  derivation: Derivation,
  { quiet, workers, ...results }: Results & { out: string; quiet: boolean; workers: number | undefined },
): Promise<{ report: Report; written: WrittenFile }> {
  const { out: path, isHashed, replace, signal } = results;
  return withReport(results, async (writeReport) => {
    let written: WrittenFile = { path, bytes: 0, sha256: null };
    const onWritten = async (report: Report, writer: SafetensorsWriter<NamedTensor>) => {
      writeReport(report);
      const sha256 = isHashed ? await finishWithPauses(hashWritten(writer), () => signal.throwIfAborted()) : null;
      written = { path, bytes: writer.layout.size, sha256 };
    };
    const report = await withByteBar(quiet, (onProgress) =>
      derivation.runIntoFile({ path, replace, workers, signal, onProgress, onWritten }),
    );
    return { report, written };
  });
}

/**
 * Runs work that writes the weights, and that gives the report before the weights get their name. The report gets its name
 * afterwards.
 */
async function withReport<T>(
  { out, reportFile, textOf, replace, signal }: Results,
  work: (writeReport: (report: Report) => void) => Promise<T>,
): Promise<T> {
  let file: FileReplacement | undefined;
  try {
    const result = await work((report) => {
      if (reportFile === undefined) return;
      file = new FileReplacement(reportFile, { replace });
      file.write(0, Buffer.from(textOf(report)));
    });
    // Without the signal: the weights are written, so an interruption could no longer say that nothing was.
    await file?.commit(out === undefined ? signal : undefined);
    return result;
  } catch (error) {
    throw namingForce(error);
  } finally {
    file?.abort();
  }
}

/** The error for something that exists already, with the option that replaces it. Other errors are returned as they are. */
export function namingForce(error: unknown): unknown {
  const isThere = error instanceof FormatError && codeOf(error.cause) === 'EEXIST';
  return isThere ? extend(error, ' by --force') : error;
}
