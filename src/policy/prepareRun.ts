import { describeValue, PolicyError } from '../errors.js';
import { Module } from '../nn/Module.js';
import type { StatePair } from '../nn/matchState.js';
import { printable } from '../printable.js';
import { defaultGenerator } from '../random/defaultGenerator.js';
import { Generator } from '../random/Generator.js';
import { TORCH_STATELESS } from '../random/references/torchStateless.js';
import { wrapSeed } from '../random/wrapSeed.js';
import { type ReadArguments, readArguments, type Signature } from '../readArguments.js';
import type { Tensor } from '../tensor/Tensor.js';
import { buildPlan, type FrozenParameters } from './buildPlan.js';
import { checkPolicy, type Policy } from './definePolicy.js';
import { groupPaths } from './groupPaths.js';
import type { Plan } from './Plan.js';
import type { Progress, RunContext } from './RunContext.js';

/** Options of {@link explainPolicy}. */
export interface ExplainOptions {
  /** The generator to draw from. Default: the default generator. */
  generator?: Generator | undefined;
  /**
   * `'torch'` draws one parameter after another from the generator, as PyTorch does. `'counter'` gives each parameter a key of its
   * own, which depends only on `seed`, the parameter's path and the policy's pass, so that other changes to the model do not affect it.
   * The numbers of a key are those of PyTorch's stateless generator, `torch.func._random`; see `RandomKey.ofParameter`.
   * Default: `'torch'`.
   */
  rng?: 'torch' | 'counter' | undefined;
  /** The seed of `rng: 'counter'`, which requires one: a safe integer, or a bigint in [−2⁶³, 2⁶⁴). */
  seed?: number | bigint | undefined;
  /**
   * The treatment of parameters that no rule claims, and of rules that claim nothing. `true`: one error lists all of them.
   * `'warn'`: the plan and the report list them. `false`: the plan and the report do not list them. Default: `'warn'`.
   */
  strict?: boolean | 'warn' | undefined;
  /**
   * Whether parameters that `loadStateDict` wrote stay unchanged. A parameter counts as loaded until a fill has overwritten all
   * its elements (`init.…_`, `fill_`, `copy_`, `uniform_`, `resetParameters`, a policy). Clones, conversions and tensors that
   * share its memory count as loaded as well. Arithmetic in place keeps the mark. Default: false.
   */
  onlyMissing?: boolean | undefined;
  /** Whether parameters whose `requiresGrad` is false are initialised, or stay unchanged (`'keep'`). Default: `'initialize'`. */
  frozen?: FrozenParameters | undefined;
}

