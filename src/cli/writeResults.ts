import { createHash } from 'node:crypto';
import type { Metadata } from '../checkpoint/FileLayout.js';
import { layOutFolder } from '../checkpoint/layOutFolder.js';
import { type HasStateDict, layOutTensors } from '../checkpoint/layOutTensors.js';
import type { ShardOptions } from '../checkpoint/planShards.js';
import { INDEX_FILE } from '../checkpoint/shardIndex.js';
import { extend, FormatError } from '../errors.js';
import { FileReplacement, type ReplacementOptions } from '../node/FileReplacement.js';
import { FolderReplacement } from '../node/FolderReplacement.js';
import { SafetensorsWriter, writeTensors } from '../node/SafetensorsWriter.js';
import { codeOf } from '../node/unwritable.js';
import { finishWithPauses } from '../random/Steps.js';

/** The weights to write. */
interface Weights {
  readonly path: string;
  readonly model: HasStateDict;
  readonly metadata: Metadata;
  /** How the tensors are divided among the files of a folder; `null` for a single file. */
  readonly sharding: ShardOptions | null;
  /** Whether the hash of each file is wanted. */
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

/** Weights that wait for their name. */
interface Pending<T> {
  readonly written: T;
  readonly commit: (signal: AbortSignal) => Promise<void>;
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
): Promise<WrittenFile | WrittenFolder | undefined> {
  const aborts: (() => void)[] = [];
  try {
    let reportFile: FileReplacement | undefined;
    if (report) {
      const file = new FileReplacement(report.path, options);
      aborts.push(() => file.abort());
      file.write(0, Buffer.from(report.text));
      reportFile = file;
    }
    const write = weights?.sharding ? writeFolder : writeFile;
    const pending = weights && (await write(weights, options, signal, aborts));
    await pending?.commit(signal);
    // Without the signal: the weights are written, so an interruption could no longer say that nothing was.
    await reportFile?.commit(weights ? undefined : signal);
    return pending?.written;
  } catch (error) {
    throw namingForce(error);
  } finally {
    for (const abort of aborts) abort();
  }
}

/** The error for something that exists already, with the option that replaces it. Other errors are returned as they are. */
export function namingForce(error: unknown): unknown {
  const isThere = error instanceof FormatError && codeOf(error.cause) === 'EEXIST';
  return isThere ? extend(error, ' by --force') : error;
}

type Write<T> = (
  weights: Weights,
  options: ReplacementOptions,
  signal: AbortSignal,
  aborts: (() => void)[],
) => Promise<Pending<T>>;

const writeFile: Write<WrittenFile> = async ({ path, model, metadata, isHashed }, options, signal, aborts) => {
  const writer = new SafetensorsWriter(path, layOutTensors(model, metadata), options);
  aborts.push(() => writer.abort());
  const { header, size } = writer.layout;
  const hash = isHashed ? createHash('sha256').update(header) : null;
  const steps = writeTensors(writer, (bytes) => void hash?.update(bytes));
  await finishWithPauses(steps, () => signal.throwIfAborted());
  return {
    written: { path, bytes: size, sha256: hash?.digest('hex') ?? null },
    commit: (signal) => writer.commit(signal),
  };
};

const writeFolder: Write<WrittenFolder> = async (weights, options, signal, aborts) => {
  const { path, model, metadata, isHashed } = weights;
  const { files, index, plan } = layOutFolder(model, metadata, weights.sharding ?? {});
  const folder = new FolderReplacement(path, options);
  aborts.push(() => folder.abort());
  const hashes = new Map(files.map(({ file }) => [file, isHashed ? createHash('sha256') : null] as const));
  const steps = folder.write({ files, index, plan }, (file, bytes) => void hashes.get(file)?.update(bytes));
  await finishWithPauses(steps, () => signal.throwIfAborted());
  const written = files.map(({ file, layout }) => ({
    file,
    tensors: layout.tensors.length,
    bytes: layout.size,
    sha256: hashes.get(file)?.digest('hex') ?? null,
  }));
  const bytes = written.reduce((total, file) => total + file.bytes, index?.length ?? 0);
  return {
    written: {
      path,
      bytes,
      maxShardSize: plan.maxShardSize,
      files: written,
      index: index === null ? null : INDEX_FILE,
    },
    commit: (signal) => folder.commit(signal),
  };
};
