import { extend } from '../errors.js';
import { printable } from '../printable.js';
import type { ReadArguments, Signature } from '../readArguments.js';
import { isDeferred, wholeArrayOf } from '../tensor/deferredData.js';
import { hasLoaded, markLoaded } from '../tensor/loadedElements.js';
import { equalShapes } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import type { ModuleNode } from './ModuleNode.js';
import { formatHint, type LoadResult, listKeys, matchState, type StateMatch, type StatePair } from './matchState.js';
import { readTensors } from './readState.js';
import { isStateFile, type StateFile, type StateSource, sourceOf, sourceOfFile } from './StateSource.js';

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

/** A state dict: a Map, pairs of name and tensor, or an open file, of which each tensor is read when it is written. */
export type StateDict = Iterable<readonly [string, Tensor]> | StateFile;

/** Copies a state dict into a model, or reports everything that does not fit and writes nothing. */
export function loadState(
  root: ModuleNode,
  state: StateDict,
  options: ReadArguments<LoadOptions, 'rename'>,
): LoadResult {
  const isFile = isStateFile(state);
  const source: StateSource = isFile ? sourceOfFile(state) : sourceOf(readTensors(state));
  const match = matchState('loadStateDict()', root, source.forms, options);
  // The bytes of a file may be no bools. All other bytes are elements.
  if (isFile) for (const { name } of match.pairs) if (source.forms.get(name)?.dtype === 'bool') source.read(name);
  writePairs(match.pairs, source, options.assign ? 'assign' : isFile ? 'adopt' : 'copy');
  if (match.isEmpty) warnOfNothing(root, match);
  return match.result;
}

/**
 * Writes the tensors of a state dict that were matched with a model, one after another.
 * @param how `'copy'`: the elements are copied. `'assign'`: the model's tensors get the arrays and dtypes. `'adopt'`: the
 *   elements are copied, but a deferred array of the same dtype becomes the given one, which no other code may use.
 */
export function writePairs(
  pairs: readonly StatePair[],
  source: Pick<StateSource, 'read'>,
  how: 'copy' | 'assign' | 'adopt',
): void {
  for (const [index, { target }] of pairs.entries()) {
    const given = readNext(source, pairs, index);
    const value = equalShapes(given.shape, target.shape) ? given : given.detach().view(target.shape);
    const array = how === 'adopt' && value.dtype === target.dtype ? wholeArrayOf(target) : undefined;
    if (array !== undefined) array.create(value.data);
    else if (how === 'assign') target.set_(value);
    else target.own().copy_(value);
    markLoaded(target.data);
  }
}

/** Reads a tensor. If the file has been damaged since it was opened, the error says what is loaded already. */
function readNext({ read }: Pick<StateSource, 'read'>, pairs: readonly StatePair[], index: number): Tensor {
  try {
    return read(pairs[index].name);
  } catch (error) {
    if (index === 0) throw error;
    const keys = listKeys(pairs.slice(0, index).map(({ key }) => key));
    throw extend(error, `; the model has the values of the file for ${keys}, so load it again`);
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
