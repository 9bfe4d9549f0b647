import { type Metadata, writeMetadata } from '../../checkpoint/FileLayout.js';
import type { Module } from '../../nn/Module.js';
import type { Policy } from '../../policy/definePolicy.js';
import { checkSignal, type InitializeAsyncOptions } from '../../policy/initializeWeightsAsync.js';
import { type Absent, checkProgress, readRun } from '../../policy/prepareRun.js';
import { metadataOfRun, type Report } from '../../policy/Report.js';
import type { Signature } from '../../readArguments.js';
import { checkPath } from '../files/checkPath.js';
import { checkWorkers } from '../threads/checkWorkers.js';
import type { FileProgress } from './Filling.js';
import { runIntoFiles } from './runIntoFiles.js';
import { INTO_FILES, type TakeOptions, withFileRun } from './takeFrom.js';

/** Options of {@link initializeToFile}. */
export interface InitializeToFileOptions extends Omit<InitializeAsyncOptions, 'onProgress'>, TakeOptions {
  /** Whether an existing file is replaced; otherwise it is an error and stays as it is. Default: false. */
  force?: boolean | undefined;
  /**
   * The most threads that draw, the calling thread included, in [1, 256]. A thread starts only if there is enough work for it. Default: 1.
   */
  workers?: number | undefined;
  /** Strings by name that the file holds beside those of the report's `metadata()`. Default: none. */
  metadata?: Metadata | undefined;
  /** Called after each piece that is written: every half megabyte or less, and after each tensor. */
  onProgress?: ((progress: FileProgress) => void) | undefined;
}

const NAME = 'initializeToFile';

type WithoutDefault = Absent | 'onlyMissing' | 'signal' | 'metadata' | keyof TakeOptions;

const TO_FILE: Signature<InitializeToFileOptions, WithoutDefault> = {
  ...INTO_FILES,
  defaults: { ...INTO_FILES.defaults, workers: 1 },
};

/**
 * Initialises a model by a policy into a safetensors file, without holding the model: the file has the bytes that `initializeWeights` and
 * `saveFile` give with the report's metadata. The model itself stays as it is, and a model of `nn.deferInit` stays deferred.
 *
 * Each tensor is drawn, measured and written in pieces of less than a megabyte, by up to `workers` threads, with the same bytes for any
 * number. So the memory does not depend on the size of the model: it is that of the plan and a few megabytes, and less than 20 MB for each
 * further thread. Orthogonal and sparse matrices cannot be drawn in pieces; each thread holds such a tensor while it draws it. Parameters that
 * no rule fills and persistent buffers are written as the model holds them; deferred ones are drawn from their places in the stream. With
 * `from`, what a checkpoint has is copied in pieces instead, and the file has the bytes that `initializeFromFile` and `saveFile` give.
 *
 * The file appears under its name completely or not at all. The generator moves as in `initializeWeights`, when the file has its
 * name. After an error or a cancellation, the generator is where it was, and no file is left.
 * @param model the model, in any state of deferral
 * @param policy a policy of `definePolicy`, a preset, `extendPolicy` or `sequence`
 * @param path the path of the file
 * @param options the options of `initializeWeightsAsync`; `force` (default: false), `workers` (an integer in [1, 256]; default: 1),
 *   `metadata` (default: none) and `onProgress`, which receives the bytes; `from` (default: none) with `ignoreMismatched`, `prefix` and `rename`; see {@link InitializeToFileOptions}
 * @returns the report of `initializeWeights`
 * @throws ArgumentError if `path` is not a string or is empty, if `workers` is not an integer in [1, 256], if `from` is no path and no open file, or if an option says what to take
 *   without `from`.
 * @throws PolicyError in the cases of `initializeWeights`.
 * @throws FormatError if the file exists and `force` is false, if it cannot be written, or if the format cannot hold these names or
 *   metadata.
 * @throws ShapeError if a tensor of which no part can be drawn alone (orthogonal, sparse) takes more than 4 GiB while it is drawn.
 * @throws StateError if another run uses the generator, if a thread dies, and in the cases of `initializeFrom`.
 * @throws AbortError if the signal is aborted, or if `onProgress` throws; `written` is empty.
 * @example
 * ```ts
 * import { tmpdir } from 'node:os';
 * import { definePolicy, init, manualSeed, nn, rule } from 'initree';
 * import { initializeToFile, openFile } from 'initree/node';
 * manualSeed(0);
 * const model = nn.deferInit(() => new nn.Linear(1000, 1000));
 * const policy = definePolicy('mine', [rule(nn.Linear, { weight: init.normal(0, 0.02), bias: init.zeros() })]);
 * const path = `${tmpdir()}/linear.safetensors`;
 * const report = await initializeToFile(model, policy, path, { force: true });
 * console.log(report.entries.map(({ path, count }) => `${path}: ${count}`)); // [ 'weight: 1000000', 'bias: 1000' ]
 * const file = await openFile(path);
 * console.log(file.names, file.metadata.get('initree.policy')); // [ 'bias', 'weight' ] mine
 * await file.close();
 * ```
 */
export async function initializeToFile(
  model: Module,
  policy: Policy,
  path: string,
  options?: InitializeToFileOptions,
): Promise<Report> {
  const read = readRun<InitializeToFileOptions, WithoutDefault>(NAME, arguments, TO_FILE);
  const { signal, force, metadata = {}, workers, onProgress, from, ignoreMismatched, prefix, rename, ...rest } = read;
  checkPath(`${NAME}()`, path);
  checkWorkers(workers);
  checkProgress(onProgress);
  checkSignal(signal);
  const run = { ...rest, onProgress: undefined };
  return withFileRun(NAME, model, policy, run, { from, ignoreMismatched, prefix, rename }, (run) =>
    runIntoFiles(run, {
      path,
      metadata: { ...metadataOfRun(run), ...writeMetadata(metadata) },
      replace: force,
      workers,
      signal,
      onProgress,
    }),
  );
}
