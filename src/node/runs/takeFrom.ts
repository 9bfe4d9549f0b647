import { ArgumentError, describeValue, PolicyError } from '../../errors.js';
import type { StartOptions } from '../../finetune/StartOptions.js';
import type { Module } from '../../nn/Module.js';
import type { Policy } from '../../policy/definePolicy.js';
import { ASYNC_RUN } from '../../policy/initializeWeightsAsync.js';
import { type Absent, type InitializeOptions, prepareRun } from '../../policy/prepareRun.js';
import type { ReadArguments } from '../../readArguments.js';
import { openReadable } from '../reading/openCheckpoint.js';
import { SafetensorsFile } from '../reading/SafetensorsFile.js';
import { prepareStartFrom } from './initializeFromFile.js';
import type { FileRun } from './takeElements.js';

/** What a run into files takes from a checkpoint. */
export interface TakeOptions extends Pick<StartOptions, 'ignoreMismatched' | 'prefix' | 'rename'> {
  /**
   * The checkpoint that the model starts from: the path of a safetensors file or of a folder of them, or an open file, which stays open.
   * What it has is copied into the files, a piece at a time, and the policy draws the rest, as in `initializeFromFile`. `onlyMissing`
   * is then true by default. Default: none.
   */
  from?: string | SafetensorsFile | undefined;
}

/** What runs into a file and into a folder read alike. What {@link TakeOptions} says has no default, so that it is noticed without `from`. */
export const INTO_FILES = {
  ...ASYNC_RUN,
  required: [...(ASYNC_RUN.required ?? []), 'path'],
  defaults: {
    ...ASYNC_RUN.defaults,
    from: undefined,
    ignoreMismatched: undefined,
    prefix: undefined,
    rename: undefined,
    onlyMissing: undefined,
    force: false,
    metadata: undefined,
  },
};

type AbsentInRun = Absent | 'onlyMissing';

/**
 * Prepares a run into files, and carries it out. A checkpoint that the run starts from is open meanwhile.
 * @throws ArgumentError if an option says what to take from a checkpoint, and there is none
 */
export async function withFileRun<T>(
  caller: string,
  model: Module,
  policy: Policy,
  options: ReadArguments<InitializeOptions, AbsentInRun>,
  { from, ...choice }: TakeOptions,
  body: (run: FileRun) => Promise<T>,
): Promise<T> {
  const onlyMissing = readBoolean('onlyMissing', options.onlyMissing, from !== undefined);
  const run = { ...options, onlyMissing };
  if (from === undefined) {
    const [name] = Object.entries(choice).flatMap(([key, value]) => (value === undefined ? [] : [key]));
    if (name === undefined) return body(prepareRun(caller, model, policy, run));
    throw new ArgumentError(
      `${caller}(): ${name} says what to take from a checkpoint; expected from with it, a path or an open file, found none`,
    );
  }
  const { prefix = '', rename } = choice;
  const ignoreMismatched = readBoolean('ignoreMismatched', choice.ignoreMismatched, false);
  const start = { ...run, ignoreMismatched, prefix, rename };
  if (from instanceof SafetensorsFile) return body(prepareStartFrom(caller, model, policy, from, start));
  if (typeof from !== 'string' || from === '') {
    throw new ArgumentError(
      `${caller}(): from: expected the path of a file or folder, or an open file, found ${describeValue(from)}`,
    );
  }
  const file = await openReadable(from);
  try {
    return await body(prepareStartFrom(caller, model, policy, file, start));
  } finally {
    await file.close();
  }
}

function readBoolean(name: string, value: boolean | undefined, ifAbsent: boolean): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? ifAbsent;
  throw new PolicyError(`${name}: expected true or false, found ${describeValue(value)}`);
}
