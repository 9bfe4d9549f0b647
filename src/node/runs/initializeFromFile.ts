import { basename, resolve } from 'node:path';
import { AbortError } from '../../errors.js';
import { prepareStart, type StartAdvice, type StartSource } from '../../finetune/prepareStart.js';
import { START, type StartOptions } from '../../finetune/StartOptions.js';
import type { Module } from '../../nn/Module.js';
import { sourceOf, sourceOfFile } from '../../nn/StateSource.js';
import { writePairs } from '../../nn/stateDict.js';
import type { Policy } from '../../policy/definePolicy.js';
import { checkSignal, runAsync } from '../../policy/initializeWeightsAsync.js';
import { type Absent, readRun } from '../../policy/prepareRun.js';
import type { Report } from '../../policy/Report.js';
import type { ReadArguments, Signature } from '../../readArguments.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { checkPath } from '../files/checkPath.js';
import { openReadable } from '../reading/openCheckpoint.js';
import { SafetensorsFile } from '../reading/SafetensorsFile.js';
import type { FileRun } from './takeElements.js';

/** Options of {@link initializeFromFile}. */
export interface StartFromFileOptions extends StartOptions {
  /** Cancels the run when it is aborted. Default: the run cannot be cancelled. */
  signal?: AbortSignal | undefined;
}

type Missing = Absent | 'rename' | 'signal';

const START_FROM_FILE: Signature<StartFromFileOptions, Missing> = {
  ...START,
  required: ['model', 'policy', 'file'],
  defaults: { ...START.defaults, signal: undefined },
};

const NAME = 'initializeFromFile';

/**
 * Starts a model from a safetensors file, or a folder of them, as `initializeFrom` does from tensors in memory, with the same bits. Only the
 * header is read before all checks have passed, and of the tensors only those that the model takes. The run pauses as
 * `initializeWeightsAsync` does.
 * @param model the model; its parameters and buffers are written in place
 * @param policy the policy for what the file lacks
 * @param file the path of the file or folder, or an open file, which stays open
 * @param options those of `initializeFrom`, and `signal`, which cancels the run
 * @returns the report of `initializeFrom`
 * @throws StateError and PolicyError in the cases of `initializeFrom`. @throws ArgumentError if `file` is no path and no open
 *   file. @throws FormatError if the file cannot be read or is damaged, and for a folder as `openFile` says. In all cases the model and the generator
 *   are unchanged.
 * @throws AbortError if the signal is aborted, or if `onProgress` throws. The generator is then at its old position, and the error lists
 *   the keys that were written: those that the file has, and those that were drawn. While the file is read, nothing is written.
 * @example
 * ```ts
 * import { tmpdir } from 'node:os';
 * import { definePolicy, init, manualSeed, nn, rule } from 'initree';
 * import { initializeFromFile, saveFile } from 'initree/node';
 * const path = `${tmpdir()}/base.safetensors`;
 * await saveFile(new nn.Sequential({ body: new nn.Linear(4, 4) }), path);
 * const policy = definePolicy('head', [rule(nn.Linear, { weight: init.normal(0, 0.02), bias: init.zeros() })]);
 * manualSeed(0);
 * const model = nn.skipInit(() => new nn.Sequential({ body: new nn.Linear(4, 4), head: new nn.Linear(4, 2) }));
 * const { checkpoint } = await initializeFromFile(model, policy, path);
 * console.log(checkpoint?.file, checkpoint?.missing); // base.safetensors [ 'head.weight', 'head.bias' ]
 * ```
 */
export async function initializeFromFile(
  model: Module,
  policy: Policy,
  file: string | SafetensorsFile,
  options?: StartFromFileOptions,
): Promise<Report> {
  const { signal, ...read } = readRun(NAME, arguments, START_FROM_FILE);
  const checked = checkSignal(signal);
  if (file instanceof SafetensorsFile) return runAsync(prepareStartFrom(NAME, model, policy, file, read), checked);
  checkPath(`${NAME}()`, file);
  const opened = await openReadable(file);
  try {
    return await runAsync(prepareStartFrom(NAME, model, policy, opened, read), checked);
  } finally {
    await opened.close();
  }
}

/** Matches an open file with a model, as `prepareStart` does. The file has to stay open until the run has ended. A run into files copies from it. */
export function prepareStartFrom(
  caller: string,
  model: Module,
  policy: Policy,
  file: SafetensorsFile,
  options: ReadArguments<StartOptions, Absent | 'rename'>,
  advice?: StartAdvice,
): FileRun {
  const source: StartSource = {
    file: basename(resolve(file.path)),
    forms: sourceOfFile(file).forms,
    load: async (pairs, signal) => {
      const tensors = new Map<string, Tensor>();
      for (const { name } of pairs) {
        if (signal?.aborted) throw new AbortError([], signal.reason);
        if (!tensors.has(name)) tensors.set(name, await file.read(name));
      }
      writePairs(pairs, sourceOf(tensors), 'adopt');
    },
  };
  return { ...prepareStart(caller, model, policy, source, options, advice), checkpointFile: file };
}
