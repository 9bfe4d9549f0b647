import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { InitreeError } from '../errors.js';
import { deferFills } from '../init/fillLaw.js';
import type { Module } from '../nn/Module.js';
import { initializeWeightsParallel } from '../node/initializeWeightsParallel.js';
import type { Progress } from '../policy/Drawing.js';
import { explainPolicy } from '../policy/explainPolicy.js';
import { initializeWeightsAsync } from '../policy/initializeWeightsAsync.js';
import type { Plan } from '../policy/Plan.js';
import type { InitializeOptions } from '../policy/prepareRun.js';
import type { Report } from '../policy/Report.js';
import type { Reference } from './importFile.js';
import { type Construction, loadModel } from './loadModel.js';
import { isPolicyFile, keepAll, loadPolicy, NO_POLICY, OWN_POLICY } from './loadPolicy.js';
import { ModelError } from './ModelError.js';
import type { PolicyOptions } from './options.js';
import { UsageError } from './UsageError.js';

/** All that the weights of a model follow from. */
export interface Recipe extends Construction {
  /** A preset's name, a file and export, `'own'` or `'none'`. */
  readonly policy: string;
  readonly policyOptions: Readonly<Record<string, unknown>> | undefined;
  readonly rng: 'torch' | 'counter';
  /** Whether the policy must speak of everything. */
  readonly strict: boolean;
}

/** A model on its way from its constructor to its weights. */
export interface Derivation {
  readonly model: Module;
  /** What the policy will do. */
  readonly plan: Plan;
  /** Does it, in threads where their number is given. */
  readonly run: (how: {
    workers?: number | undefined;
    signal: AbortSignal;
    onProgress?: ((progress: Progress) => void) | undefined;
  }) => Promise<Report>;
  /** What a checkpoint says about how it was made, so that it can be derived again. */
  readonly metadata: (report: Report) => Record<string, string>;
}

/** The recipe that options ask for; what they leave open is as remembered, or the default. */
export function recipeOf(
  { args, seed, dtype, policy, policyOptions, rng, engine, strict }: PolicyOptions & { readonly strict?: boolean },
  remembered: Partial<Recipe> = {},
): Recipe {
  return {
    args: args ?? remembered.args ?? [],
    seed: seed ?? remembered.seed ?? 0n,
    dtype: dtype ?? remembered.dtype ?? 'float32',
    policy: policy ?? remembered.policy ?? NO_POLICY,
    policyOptions: policyOptions ?? (policy === undefined ? remembered.policyOptions : undefined),
    rng: rng ?? remembered.rng ?? 'torch',
    engine: engine ?? remembered.engine ?? 'mersenne',
    strict: strict ?? false,
  };
}

/**
 * Constructs a model and checks its policy.
 * @param around runs the construction; when absent, draws are put off until it is known that they stay
 * @throws UsageError, ModelError or PolicyError, before anything is drawn for the policy
 */
export async function prepareDerivation(
  text: string,
  recipe: Recipe,
  around: <T>(build: () => T) => T = deferFills,
): Promise<Derivation> {
  const { policy: chosen, policyOptions, seed, rng, engine, strict } = recipe;
  const isCode = chosen === NO_POLICY || chosen === OWN_POLICY;
  if (isCode && (rng === 'counter' || policyOptions || strict)) {
    throw new UsageError('--rng counter, --policy-options and --strict speak of a policy: name a preset or a file');
  }
  if (rng === 'counter' && engine !== 'mersenne') {
    throw new UsageError(`--rng counter draws from Philox, found --engine ${engine}: leave one of them out`);
  }
  const { model, reference } = await loadModel(text, recipe, around);
  if (chosen === OWN_POLICY) await callOwnPolicy(model, reference);
  const policy = isCode ? keepAll(chosen) : await loadPolicy(chosen, policyOptions);
  const options: InitializeOptions = {
    ...(rng === 'counter' ? { rng, seed } : {}),
    // A model without parameters has nothing to keep, which is no finding.
    strict: isCode ? false : strict || 'warn',
  };
  const plan = explainPolicy(model, policy, options);
  return {
    model,
    plan,
    run: ({ workers, ...watch }) => {
      // Keeping everything is done at once; the draws that were put off come after it, uncounted.
      const all = { ...options, ...watch, ...(isCode ? { onProgress: undefined } : {}) };
      return workers === undefined
        ? initializeWeightsAsync(model, policy, all)
        : initializeWeightsParallel(model, policy, { ...all, workers });
    },
    metadata: (report) => ({
      ...report.metadata(),
      'initree.seed': String(seed),
      'initree.dtype': recipe.dtype,
      'initree.model': reference.label,
      ...(recipe.args.length > 0 ? { 'initree.args': JSON.stringify(recipe.args) } : {}),
      ...(policyOptions ? { 'initree.policyOptions': JSON.stringify(policyOptions) } : {}),
      ...(isPolicyFile(chosen) ? { 'initree.policyFile': basename(chosen) } : {}),
      ...(isCode ? {} : { 'initree.plan': hashOf(plan) }),
    }),
  };
}

function hashOf(plan: Plan): string {
  return `sha256:${createHash('sha256').update(JSON.stringify(plan)).digest('hex')}`;
}

async function callOwnPolicy(model: Module, { text, file }: Reference): Promise<void> {
  const own = (model as { initializeWeights?: unknown }).initializeWeights;
  if (typeof own !== 'function') {
    throw new UsageError(`--policy own calls the model's initializeWeights(), but ${text} has no such method`);
  }
  try {
    await own.call(model);
  } catch (cause) {
    if (cause instanceof InitreeError) throw cause;
    throw new ModelError(`initializeWeights() of ${text} failed`, file, cause);
  }
}
