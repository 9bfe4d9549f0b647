import { describeValue, PolicyError } from '../errors.js';
import { Module } from '../nn/Module.js';
import { DRAW_DEFAULTS } from '../random/DrawOptions.js';
import { defaultGenerator } from '../random/defaultGenerator.js';
import { Generator } from '../random/Generator.js';
import { wrapSeed } from '../random/wrapSeed.js';
import { readOptions } from '../readOptions.js';
import { buildPlan } from './buildPlan.js';
import type { Drawing, Progress } from './Drawing.js';
import { checkPolicy, type Policy } from './definePolicy.js';
import type { Plan } from './Plan.js';

/** Options of {@link explainPolicy}. */
export interface ExplainOptions {
  /** Where the numbers come from; the default generator when absent. It does not move. */
  generator?: Generator | undefined;
  /**
   * `'torch'` (default): the generator's stream, one parameter after another, as PyTorch draws. `'counter'`: a stream for each parameter, which
   * depends on `seed` and its path alone, so that a change elsewhere in the model leaves it as it was.
   */
  rng?: 'torch' | 'counter' | undefined;
  /** The seed of counter mode: any integer in [−2⁶³, 2⁶⁴). */
  seed?: number | bigint | undefined;
  /**
   * Whether parameters that no rule speaks of, and rules that claim nothing, are one error that lists them all (`true`),
   * stand in the plan and report (`'warn'`, the default), or are left out of them (`false`).
   */
  strict?: boolean | 'warn' | undefined;
  /** Whether parameters that `loadStateDict` wrote are left as they are; false when absent. */
  onlyMissing?: boolean | undefined;
}

/** Options of {@link initializeWeights}. */
export interface InitializeOptions extends ExplainOptions {
  /** Is called after every parameter. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** The defaults of {@link InitializeOptions}. */
export const RUN_DEFAULTS = {
  ...DRAW_DEFAULTS,
  rng: 'torch',
  seed: undefined,
  strict: 'warn',
  onlyMissing: false,
  onProgress: undefined,
} as const;

/** A plan that was checked, and what to carry it out with. */
export interface Run {
  readonly plan: Plan;
  readonly drawing: Drawing;
  /** Puts the generator back to where it stood. */
  readonly restore: () => void;
}

/**
 * Checks everything that can be checked before the first draw.
 * @throws PolicyError, with model and generator as they were
 */
export function prepareRun(caller: string, model: Module, policy: Policy, options: InitializeOptions): Run {
  const run = readOptions(caller, options, RUN_DEFAULTS, PolicyError);
  const { generator, rng, strict, onlyMissing, onProgress } = run;
  if (!(model instanceof Module)) {
    throw new PolicyError(`${caller}() takes an nn.Module first, found ${describeValue(model)}`);
  }
  if (!(generator instanceof Generator)) {
    throw new PolicyError(`generator is a Generator, found ${describeValue(generator)}`);
  }
  if (rng !== 'torch' && rng !== 'counter') {
    throw new PolicyError(`rng is 'torch' or 'counter', found ${describeValue(rng)}`);
  }
  if (strict !== true && strict !== false && strict !== 'warn') {
    throw new PolicyError(`strict is true, 'warn' or false, found ${describeValue(strict)}`);
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new PolicyError(`onProgress is a function, found ${describeValue(onProgress)}`);
  }
  checkPolicy(`${caller}()`, policy);
  const seed = seedOf(rng, run.seed, generator);
  const inCounterMode = rng === 'counter';
  const before = generator.clone();
  const plan = withoutDraws([...new Set([generator, defaultGenerator])], () =>
    buildPlan(model, policy, { onlyMissing, generator: inCounterMode ? null : generator }),
  );
  if (strict === true) checkComplete(plan);
  return {
    plan: strict === false ? plan.withoutFindings() : plan,
    drawing: {
      model,
      source: {
        rng,
        engine: inCounterMode ? 'philox4x32' : generator.engine,
        seed: seed === null ? null : String(seed),
      },
      generator,
      counterSeed: inCounterMode ? seed : null,
      onProgress,
    },
    restore: () => void generator.copyState(before),
  };
}

function seedOf(rng: 'torch' | 'counter', seed: number | bigint | undefined, generator: Generator): bigint | null {
  if (rng === 'counter') {
    if (seed === undefined) throw new PolicyError("rng: 'counter' needs a seed, found none; add seed: 0");
    return wrapSeed(seed);
  }
  if (seed !== undefined) {
    throw new PolicyError("seed goes with rng: 'counter'; for PyTorch's stream call manualSeed(seed) before");
  }
  return generator.isSeeded ? BigInt(generator.initialSeed) : null;
}

/**
 * Runs code of the user's, predicates and derivations, that must leave the generators as they are: what it drew would come
 * out otherwise at the next plan.
 */
function withoutDraws<T>(generators: readonly Generator[], body: () => T): T {
  const clones = generators.map((generator) => [generator, generator.clone()] as const);
  const moved = () =>
    clones.filter(
      ([now, before]) =>
        !now.sharesStream(before) || now.wordsDrawn !== before.wordsDrawn || now.cachedNormal !== before.cachedNormal,
    );
  try {
    const result = body();
    if (moved().length === 0) return result;
  } finally {
    for (const [generator, before] of moved()) generator.copyState(before);
  }
  throw new PolicyError('predicates and derive() must not draw: the generator moved while the plan was made');
}

function checkComplete({ policy, uncovered, unusedRules, shadowedRules }: Plan): void {
  const findings = [
    ...uncovered.map((path) => `no rule speaks of ${path}`),
    ...unusedRules.map((rule) => `rule ${rule} matches nothing`),
    ...shadowedRules.map(({ rule, by }) => `rule ${rule} matches only what ${by} claims before it`),
  ];
  if (findings.length === 0) return;
  throw new PolicyError(
    `policy '${policy}' is not complete for this model; add rules (init.keep leaves a parameter as it is), or ` +
      `leave out strict (--strict of the command):\n\t${findings.join('\n\t')}`,
  );
}