/** Options of {@link initializeWeights}. */
export interface InitializeOptions extends ExplainOptions {
  /** Called after each parameter. What it throws ends the run as a cancellation does. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** The options of a run that have no default. */
export type Absent = 'seed' | 'onProgress';

/** How a run reads its arguments. */
export const RUN: Signature<InitializeOptions, Absent> = {
  required: ['model', 'policy'],
  defaults: {
    generator: undefined,
    rng: 'torch',
    seed: undefined,
    strict: 'warn',
    onlyMissing: false,
    frozen: 'initialize',
    onProgress: undefined,
  },
  Kind: PolicyError,
};

/** A checked plan, and the context to carry it out in. */
export interface Run {
  /** The name of the function that was called. */
  readonly caller: string;
  readonly plan: Plan;
  readonly context: RunContext;
  /** What a checkpoint gives of the model. */
  readonly taken?: readonly StatePair[] | undefined;
  /** Writes what a checkpoint has. It is called after the run has claimed what it writes, and before the first draw. */
  readonly load?: ((signal?: AbortSignal) => void | Promise<void>) | undefined;
}

/**
 * Reads the arguments of a function that runs a policy: the model, the policy, and the options.
 * @param signature {@link RUN}, or the same with further options
 * @throws PolicyError if the first argument is no module, if the second is no policy, or for a wrong option
 */
export function readRun<O extends ExplainOptions, Missing extends keyof O>(
  caller: string,
  args: ArrayLike<unknown>,
  signature: Signature<O, Missing>,
): ReadArguments<O, Missing> {
  if (!(args[0] instanceof Module)) {
    throw new PolicyError(`${caller}() expects an nn.Module first, found ${describeValue(args[0])}`);
  }
  checkPolicy(`${caller}()`, args[1]);
  return readArguments(caller, args, signature);
}

/**
 * Checks the options of a run, and builds its plan. Nothing is drawn or written.
 * @param caller the name of the function that was called, for messages
 * @param willLoad the tensors that the run loads before it draws
 * @throws PolicyError if an option is invalid or an assignment is impossible
 */
export function prepareRun(
  caller: string,
  model: Module,
  policy: Policy,
  options: ReadArguments<InitializeOptions, Absent>,
  willLoad: ReadonlySet<Tensor> = new Set(),
): Run {
  const { generator = defaultGenerator, rng, strict, onlyMissing, frozen, onProgress } = options;
  if (!(generator instanceof Generator)) {
    throw new PolicyError(`generator: expected a Generator, found ${describeValue(generator)}`);
  }
  if (rng !== 'torch' && rng !== 'counter') {
    throw new PolicyError(`rng: expected 'torch' or 'counter', found ${describeValue(rng)}`);
  }
  if (strict !== true && strict !== false && strict !== 'warn') {
    throw new PolicyError(`strict: expected true, 'warn' or false, found ${describeValue(strict)}`);
  }
  if (frozen !== 'initialize' && frozen !== 'keep') {
    throw new PolicyError(`frozen: expected 'initialize' or 'keep', found ${describeValue(frozen)}`);
  }
  checkProgress(onProgress);
  const seed = seedOf(rng, options.seed, generator);
  const counterSeed = rng === 'counter' ? seed : null;
  const plan = withoutDraws([...new Set([generator, defaultGenerator])], () =>
    buildPlan(model, policy, { onlyMissing, willLoad, frozen, generator, counterSeed }),
  );
  if (strict === true) checkComplete(plan);
  return {
    caller,
    plan: strict === false ? plan.withoutWarnings() : plan,
    context: {
      model,
      source: {
        rng,
        engine: rng === 'counter' ? 'philox4x32' : generator.engine,
        seed: seed === null ? null : String(seed),
        reference: rng === 'counter' ? TORCH_STATELESS.name : generator.reference,
      },
      generator,
      onProgress,
    },
  };
}

/** @throws PolicyError unless the option `onProgress` is a function or undefined */
export function checkProgress(onProgress: unknown): void {
  if (onProgress === undefined || typeof onProgress === 'function') return;
  throw new PolicyError(`onProgress: expected a function, found ${describeValue(onProgress)}`);
}

function seedOf(rng: 'torch' | 'counter', seed: number | bigint | undefined, generator: Generator): bigint | null {
  if (rng === 'counter') {
    if (seed === undefined) throw new PolicyError("rng: 'counter' requires a seed, found none; add seed: 0");
    return wrapSeed(seed, 'seed: expected an integer');
  }
  if (seed !== undefined) {
    throw new PolicyError(
      "seed requires rng: 'counter', found rng: 'torch'; for PyTorch's stream call manualSeed(seed) before",
    );
  }
  return generator.isSeeded ? BigInt(generator.initialSeed) : null;
}

/**
 * Runs a function that calls the user's predicates and `derive()` functions, and restores the generators if these moved
 * them. A draw there would make two plans of the same policy different.
 * @throws PolicyError if a generator moved
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
  throw new PolicyError('predicates and derive() must not draw, but the generator moved while the plan was made');
}

/** @throws PolicyError that lists all uncovered parameters and all rules without effect */
function checkComplete({ policy, uncovered, unusedRules, shadowedRules }: Plan): void {
  const problems = [
    ...groupPaths(uncovered).map((path) => `no rule applies to ${path}`),
    ...unusedRules.map((rule) => `rule ${rule} matches nothing`),
    ...shadowedRules.map(({ rule, by }) => `rule ${rule} matches only what ${by} claims before it`),
  ];
  if (problems.length === 0) return;
  throw new PolicyError(
    `policy '${policy}' is not complete for this model; add rules (init.keep leaves a parameter unchanged), or ` +
      `omit strict (--strict of the command):\n\t${problems.map(printable).join('\n\t')}`,
  );
}
