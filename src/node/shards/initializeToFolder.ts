import { type Metadata, writeMetadata } from '../../checkpoint/FileLayout.js';
import { checkFolderOptions, type FolderFormat } from '../../checkpoint/planFiles.js';
import type { ShardOptions } from '../../checkpoint/planShards.js';
import { ArgumentError, describeValue } from '../../errors.js';
import type { Module } from '../../nn/Module.js';
import type { Policy } from '../../policy/definePolicy.js';
import { checkSignal, type InitializeAsyncOptions } from '../../policy/initializeWeightsAsync.js';
import { type Absent, checkProgress, type Run, readRun } from '../../policy/prepareRun.js';
import { metadataOfRun, type Report } from '../../policy/Report.js';
import type { Signature } from '../../readArguments.js';
import { checkPath } from '../files/checkPath.js';
import type { FileProgress } from '../runs/Filling.js';
import { INTO_FILES, type TakeOptions, withFileRun } from '../runs/takeFrom.js';
import { checkWorkers } from '../threads/checkWorkers.js';
import type { FolderState } from './finishFolder.js';
import { runIntoShards, type WrittenShard } from './runIntoShards.js';

/** Options of {@link initializeToFolder}. */
export interface InitializeToFolderOptions
  extends Omit<InitializeAsyncOptions, 'onProgress'>,
    ShardOptions,
    TakeOptions {
  /**
   * `'huggingface'`: files of whole tensors, with an index. `'dcp'`: exactly `shards` files of slices for
   * `torch.distributed.checkpoint`. Default: `'huggingface'`.
   */
  layout?: FolderFormat | undefined;
  /** This process among those that share the files, from 0 to `world` − 1. Default: 0. */
  rank?: number | undefined;
  /** The number of processes that share the files. Default: 1. */
  world?: number | undefined;
  /**
   * The most threads of this process that draw, the calling thread included, in [1, 256]. A thread starts only if there is enough work for it.
   * Default: 1.
   */
  workers?: number | undefined;
  /** Whether the files of another checkpoint are removed; otherwise they are an error. Default: false. */
  force?: boolean | undefined;
  /** Strings by name that the files hold beside those of the report's `metadata()`. Default: none. */
  metadata?: Metadata | undefined;
  /** Called after each piece that is written: every half megabyte or less. The bytes are those of all files of this process. */
  onProgress?: ((progress: FileProgress) => void) | undefined;
}

/** What {@link initializeToFolder} has done. */
export interface FolderResult extends FolderState {
  /** The files that this process has written, and not those that were finished before. */
  readonly written: readonly WrittenShard[];
  /** The report of `initializeWeights`; `null` unless this process has drawn every file. */
  readonly report: Report | null;
}

const NAME = 'initializeToFolder';

type WithoutDefault = Absent | 'onlyMissing' | 'signal' | 'metadata' | 'shards' | 'maxShardSize' | keyof TakeOptions;

const TO_FOLDER: Signature<InitializeToFolderOptions, WithoutDefault> = {
  ...INTO_FILES,
  defaults: {
    ...INTO_FILES.defaults,
    shards: undefined,
    maxShardSize: undefined,
    layout: 'huggingface',
    rank: 0,
    world: 1,
    workers: 1,
  },
};

