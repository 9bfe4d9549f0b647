import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Metadata } from '../../checkpoint/FileLayout.js';
import { type FilesPlan, type FolderOptions, planFiles } from '../../checkpoint/planFiles.js';
import { isCheckpointFile } from '../../checkpoint/shardIndex.js';
import { strayFiles } from '../../checkpoint/strayFiles.js';
import {
  type AbortDescription,
  AbortError,
  describeThrown,
  FormatError,
  formatProblems,
  formatValue,
} from '../../errors.js';
import { warnAbout } from '../../init/fillLaw.js';
import { claimRun } from '../../policy/claimRun.js';
import type { Report } from '../../policy/Report.js';
import { finishWithPauses } from '../../random/Steps.js';
import { hashWritten } from '../files/hashWritten.js';
import { SafetensorsWriter } from '../files/SafetensorsWriter.js';
import { filesIn } from '../files/temporaryFile.js';
import { checkHeld } from '../runs/checkHeld.js';
import { coveredBy, describeCheckpoint } from '../runs/describeCheckpoint.js';
import { drawnBy } from '../runs/drawIntoFile.js';
import type { StoredTensor } from '../runs/FileMemory.js';
import type { FileProgress } from '../runs/Filling.js';
import { fillInThreads } from '../runs/fillInThreads.js';
import { ShardFilling } from '../runs/ShardFilling.js';
import { ShardSamples } from '../runs/ShardSamples.js';
import { type FileRun, takenBy } from '../runs/takeElements.js';
import { wholeTensorsOf } from '../runs/wholeTensorsOf.js';
import { FillStarts } from '../threads/FillStarts.js';
import { PooledFills } from '../threads/PooledFills.js';
import { TURN } from '../threads/WorkerPool.js';
import { withThreads } from '../threads/withThreads.js';
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
  /** The most threads that draw, this one included. Default: 1. */
  readonly workers?: number | undefined;
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
  const { path, metadata, rank, world, force, workers = 1, movesGenerator = false, signal, onStart, onFile } = target;
  const written: WrittenShard[] = [];
  const cancelled = () => new Interruption(signal?.reason);
  const checkSignal = () => {
    if (signal?.aborted) throw cancelled();
  };
  const write = async (): Promise<ShardsResult> => {
    checkSignal();
    const { plan } = run;
    const taken = takenBy(run);
    checkApart(path, run.checkpointFile?.paths ?? []);
    if (target.layout === 'dcp') checkUnmixed(path);
    checkHeld(run, taken);
    const files = planFiles(run.context.model, metadata, target, wholeTensorsOf(plan));
    // The run writes no parameter.
    const claim = claimRun(run, 'await the run first', []);
    const open: SafetensorsWriter<StoredTensor>[] = [];
    try {
      // Nothing pauses before the generator is claimed.
      const from = run.checkpointFile && (await run.checkpointFile.sha256(checkSignal));
      const description = describeCheckpoint(run, files, from);
      const { shardPlan } = description;
      const folder = await ShardFolder.open(path, description, force);
      const starts = new FillStarts(plan.assignments, claim.context.generator, folder.ends);
      const own = files.files.filter((_, i) => i % world === rank);
      const missing = own.filter(({ file, layout }) => !folder.isFinished(file, layout));
      onStart?.({ own: own.length, finished: own.length - missing.length, plan: files });
      for (const { law } of plan.assignments) warnAbout(law);
      const drawsAll = missing.length === files.files.length;
      const samples = new ShardSamples(plan, claim.context, drawsAll, taken);
      const drawn = drawnBy(plan);
      const progress = progressOf(missing, target.onProgress);
      const finish = async ({ file, layout, writer }: DrawnShard, check: () => void) => {
        const sha256 = await finishWithPauses(hashWritten(writer), check, workers === 1 ? undefined : TURN);
        await writer.flush();
        check();
        const { size: bytes, tensors } = layout;
        await folder.finish(writer.file, { bytes, sha256, covered: coveredBy(layout.tensors) });
        writer.abort();
        const shard = { file, tensors: tensors.length, bytes, sha256 };
        written.push(shard);
        onFile?.(shard);
      };
      const [report, end] = await withThreads(workers, claim.context, signal, cancelled, async (pool, check) => {
        const fills = pool && new PooledFills(plan.assignments, starts, pool);
        const draw = async (shard: ShardFile, check: () => void) => {
          const writer = new SafetensorsWriter<StoredTensor>(join(path, shard.file), shard.layout);
          open.push(writer);
          const filling = new ShardFilling(drawn, starts, writer, samples, taken, progress());
          if (pool && fills) await fillInThreads(filling, writer, fills, pool);
          else await finishWithPauses(filling.fill(), check);
          return { ...shard, writer };
        };
        await writeFiles(missing, { draw, finish, check, stop: (error) => pool?.fail(error) });
        if (drawsAll || movesGenerator) await fills?.findPlace(plan.assignments.length);
        return [
          await finishWithPauses(samples.report(starts), check),
          movesGenerator && claim.isLent ? await finishWithPauses(starts.end(), check) : null,
        ];
      });
      folder.checkPlan();
      const state = await inspectFolder(path, true);
      if (state.problems.length === 0) await completeFolder(path);
      if (end !== null) {
        claim.context.generator.copyState(end);
        claim.accept();
      }
      return { plan: files, shardPlan, written, report, state };
    } finally {
      // No thread writes any more.
      for (const writer of open) writer.abort();
      claim.end();
    }
  };
  return write().catch((error) => {
    if (!(error instanceof Interruption)) throw error;
    const names = written.map(({ file }) => file);
    throw new AbortError(names, error.reason, { ...error.description, areFiles: true });
  });
}

