import { INDEX_FILE } from '../checkpoint/shardIndex.js';
import { strayFiles } from '../checkpoint/strayFiles.js';
import { FileReplacement } from '../node/files/FileReplacement.js';
import { hashWritten } from '../node/files/hashWritten.js';
import { filesIn } from '../node/files/temporaryFile.js';
import { FolderWriter } from '../node/runs/FolderWriter.js';
import type { FilesTarget, FilesWriter } from '../node/runs/runIntoFiles.js';
import type { Report } from '../policy/Report.js';
import { finishWithPauses } from '../random/Steps.js';
import type { Derivation } from './Derivation.js';
import { namingForce } from './namingForce.js';
import { withByteBar } from './showProgress.js';

/** The files of a run. */
interface Results extends Pick<FilesTarget, 'path' | 'sharding' | 'replace' | 'workers'> {
  readonly signal: AbortSignal;
  /** Whether nothing but errors is printed. */
  readonly quiet: boolean;
  /** Whether the hash of each file of the weights is wanted. */
  readonly isHashed: boolean;
  /** The path of the report. Default: it is not written. */
  readonly reportFile: string | undefined;
  readonly textOf: (report: Report) => string;
}

/** A file of weights that was written. */
interface WrittenFile {
  readonly path: string;
  readonly bytes: number;
  /** `null` unless it was asked for. */
  readonly sha256: string | null;
}

/** A folder of weights that was written. */
interface WrittenFolder {
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
  /** The safetensors files of other programs beside the checkpoint. */
  readonly foreign: readonly string[];
}

/**
 * Carries out a run into the files of the weights, without holding the model, and writes the report. Neither gets its name before both
 * are written; the report is the last.
 * @throws FormatError if one of them cannot be written
 */
export async function drawIntoFiles(
  derivation: Derivation,
  { quiet, isHashed, reportFile, textOf, ...target }: Results,
): Promise<{ readonly report: Report; readonly written: WrittenFile | WrittenFolder }> {
  const { path, replace, signal } = target;
  let file: FileReplacement | undefined;
  let written: WrittenFile | WrittenFolder = { path, bytes: 0, sha256: null };
  const onWritten = async (report: Report, writer: FilesWriter) => {
    if (reportFile !== undefined) {
      file = new FileReplacement(reportFile, { replace });
      file.write(0, Buffer.from(textOf(report)));
    }
    written = await describeWritten(writer, isHashed, () => signal.throwIfAborted());
  };
  try {
    const report = await withByteBar(quiet, (onProgress) =>
      derivation.runIntoFiles({ ...target, onProgress, onWritten }),
    );
    // Without the signal: the weights are written, so an interruption could no longer say that nothing was.
    await file?.commit();
    return { report, written };
  } catch (error) {
    throw namingForce(error);
  } finally {
    file?.abort();
  }
}

/** @param check is called while the files are read for their hashes; an error that it throws ends the reading */
async function describeWritten(
  writer: FilesWriter,
  isHashed: boolean,
  check: () => void,
): Promise<WrittenFile | WrittenFolder> {
  const hashOf = async (file: Parameters<typeof hashWritten>[0]) =>
    isHashed ? await finishWithPauses(hashWritten(file), check) : null;
  const { path } = writer;
  if (!(writer instanceof FolderWriter)) return { path, bytes: writer.layout.size, sha256: await hashOf(writer) };
  const { plan, index } = writer.folder;
  const files: WrittenFolder['files'][number][] = [];
  for (const [file, part] of writer.files) {
    const { tensors, size: bytes } = part.layout;
    files.push({ file, tensors: tensors.length, bytes, sha256: await hashOf(part) });
  }
  const bytes = files.reduce((total, file) => total + file.bytes, index?.length ?? 0);
  const { foreign } = strayFiles(filesIn(path));
  return { path, bytes, maxShardSize: plan.maxShardSize, files, index: index === null ? null : INDEX_FILE, foreign };
}
