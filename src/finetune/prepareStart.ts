import { extend, StateError } from '../errors.js';
import { leavesElements } from '../laws/partsOf.js';
import type { Module } from '../nn/Module.js';
import { formatHint, listKeys, matchState, type PrefixHint, type StatePair } from '../nn/matchState.js';
import type { StateForm } from '../nn/StateSource.js';
import type { Policy } from '../policy/definePolicy.js';
import { type Absent, prepareRun, type Run } from '../policy/prepareRun.js';
import type { ReadArguments } from '../readArguments.js';
import type { StartOptions } from './StartOptions.js';

/** A checkpoint that a model starts from. */
export interface StartSource {
  /** The name of the file without its folder; `null` for tensors in memory. */
  readonly file: string | null;
  /** The forms of its tensors by name. */
  readonly forms: ReadonlyMap<string, StateForm>;
  /** Writes the tensors that were chosen into the model. All are read before the first is written. */
  readonly load: (pairs: readonly StatePair[], signal?: AbortSignal) => void | Promise<void>;
}

/** How messages name what the user can do: as options of a function, or of the command. */
export interface StartAdvice {
  readonly ignoreMismatched: string;
  readonly hint: (hint: PrefixHint) => string;
}

const OPTIONS: StartAdvice = {
  ignoreMismatched: '{ ignoreMismatched: true }',
  hint: (hint) => formatHint(hint),
};

/**
 * Matches a checkpoint with a model, and builds the plan for what the checkpoint does not have. Nothing is read, drawn or
 * written.
 * @param caller the name of the function that was called, for messages
 * @throws StateError if a tensor has another shape and `ignoreMismatched` is false, if a tensor cannot be loaded, if no tensor
 *   leads to a tensor of the model, or if `rename` fails
 * @throws PolicyError if an option is invalid or an assignment is impossible
 */
export function prepareStart(
  caller: string,
  model: Module,
  policy: Policy,
  { file, forms, load }: StartSource,
  options: ReadArguments<StartOptions, Absent | 'rename'>,
  advice: StartAdvice = OPTIONS,
): Run {
  const { ignoreMismatched, prefix, rename, ...others } = options;
  const matchOptions = { strict: false, assign: false, ignoreMismatched, prefix, rename };
  const match = withAdvice(advice, () => matchState(`${caller}()`, model, forms, matchOptions));
  const { pairs, result, keys, isEmpty, hint } = match;
  if (isEmpty) {
    throw new StateError(
      `no tensor of ${file ?? 'the checkpoint'} leads to a tensor of ${model.constructor.name}: the model has ${listKeys(keys)}, ` +
        `the checkpoint has ${listKeys([...forms.keys()])}${hint === undefined ? '' : `; pass ${advice.hint(hint)}`}`,
    );
  }
  const run = prepareRun(caller, model, policy, others, new Set(pairs.map(({ target }) => target)));
  const filled = new Set<object>();
  for (const { parameter, law, shape } of run.plan.assignments) {
    if (law.kind !== 'untouched' && !leavesElements(law, shape)) filled.add(parameter);
  }
  const taken = pairs.filter(({ target }) => !filled.has(target));
  const checkpoint = {
    file,
    loaded: taken.map(({ key }) => key),
    missing: result.missingKeys,
    mismatched: result.mismatchedKeys,
    replaced: pairs.flatMap(({ key, target }) => (filled.has(target) ? [key] : [])),
    unexpected: result.unexpectedKeys,
  };
  return { ...run, context: { ...run.context, checkpoint }, taken, load: (signal) => load(taken, signal) };
}

/** The result of a match. An error about shapes says by which option they count as missing. */
function withAdvice<T>({ ignoreMismatched }: StartAdvice, match: () => T): T {
  try {
    return match();
  } catch (error) {
    const isAboutShapes = error instanceof StateError && error.detail.includes('size mismatch for ');
    throw isAboutShapes
      ? extend(error, `\n\tpass ${ignoreMismatched} to draw tensors of another shape by the policy`)
      : error;
  }
}
