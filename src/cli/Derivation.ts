import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Difference } from '../checkpoint/compareStates.js';
import { InitreeError } from '../errors.js';
import { deferFills } from '../init/Deferral.js';
import type { Module } from '../nn/Module.js';
import { type HeldTensor, tooLarge } from '../node/runs/checkHeld.js';
import { type ComparisonTarget, compareRun } from '../node/runs/compareRun.js';
import { measureRun } from '../node/runs/measureRun.js';
import { type FilesTarget, runIntoFiles } from '../node/runs/runIntoFiles.js';
import type { FileRun } from '../node/runs/takeElements.js';
import { runIntoShards, type ShardsResult, type ShardsTarget } from '../node/shards/runIntoShards.js';
import { runAsync } from '../policy/initializeWeightsAsync.js';
import type { Plan } from '../policy/Plan.js';
import { prepareRun, RUN } from '../policy/prepareRun.js';
import { type Checkpoint, metadataOfRun, type Report } from '../policy/Report.js';
import { defaultGenerator } from '../random/defaultGenerator.js';
import { Generator } from '../random/Generator.js';
import { TORCH_STATELESS } from '../random/references/torchStateless.js';
import { TORCH_X86 } from '../random/references/torchX86.js';
import { openStart, type Start, startOf } from './checkpointStart.js';
import type { Reference } from './importFile.js';
import { type Construction, loadModel } from './loadModel.js';
import { isPolicyFile, keepAll, loadPolicy, NO_POLICY, OWN_POLICY } from './loadPolicy.js';
import { ModelError } from './ModelError.js';
import type { FromOptions, PolicyOptions } from './options.js';
import { UsageError } from './UsageError.js';

/** Everything that determines the weights of a model. */
export interface Recipe extends Construction {
  /** A preset's name, a file and export such as `'net.ts#policy'`, `'own'` or `'none'`. */
  readonly policy: string;
  readonly policyOptions: Readonly<Record<string, unknown>> | undefined;
  readonly rng: 'torch' | 'counter';
  /** The full name of the reference: whose numbers the policy draws. */
  readonly reference: string;
  /** Whether a parameter without a rule, or a rule without a parameter, is an error. */
  readonly strict: boolean;
  /** The checkpoint that the model starts from; otherwise `null`. */
  readonly start: Start | null;
}

/** A constructed model and the prepared run of its policy. */
export interface Derivation {
  readonly model: Module;
  /** What the policy will do to the model. */
  readonly plan: Plan;
  /** The tensors of the plan that are drawn as a whole, and for which a run into files would hold too many bytes. */
  readonly tooLarge: readonly HeldTensor[];
  /** What the run will take from a checkpoint; otherwise `null`. */
  readonly checkpoint: Checkpoint | null;
  /** Carries out the plan in the memory of the model. */
  readonly run: (signal: AbortSignal) => Promise<Report>;
  /** Carries out the plan without holding the model or writing anything. With `workers`, that many threads may draw. */
  readonly measure: (target: Pick<FilesTarget, 'workers' | 'signal' | 'onProgress'>) => Promise<Report>;
  /** Carries out the plan into a file, or into the files of a folder, without holding the model. */
  readonly runIntoFiles: (target: Omit<FilesTarget, 'metadata'>) => Promise<Report>;
  /**
   * The metadata of a file, from which `initree verify` can derive the weights again. They are known before there is a report.
   * @param check is called while the checkpoint that the model starts from is read for its hash; an error that it throws ends the reading. Default: nothing.
   */
  readonly fileMetadata: (check?: () => void) => Promise<Readonly<Record<string, string>>>;
  /** Carries out the part of the plan that this process has in the files of a folder. */
  readonly runIntoShards: (target: Omit<ShardsTarget, 'metadata'>) => Promise<ShardsResult>;
  /** Compares what the plan gives with the tensors of an open file, without holding the model. */
  readonly compareWith: (target: ComparisonTarget) => Promise<Difference[]>;
  /** Closes the checkpoint that the model starts from. */
  readonly close: () => Promise<void>;
}

/**
 * The recipe of the command's options.
 * @param recorded replaces the defaults of the options that the user did not give: what a file says about how it was made
 */
export function recipeOf(
  given: PolicyOptions & FromOptions & { readonly strict?: boolean },
  recorded: Partial<Recipe> = {},
): Recipe {
  const { args, seed, dtype, policy, policyOptions, engine, strict } = given;
  return {
    args: args ?? recorded.args ?? [],
    seed: seed ?? recorded.seed ?? 0n,
    dtype: dtype ?? recorded.dtype ?? 'float32',
    policy: policy ?? recorded.policy ?? NO_POLICY,
    policyOptions: policyOptions ?? (policy === undefined ? recorded.policyOptions : undefined),
    engine: engine ?? (given.reference === undefined ? recorded.engine : undefined) ?? 'mersenne',
    ...chooseNumbers(given, recorded),
    strict: strict ?? false,
    start: startOf(given, recorded.start ?? {}),
  };
}