/** Why a run ends early. Which files it has finished is known when none of them is about to get its name any more. */
class Interruption extends Error {
  constructor(
    readonly reason: unknown,
    readonly description: AbortDescription = {},
  ) {
    super('interrupted');
  }
}

/** A file of the plan. */
type ShardFile = FilesPlan['files'][number];

/** A file whose tensors are written. */
type DrawnShard = ShardFile & { readonly writer: SafetensorsWriter<StoredTensor> };

/** How a file is written. Both functions end when `check` throws. */
interface WritingSteps {
  readonly draw: (shard: ShardFile, check: () => void) => Promise<DrawnShard>;
  /** Gives a drawn file its name. */
  readonly finish: (shard: DrawnShard, check: () => void) => Promise<void>;
  readonly check: () => void;
  /** Ends the drawing of other threads. */
  readonly stop: (error: unknown) => void;
}

/** Writes files one after another. Each is read for its hash and flushed while the next one is drawn. */
async function writeFiles(files: readonly ShardFile[], { draw, finish, check, stop }: WritingSteps): Promise<void> {
  const errors: unknown[] = [];
  const fail = (error: unknown) => {
    errors.push(error);
    stop(error);
  };
  const checkBoth = () => {
    if (errors.length > 0) throw errors[0];
    check();
  };
  let finishing: Promise<void> = Promise.resolve();
  for (const shard of files) {
    const drawn = await draw(shard, checkBoth).catch(fail);
    await finishing;
    if (drawn === undefined || errors.length > 0) break;
    finishing = finish(drawn, checkBoth).catch(fail);
  }
  await finishing;
  checkBoth();
}

/** Gives for each file, in order, the function that adds its progress to that of the files before it. */
function progressOf(
  files: readonly ShardFile[],
  onProgress: ShardsTarget['onProgress'],
): () => (progress: FileProgress) => void {
  const sizes = files.map(({ layout: { size, header } }) => size - header.length);
  const bytesTotal = sizes.reduce((sum, size) => sum + size, 0);
  let index = 0;
  let bytesBefore = 0;
  return () => {
    const before = bytesBefore;
    bytesBefore += sizes[index++];
    return ({ path, bytesDone }) => {
      try {
        onProgress?.({ path, bytesDone: before + bytesDone, bytesTotal });
      } catch (error) {
        throw new Interruption(error, { how: `onProgress threw ${describeThrown(error)}` });
      }
    };
  };
}