/**
 * Initialises a model by a policy into a folder of safetensors files, alone or with other processes, without holding the model. The
 * processes do not communicate: each is given the same model, policy, seed and options, and writes the files whose index modulo
 * `world` is its `rank`. The files have the same bytes for any number of processes: those that `initializeWeights` and `saveFolder` give
 * with the report's metadata. In each process up to `workers` threads draw, with the same bytes for any number; a further thread takes
 * less than 20 MB.
 *
 * Each file appears under its name completely or not at all, and a folder `.initree` notes what is finished. So a run that was
 * killed is finished by calling it again, with any number of processes: files that are finished stay. The process that finds all files
 * finished writes the index; `finishFolder` does so too, and reads every byte. The model stays as it is.
 *
 * The generator moves as in `initializeWeights`, whichever files this process has written: it is in the state after the whole plan. After
 * an error or a cancellation, it is where it was. The place in the stream after a truncated normal that may draw again is known only
 * when that one has been drawn. Each process draws such tensors for this, unless another one has noted their ends. `rng: 'counter'` has
 * no such wait.
 * @param model the model, in any state of deferral
 * @param policy a policy of `definePolicy`, a preset, `extendPolicy` or `sequence`
 * @param path the path of the folder. It is created if it does not exist; the folder around it must exist.
 * @param options the options of `initializeWeightsAsync`; `shards` or `maxShardSize` (default: `'5GB'`), `layout` (default:
 *   `'huggingface'`), `rank` (default: 0), `world` (default: 1), `workers` (an integer in [1, 256]; default: 1), `force` (default: false), `metadata` (default: none),
 *   `onProgress`, and `from` (default: none) with `ignoreMismatched`, `prefix` and `rename`; see {@link InitializeToFolderOptions}
 * @returns the files that were written, the state of the folder, and the report if this process has drawn everything
 * @throws ArgumentError if `path` is not a string or is empty, for a wrong `shards`, `maxShardSize`, `layout`, `rank`,
 *   `world` or `workers`, for a generator of a key or of `Generator.from`, and if `from` is no path and no open file, or an option says what to take
 *   without it.
 * @throws PolicyError in the cases of `initializeWeights`.
 * @throws FormatError if the folder holds another checkpoint and `force` is false, if it holds the checkpoint that the run starts from, if
 *   slices would lie beside safetensors files of another program, if a file cannot be written, or if the format cannot hold these names or
 *   metadata.
 * @throws ShapeError if a tensor of which no part can be drawn alone (orthogonal, sparse) takes more than 4 GiB while it is drawn.
 * @throws StateError if another run uses the generator, if a thread dies, and in the cases of `initializeFrom`.
 * @throws AbortError if the signal is aborted, or if `onProgress` throws. `written` lists the files that this call has finished, which stay.
 *   So do the folder and the plan in `.initree`: the same call goes on, and a run with another plan replaces a plan that no file follows.
 * @example
 * ```ts
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { definePolicy, init, manualSeed, nn, rule } from 'initree';
 * import { finishFolder, initializeToFolder } from 'initree/node';
 * const folder = `${mkdtempSync(`${tmpdir()}/initree-`)}/model`;
 * const policy = definePolicy('mine', [rule(nn.Linear, { weight: init.normal(0, 0.02), bias: init.zeros() })]);
 * const run = (rank: number) => {
 *   manualSeed(0);
 *   const model = nn.deferInit(() => new nn.Sequential(new nn.Linear(64, 64), new nn.Linear(64, 8)));
 *   return initializeToFolder(model, policy, folder, { shards: 2, rank, world: 2 });
 * };
 * const { written } = await run(1); // in one process
 * console.log(written.map(({ file }) => file)); // [ 'model-00002-of-00002.safetensors' ]
 * await run(0); // in another one
 * const { finished, problems } = await finishFolder(folder);
 * console.log(finished.length, problems); // 2 []
 * ```
 */
export async function initializeToFolder(
  model: Module,
  policy: Policy,
  path: string,
  options?: InitializeToFolderOptions,
): Promise<FolderResult> {
  const read = readRun<InitializeToFolderOptions, WithoutDefault>(NAME, arguments, TO_FOLDER);
  const {
    signal,
    force,
    metadata = {},
    onProgress,
    shards,
    maxShardSize,
    layout,
    rank,
    world,
    workers,
    ...others
  } = read;
  const { from, ignoreMismatched, prefix, rename, ...rest } = others;
  checkPath(`${NAME}()`, path, 'a folder');
  checkProgress(onProgress);
  checkFolderOptions({ shards, maxShardSize, layout });
  checkMember(rank, world);
  checkWorkers(workers);
  checkSignal(signal);
  const run = { ...rest, onProgress: undefined };
  return withFileRun(NAME, model, policy, run, { from, ignoreMismatched, prefix, rename }, async (run) => {
    checkGenerator(run);
    const texts = { ...metadataOfRun(run), ...writeMetadata(metadata) };
    const target = {
      path,
      metadata: texts,
      shards,
      maxShardSize,
      layout,
      rank,
      world,
      workers,
      force,
      onProgress,
      signal,
    };
    const { state, written, report } = await runIntoShards(run, { ...target, movesGenerator: true });
    return { ...state, written, report };
  });
}

/** The other processes must have the same stream, in which every place can be found. */
function checkGenerator({ context: { source, generator } }: Run): void {
  if (source.rng === 'counter' || !(generator.isKeyed || generator.engine === 'custom')) return;
  throw new ArgumentError(
    `${NAME} expects a generator with a seed, found ${generator.isKeyed ? 'that of a key' : 'one of Generator.from'}; ` +
      "pass rng: 'counter' and a seed for a key for each parameter",
  );
}

function checkMember(rank: number, world: number): void {
  if (!(Number.isSafeInteger(world) && world >= 1)) {
    throw new ArgumentError(`world: expected an integer of at least 1, found ${describeValue(world)}`);
  }
  if (!(Number.isSafeInteger(rank) && rank >= 0 && rank < world)) {
    throw new ArgumentError(`rank: expected an integer from 0 to ${world - 1}, found ${describeValue(rank)}`);
  }
}
