import type { StartAdvice } from '../finetune/prepareStart.js';
import { START } from '../finetune/StartOptions.js';
import type { Module } from '../nn/Module.js';
import { openReadable } from '../node/reading/openCheckpoint.js';
import { prepareStartFrom } from '../node/runs/initializeFromFile.js';
import type { FileRun } from '../node/runs/takeElements.js';
import type { Policy } from '../policy/definePolicy.js';
import type { ExplainOptions, Run } from '../policy/prepareRun.js';
import type { ReadArguments } from '../readArguments.js';
import type { FromOptions } from './options.js';
import { type RenameRule, Renaming } from './renameRules.js';
import { UsageError } from './UsageError.js';

/** The checkpoint that a model starts from, and what is taken from it. */
export interface Start {
  /** The path of the file or folder. */
  readonly file: string;
  readonly onlyMissing: boolean;
  readonly ignoreMismatched: boolean;
  readonly rename: readonly RenameRule[];
}

const ADVICE: StartAdvice = {
  ignoreMismatched: '--ignore-mismatched',
  hint: (hint) => ('remove' in hint ? `--rename '${hint.remove}.*=*'` : `--rename '*=${hint.add}.*'`),
};

/**
 * The start that the command's options ask for; `null` without `--from`.
 * @param recorded replaces the defaults of the options that the user did not give
 * @throws UsageError if an option requires `--from`
 */
export function startOf(given: FromOptions, recorded: Partial<Omit<Start, 'file'>> = {}): Start | null {
  const { from, onlyMissing, ignoreMismatched, rename } = given;
  if (from !== undefined) {
    return {
      file: from,
      onlyMissing: onlyMissing ?? recorded.onlyMissing ?? true,
      ignoreMismatched: ignoreMismatched ?? recorded.ignoreMismatched ?? false,
      rename: rename ?? recorded.rename ?? [],
    };
  }
  const option =
    (onlyMissing !== undefined && (onlyMissing ? '--only-missing' : '--no-only-missing')) ||
    (ignoreMismatched && '--ignore-mismatched') ||
    (rename && '--rename');
  if (!option) return null;
  throw new UsageError(`${option} says what to take from a checkpoint; expected --from file.safetensors, found none`);
}

/** A run that starts from a checkpoint. */
export interface CheckpointRun {
  readonly run: FileRun;
  /** What the metadata say about the start beside the name of the file. They hash the whole file. */
  readonly metadata: (check?: () => void) => Promise<Record<string, string>>;
  readonly close: () => Promise<void>;
}

/**
 * Opens a checkpoint, matches it with a model, and builds the plan for what it lacks. Nothing is drawn or written.
 * @param isComplete whether the policy has to claim every parameter that the checkpoint lacks
 * @throws FormatError, StateError or PolicyError if the start is not possible, and UsageError for a wrong `--rename`
 */
export async function openStart(
  model: Module,
  policy: Policy,
  start: Start,
  options: Pick<ReadArguments<ExplainOptions, 'seed'>, 'rng' | 'seed' | 'strict'>,
  isComplete: boolean,
): Promise<CheckpointRun> {
  const file = await openReadable(start.file);
  try {
    const renaming = new Renaming(start.rename);
    renaming.checkDistinct(file.names);
    const { onlyMissing, ignoreMismatched } = start;
    const rename = start.rename.length > 0 ? renaming.rename : undefined;
    const all = { ...START.defaults, ...options, onlyMissing, ignoreMismatched, rename };
    const run = prepareStartFrom('initree', model, policy, file, all, ADVICE);
    renaming.checkUsed();
    if (isComplete) checkComplete(run, start.file);
    return {
      run,
      metadata: async (check) => ({
        'initree.fromSha256': await file.sha256(check),
        ...(start.rename.length > 0 ? { 'initree.rename': JSON.stringify(start.rename.map(({ text }) => text)) } : {}),
        ...(ignoreMismatched ? { 'initree.ignoreMismatched': 'true' } : {}),
        ...(onlyMissing ? {} : { 'initree.onlyMissing': 'false' }),
      }),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** @throws UsageError if neither the checkpoint nor a rule says what a parameter is to be */
function checkComplete({ plan }: Run, path: string): void {
  if (plan.uncovered.length === 0) return;
  throw new UsageError(
    `${path} lacks parameters that no rule of the policy '${plan.policy}' claims: ${plan.uncovered.join(', ')}; add rules ` +
      '(init.keep leaves what the constructor drew)',
  );
}