/** The generator and the reference of a recipe. One follows from the other in counter mode. */
function chooseNumbers(given: PolicyOptions, recorded: Partial<Recipe>): Pick<Recipe, 'rng' | 'reference'> {
  const stateless = TORCH_STATELESS.name;
  if (given.reference === undefined) {
    const rng = given.rng ?? recorded.rng ?? 'torch';
    return { rng, reference: rng === 'counter' ? stateless : (recorded.reference ?? TORCH_X86.name) };
  }
  const rng = given.reference === stateless ? 'counter' : 'torch';
  if (given.rng !== undefined && given.rng !== rng) {
    throw new UsageError(
      `--reference ${given.reference} draws with --rng ${rng}, found --rng ${given.rng}; leave out one of them`,
    );
  }
  return { rng, reference: given.reference };
}

/** Runs code that draws what a model begins with. */
type Around = <T>(build: () => T) => T;

/**
 * Constructs a model and builds the plan of its policy.
 * @param around runs the construction, and the model's own initialisation. Default: with deferred fills, so that overwritten fills are
 *   never drawn.
 * @throws UsageError, ModelError or PolicyError, before the policy draws anything
 */
export async function prepareDerivation(
  text: string,
  recipe: Recipe,
  around: Around = deferFills,
): Promise<Derivation> {
  const { policy: chosen, policyOptions, seed, rng, engine, strict, start } = recipe;
  const isCode = chosen === NO_POLICY || chosen === OWN_POLICY;
  if (isCode && (rng === 'counter' || policyOptions || strict)) {
    throw new UsageError(
      `--rng counter, --policy-options and --strict require a policy; expected --policy with a preset or a file, found ${chosen}`,
    );
  }
  if (rng === 'counter' && engine !== 'mersenne') {
    throw new UsageError(`--rng counter draws from Philox, found --engine ${engine}; leave out one of them`);
  }
  if (engine !== 'mersenne' && recipe.reference !== TORCH_X86.name) {
    throw new UsageError(
      `--reference ${recipe.reference} requires --engine mersenne, found --engine ${engine}; leave out one of them`,
    );
  }
  const { model, reference: origin } = await loadModel(text, recipe, around);
  // from_pretrained of transformers constructs the model without a draw.
  if (start !== null && !isCode) defaultGenerator.copyState(new Generator(seed, { engine }));
  if (chosen === OWN_POLICY) await callOwnPolicy(model, origin, around);
  const policy = isCode ? keepAll(chosen) : await loadPolicy(chosen, policyOptions);
  const options = {
    rng,
    seed: rng === 'counter' ? seed : undefined,
    // These policies have one rule for all parameters. It must not be reported as unused for a model without parameters.
    strict: isCode ? false : strict || ('warn' as const),
  };
  const opened = start === null ? null : await openStart(model, policy, start, options, !isCode);
  const prepared: FileRun = opened?.run ?? prepareRun('initree', model, policy, { ...RUN.defaults, ...options });
  const { plan } = prepared;
  const fileMetadata = async (check?: () => void) => ({
    ...metadataOfRun(prepared),
    'initree.seed': String(seed),
    'initree.dtype': recipe.dtype,
    'initree.model': origin.label,
    ...(recipe.args.length > 0 ? { 'initree.args': JSON.stringify(recipe.args) } : {}),
    ...(policyOptions ? { 'initree.policyOptions': JSON.stringify(policyOptions) } : {}),
    ...(isPolicyFile(chosen) ? { 'initree.policyFile': basename(chosen) } : {}),
    ...(isCode ? {} : { 'initree.plan': hashOf(plan) }),
    ...(await opened?.metadata(check)),
  });
  const metadataFor = ({ signal }: { readonly signal?: AbortSignal | undefined }) =>
    fileMetadata(() => signal?.throwIfAborted());
  return {
    model,
    plan,
    tooLarge: tooLarge(plan, prepared.context.generator),
    checkpoint: prepared.context.checkpoint ?? null,
    run: (signal) => runAsync(prepared, signal),
    measure: (target) => measureRun(prepared, target),
    runIntoFiles: async (target) => runIntoFiles(prepared, { ...target, metadata: await metadataFor(target) }),
    fileMetadata,
    runIntoShards: async (target) => runIntoShards(prepared, { ...target, metadata: await metadataFor(target) }),
    compareWith: (target) => compareRun(prepared, target),
    close: async () => opened?.close(),
  };
}

function hashOf(plan: Plan): string {
  return `sha256:${createHash('sha256').update(JSON.stringify(plan)).digest('hex')}`;
}

async function callOwnPolicy(model: Module, { text, file }: Reference, around: Around): Promise<void> {
  const own = (model as { initializeWeights?: unknown }).initializeWeights;
  if (typeof own !== 'function') {
    throw new UsageError(`--policy own calls the model's method initializeWeights(), which ${text} does not have`);
  }
  try {
    await around(() => own.call(model));
  } catch (cause) {
    if (cause instanceof InitreeError) throw cause;
    throw new ModelError(`initializeWeights() of ${text} failed`, file, cause);
  }
}
