import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Metadata } from '../../checkpoint/FileLayout.js';
import { type FilesPlan, type FolderOptions, planFiles } from '../../checkpoint/planFiles.js';
import { isCheckpointFile } from '../../checkpoint/shardIndex.js';
import { strayFiles } from '../../checkpoint/strayFiles.js';
import { AbortError, FormatError, formatProblems, formatValue } from '../../errors.js';
import { warnAbout } from '../../init/fillLaw.js';
import { abortable } from '../../policy/abortable.js';
import { claimRun } from '../../policy/claimRun.js';
import type { Report } from '../../policy/Report.js';
import { finishWithPauses } from '../../random/Steps.js';
import { hashWritten } from '../files/hashWritten.js';
import { SafetensorsWriter } from '../files/SafetensorsWriter.js';
import { filesIn } from '../files/temporaryFile.js';
import { checkHeld } from '../runs/checkHeld.js';
import { coveredBy, describeCheckpoint } from '../runs/describeCheckpoint.js';
import { drawnBy, type FileProgress } from '../runs/drawIntoFile.js';
import { drawShard } from '../runs/drawShard.js';
import type { StoredTensor } from '../runs/FileMemory.js';
import { ShardSamples } from '../runs/ShardSamples.js';
import { type FileRun, takenBy } from '../runs/takeElements.js';
import { wholeTensorsOf } from '../runs/wholeTensorsOf.js';
import { FillStarts } from '../threads/FillStarts.js';
import { completeFolder, type FolderState, inspectFolder } from './finishFolder.js';
import { ShardFolder } from './ShardFolder.js';

/** @throws FormatError if a new checkpoint would replace the files of the one that it starts from before it is complete */
function checkApart(path: string, sources: readonly string[]): void {
  const folder = realPath(path);
  const source = sources.find((file) => isCheckpointFile(basename(file)) && realPath(dirname(file)) === folder);
  if (source === undefined) return;
  throw new FormatError(
    `the run starts from ${basename(source)} in this folder, and other processes could no longer read it; choose another folder`,
    path,
  );
}

/** @throws FormatError if the readers of slices, who open every safetensors file of a folder, would open one of another program */
function checkUnmixed(path: string): void {
  const { foreign } = strayFiles(filesIn(path));
  if (foreign.length === 0) return;
  throw new FormatError(
    'the folder is to hold slices, and readers of slices open every .safetensors file of a folder: expected none of another program, ' +
      `found ${formatProblems(foreign.map(formatValue))}; move it away, or choose another folder`,
    path,
  );
}

/** The path without links; the path itself if nothing is there. */
function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return resolve(path);
  }
}

/** Where and how a process writes its share of the files of a folder. */
export interface ShardsTarget extends FolderOptions {
  /** The path of the folder. */
  readonly path: string;
  readonly metadata: Metadata;
  /** The process writes the files whose index modulo `world` is `rank`. */
  readonly rank: number;
  readonly world: number;
  /** Whether the files of another checkpoint are removed. */
  readonly force: boolean;
  /**
   * Whether the generator moves as in `initializeWeights`, although this process may draw only a part. Where only drawing shows the
   * end of the last fill, it is drawn for this. Default: false.
   */
  readonly movesGenerator?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: FileProgress) => void) | undefined;
  /** Is called when it is known what the process has to write, before it draws. Default: nothing. */
  readonly onStart?: (share: { readonly own: number; readonly finished: number; readonly plan: FilesPlan }) => void;
  /** Is called when a file has its name. Default: nothing. */
  readonly onFile?: (file: WrittenShard) => void;
}

