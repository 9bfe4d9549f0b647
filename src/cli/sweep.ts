import { printable } from '../printable.js';
import { coordinateSteps } from '../probe/coordinateCheck.js';
import type { CoordinateCheckResult } from '../probe/coordinates/CoordinateCheckResult.js';
import { readCoordinateCheck } from '../probe/coordinates/readCoordinateCheck.js';
import type { LossChoice } from '../probe/measure/chooseLoss.js';
import { renderCoordinateCheck } from '../probe/show/renderCoordinateCheck.js';
import { finishWithPauses } from '../random/Steps.js';
import { getDefaultDtype, setDefaultDtype } from '../tensor/defaultDtype.js';
import { interruptible } from './interruptible.js';
import { loadConstructor } from './loadModel.js';
import { loadPolicy, NO_POLICY, OWN_POLICY } from './loadPolicy.js';
import type { Input, PolicyOptions } from './options.js';
import { readBatch } from './readBatch.js';
import { coloursFor, print, printJson } from './terminal.js';
import { UsageError } from './UsageError.js';
import { writeTextFile } from './writeTextFile.js';

/** The options of `initree probe --sweep`. */
export interface SweepOptions extends PolicyOptions {
  readonly sweep: readonly (readonly unknown[])[];
  readonly input?: readonly Input[];
  readonly data?: string;
  readonly loss?: LossChoice;
  readonly mode?: 'train' | 'eval';
  readonly learningRate?: number;
  readonly optimizer?: 'adam' | 'sgd';
  readonly steps?: number;
  readonly seeds?: number;
  readonly strict?: boolean;
  readonly json?: boolean;
  readonly out?: string;
  readonly force?: boolean;
}

/** `initree probe --sweep`: checks that a model computes and learns alike at every width. */
export async function sweep(text: string, options: SweepOptions): Promise<void> {
  const { strict = false, json = false, out, force = false } = options;
  const { widths, place } = widthsOf(options.sweep);
  const usual = getDefaultDtype();
  setDefaultDtype(options.dtype ?? 'float32');
  let check: CoordinateCheckResult;
  try {
    check = await interruptible(async (signal) => {
      const found = await run(text, options, widths, signal);
      if (out !== undefined) await writeTextFile(out, renderCoordinateCheck(found), { replace: force, signal });
      return found;
    });
  } finally {
    setDefaultDtype(usual);
  }
  if (json) printJson(check);
  else {
    print(`width: ${place}\n${check}`);
    if (out !== undefined) print(`${coloursFor(process.stdout).green('wrote')} ${printable(out)}`);
  }
  if (strict && check.verdict === 'fail') process.exitCode = 1;
}

async function run(
  text: string,
  options: SweepOptions,
  widths: readonly number[],
  signal: AbortSignal,
): Promise<CoordinateCheckResult> {
  const { policy: chosen = NO_POLICY, policyOptions, seed = 0n, seeds = 5 } = options;
  const isCode = chosen === NO_POLICY || chosen === OWN_POLICY;
  if (isCode && policyOptions) {
    throw new UsageError(
      `--policy-options requires a policy; expected --policy with a preset or a file, found ${chosen}`,
    );
  }
  if (seed < 0n || seed + BigInt(seeds) > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new UsageError(`--sweep expects --seed in [0, 2⁵³), found ${seed}`);
  }
  const policy = isCode ? undefined : await loadPolicy(chosen, policyOptions);
  const constructors = new Map<number, () => unknown>();
  for (const [i, args] of options.sweep.entries()) constructors.set(widths[i], await loadConstructor(text, args));
  const build = (width: number) => {
    const model = constructors.get(width)?.();
    if (chosen === OWN_POLICY) callOwn(model, text);
    return model;
  };
  const first = await loadConstructor(text, options.sweep[0]);
  const batch = await readBatch(first(), options);
  const settings = readCoordinateCheck([
    build,
    {
      widths,
      input: batch.input,
      target: batch.target,
      loss: options.loss,
      steps: options.steps,
      seeds: Array.from({ length: seeds }, (_, i) => Number(seed) + i),
      policy,
      optimizer: options.optimizer,
      learningRate: options.learningRate,
      mode: options.mode,
    },
  ]);
  return finishWithPauses(coordinateSteps(build, { ...settings, choices: [batch.choice] }), () =>
    signal.throwIfAborted(),
  );
}

function callOwn(model: unknown, text: string): void {
  const own = (model as { initializeWeights?: unknown }).initializeWeights;
  if (typeof own !== 'function') {
    throw new UsageError(`--policy own calls the model's method initializeWeights(), which ${text} does not have`);
  }
  own.call(model);
}

/** A number in the arguments of a constructor, with its place in words. */
type Leaf = readonly [place: string, value: unknown];

/**
 * The width of each set of arguments: the first number that differs among them.
 * @throws UsageError if there are fewer than three sets, or if no number differs among all of them
 */
function widthsOf(sets: readonly (readonly unknown[])[]): {
  readonly widths: readonly number[];
  readonly place: string;
} {
  if (sets.length < 3) {
    throw new UsageError(
      `--sweep expects the arguments of at least 3 widths, found ${sets.length}; write --sweep '[64]' '[128]' '[256]' '[512]'`,
    );
  }
  const leaves = sets.map((args) => args.flatMap((value, i) => leavesOf(`argument ${i + 1}`, value)));
  for (const [place] of leaves[0]) {
    const values = leaves.map((own) => own.find(([other]) => other === place)?.[1]);
    const isWidth = values.every((value) => typeof value === 'number' && value > 0);
    if (isWidth && new Set(values).size === values.length) {
      return { widths: values as number[], place: `${place} of the constructor, ${values.join(', ')}` };
    }
  }
  throw new UsageError(
    `--sweep expects a number > 0 that differs among all sets of arguments, found none in ${sets.map((args) => JSON.stringify(args)).join(' ')}`,
  );
}

function leavesOf(place: string, value: unknown): Leaf[] {
  if (typeof value !== 'object' || value === null) return [[place, value]];
  return Object.entries(value).flatMap(([key, item]) => leavesOf(`${place}.${key}`, item));
}
