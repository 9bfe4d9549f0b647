import { printable } from '../printable.js';
import type { ReadArguments, Signature } from '../readArguments.js';
import { isDeferred, wholeArrayOf } from '../tensor/deferredData.js';
import { hasLoaded, markLoaded } from '../tensor/loadedElements.js';
import { equalShapes } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import type { ModuleNode } from './ModuleNode.js';
import { formatHint, type LoadResult, listKeys, matchState, type StateMatch, type StatePair } from './matchState.js';
import { readTensors } from './readState.js';

/** Options of `loadStateDict`. */
export interface LoadOptions {
  /** Whether missing and unexpected keys are errors. Default: true. */
  strict?: boolean | undefined;
  /** Whether the model's tensors get the arrays and dtypes of the given ones instead of copies of the values. Default: false. */
  assign?: boolean | undefined;
  /**
   * Whether tensors of another shape are left out and listed as `mismatchedKeys` (`ignore_mismatched_sizes` of
   * transformers). Otherwise they are errors. Default: false.
   */
  ignoreMismatched?: boolean | undefined;
  /**
   * The path at which the state dict has this module: `'module'` for the keys `module.fc.weight` and `module.fc.bias`. Keys
   * that do not begin with it are unexpected. Default: `''`.
   */
  prefix?: string | undefined;
  /**
   * Gives the model's key for each key of the state dict, or `null` to leave the tensor out. It cannot be combined with
   * `prefix`. Default: the keys stay.
   */
  rename?: ((key: string) => string | null) | undefined;
}

/** How `loadStateDict` reads its arguments. */
export const LOAD: Signature<LoadOptions, 'rename'> = {
  required: ['state'],
  defaults: { strict: true, assign: false, ignoreMismatched: false, prefix: '', rename: undefined },
};

/** Whether a tensor has elements that `loadStateDict` wrote, and that no fill has overwritten since. */
export function wasLoaded(tensor: Tensor): boolean {
  return !isDeferred(tensor) && hasLoaded(tensor.data);
}

/** Copies a state dict into a model, or reports everything that does not fit and writes nothing. */
export function loadState(
  root: ModuleNode,
  state: Iterable<readonly [string, Tensor]>,
  options: ReadArguments<LoadOptions, 'rename'>,
): LoadResult {
  const tensors = readTensors(state);
  const match = matchState('loadStateDict()', root, tensors, options);
  writePairs(match.pairs, tensors, options.assign ? 'assign' : 'copy');
  if (match.isEmpty) warnOfNothing(root, match);
  return match.result;
}

/**
 * Writes the tensors of a state dict that were matched with a model.
 * @param how `'copy'`: the elements are copied. `'assign'`: the model's tensors get the arrays and dtypes. `'adopt'`: the
 *   elements are copied, but a deferred array of the same dtype becomes the given one, which no other code may use.
 */
export function writePairs(
  pairs: readonly StatePair[],
  tensors: ReadonlyMap<string, Tensor>,
  how: 'copy' | 'assign' | 'adopt',
): void {
  for (const { target, name } of pairs) {
    const given = tensors.get(name) as Tensor;
    const value = equalShapes(given.shape, target.shape) ? given : given.detach().view(target.shape);
    const array = how === 'adopt' && value.dtype === target.dtype ? wholeArrayOf(target) : undefined;
    if (array !== undefined) array.create(value.data);
    else if (how === 'assign') target.set_(value);
    else target.own().copy_(value);
    markLoaded(target.data);
  }
}

function warnOfNothing(root: ModuleNode, { keys, hint, result: { unexpectedKeys } }: StateMatch): void {
  if (keys.length + unexpectedKeys.length === 0) return;
  console.warn(
    printable(
      `initree: loadStateDict() loaded nothing into ${root.constructor.name}: the model has ${listKeys(keys)}, ` +
        `the state dict has ${listKeys(unexpectedKeys)}${hint === undefined ? '' : `; pass ${formatHint(hint)}`}`,
    ),
  );
}