/** A file that a process has written. */
export interface WrittenShard {
  readonly file: string;
  readonly tensors: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** What a process has done. */
export interface ShardsResult {
  readonly plan: FilesPlan;
  readonly shardPlan: string;
  /** The files that this process has written, and not those that were finished before. */
  readonly written: readonly WrittenShard[];
  /** The report; null if this process has not drawn every file. */
  readonly report: Report | null;
  /** The folder afterwards, by the sizes of its files. */
  readonly state: FolderState;
}

/**
 * Carries out the part of a prepared run that a process has in the files of a folder. The files depend on the plan alone, so any number of
 * processes write them, in any order, and a run that was killed is finished by running it again: files that are finished are left alone.
 * The process that finds all files finished writes the index.
 * @throws ShapeError if a tensor of which no part can be drawn alone takes more than 4 GiB while it is drawn
 * @throws FormatError if another checkpoint is in the folder, if slices would lie beside safetensors files of another program, or if a file
 *   cannot be written
 * @throws AbortError if the signal is aborted, or if `onProgress` throws; `written` lists the files that this run has finished, which stay
 */
export async function runIntoShards(run: FileRun, target: ShardsTarget): Promise<ShardsResult> {
  const { path, metadata, rank, world, force, movesGenerator = false, signal, onStart, onFile } = target;
  const written: WrittenShard[] = [];
  const areFiles = true;
  const names = () => written.map(({ file }) => file);
  const onProgress = abortable(target.onProgress, names, { areFiles });
  const check = () => {
    if (signal?.aborted) throw new AbortError(names(), signal.reason, { areFiles });
  };
  check();
  const { plan } = run;
  const taken = takenBy(run);
  checkApart(path, run.checkpointFile?.paths ?? []);
  if (target.layout === 'dcp') checkUnmixed(path);
  checkHeld(run, taken);
  const files = planFiles(run.context.model, metadata, target, wholeTensorsOf(plan));
  // The run writes no parameter.
  const claim = claimRun(run, 'await the run first', []);
  try {
    // Nothing pauses before the generator is claimed.
    const from = run.checkpointFile && (await run.checkpointFile.sha256(check));
    const description = describeCheckpoint(run, files, from);
    const { shardPlan } = description;
    const folder = await ShardFolder.open(path, description, force);
    const starts = new FillStarts(plan.assignments, claim.context.generator, folder.ends);
    const own = files.files.filter((_, i) => i % world === rank);
    const missing = own.filter(({ file, layout }) => !folder.isFinished(file, layout));
    onStart?.({ own: own.length, finished: own.length - missing.length, plan: files });
    for (const { law } of plan.assignments) warnAbout(law);
    const samples = new ShardSamples(plan, claim.context, missing.length === files.files.length, taken);
    const bytesTotal = missing.reduce((sum, { layout: { size, header } }) => sum + size - header.length, 0);
    let bytesBefore = 0;
    for (const { file, layout } of missing) {
      const writer = new SafetensorsWriter<StoredTensor>(join(path, file), layout);
      try {
        const onBytes = ({ path, bytesDone }: FileProgress) =>
          onProgress?.({ path, bytesDone: bytesBefore + bytesDone, bytesTotal });
        await finishWithPauses(drawShard(drawnBy(plan), starts, writer, samples, taken, onBytes), check);
        bytesBefore += layout.size - layout.header.length;
        const sha256 = await finishWithPauses(hashWritten(writer), check);
        await writer.flush();
        check();
        const { size: bytes, tensors } = layout;
        await folder.finish(writer.file, { bytes, sha256, covered: coveredBy(layout.tensors) });
        const shard = { file, tensors: tensors.length, bytes, sha256 };
        written.push(shard);
        onFile?.(shard);
      } finally {
        writer.abort();
      }
    }
    const report = await finishWithPauses(samples.report(starts), check);
    const end = movesGenerator && claim.isLent ? await finishWithPauses(starts.end(), check) : null;
    folder.checkPlan();
    const state = await inspectFolder(path, true);
    if (state.problems.length === 0) await completeFolder(path);
    if (end !== null) {
      claim.context.generator.copyState(end);
      claim.accept();
    }
    return { plan: files, shardPlan, written, report, state };
  } finally {
    claim.end();
  }
}
