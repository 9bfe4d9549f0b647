import { formatValue, nearestName, StateError } from '../errors.js';
import { isDType, isFloatDType } from '../numerics/DType.js';
import { printable } from '../printable.js';
import { isDeferred } from '../tensor/deferredData.js';
import { namesByElements } from '../tensor/namesByElements.js';
import { equalShapes, formatShape } from '../tensor/Shape.js';
import { Tensor } from '../tensor/Tensor.js';
import { type Member, parameterEntries, persistentBufferEntries } from './entries.js';
import type { ModuleNode } from './ModuleNode.js';
import { type Given, type KeyedState, type KeyOptions, translateKeys } from './readState.js';
import type { StateForm } from './StateSource.js';
import { joinPath, walk } from './walk.js';

/** The keys that did not lead to a loaded tensor. */
export interface LoadResult {
  /**
   * Keys of the model that the state dict does not have. A tied parameter is missing only if the state dict has none of its
   * keys.
   */
  readonly missingKeys: string[];
  /** Keys of the state dict, as it has them, that the model does not have. */
  readonly unexpectedKeys: string[];
  /** Keys of the model whose tensors have another shape in the state dict (option `ignoreMismatched`). */
  readonly mismatchedKeys: string[];
}

type StateMember = Exclude<Member, ModuleNode>;

/** How a state dict is matched with a model. */
export interface MatchOptions extends KeyOptions {
  readonly strict: boolean;
  readonly assign: boolean;
  readonly ignoreMismatched: boolean;
}

/** A tensor of the model, and the tensor of the state dict whose elements it gets. */
export interface StatePair {
  /** The key of the model. */
  readonly key: string;
  readonly target: Tensor;
  /** The key of the state dict. Its tensor has as many elements as the target. */
  readonly name: string;
}

/** A change of all keys of a state dict that would lead to keys of the model: the prefix to remove or to add. */
export type PrefixHint = { readonly remove: string } | { readonly add: string };

/** A state dict matched with a model. Nothing is written. */
export interface StateMatch {
  readonly pairs: readonly StatePair[];
  readonly result: LoadResult;
  /** The keys of the model. */
  readonly keys: readonly string[];
  /** Whether no key of the state dict is a key of the model. */
  readonly isEmpty: boolean;
  /** If no key of the state dict is a key of the model: the change that would make one of them so, if there is one. */
  readonly hint: PrefixHint | undefined;
}

/** The entries of a state dict, in PyTorch's order; a tied tensor is listed under each of its keys. */
export function* stateEntries(root: ModuleNode): IterableIterator<[key: string, member: StateMember]> {
  for (const [path, module] of walk(root, { duplicates: 'visit' })) {
    for (const [key, member] of parameterEntries(module)) yield [joinPath(path, key), member];
    for (const [key, member] of persistentBufferEntries(module)) yield [joinPath(path, key), member];
  }
}

/**
 * Finds the tensor of a state dict for each tensor of a model.
 * @param caller the function that was called, `'loadStateDict()'`
 * @param tensors the tensors of the state dict, or their forms
 * @throws StateError that lists everything that does not fit
 */
export function matchState(
  caller: string,
  root: ModuleNode,
  tensors: ReadonlyMap<string, StateForm>,
  options: MatchOptions,
): StateMatch {
  const source = translateKeys(caller, tensors, options);
  const entries = new Map(stateEntries(root));
  const { pairs, problems, missingKeys, mismatchedKeys } = pairUp(entries, source, options);
  const optional = missingKeys.length === 0 ? new Set() : optionalKeys(root);
  const result: LoadResult = {
    missingKeys: missingKeys.filter((key) => !optional.has(key)),
    unexpectedKeys: [
      ...source.outside,
      ...[...source.byKey].flatMap(([key, { name }]) => (entries.has(key) ? [] : name)),
    ],
    mismatchedKeys,
  };
  problems.push(...describeObsolete(root, source));
  if (options.strict) problems.unshift(...describeKeys(result));
  const isEmpty = pairs.length === 0 && mismatchedKeys.length === 0;
  const hint = isEmpty ? findHint(entries, source) : undefined;
  if (problems.length > 0) {
    if (hint !== undefined) problems.push(`The keys differ by a prefix; pass ${formatHint(hint)}.`);
    throw new StateError(
      `Error(s) in loading state_dict for ${root.constructor.name}:\n\t${problems.map(printable).join('\n\t')}`,
    );
  }
  return { pairs, result, keys: [...entries.keys()], isEmpty, hint };
}

/** The option of `loadStateDict` that makes the change of a hint. */
export function formatHint(hint: PrefixHint): string {
  return 'remove' in hint
    ? `{ prefix: '${formatValue(hint.remove)}' }`
    : `{ rename: (key) => \`${formatValue(hint.add)}.\${key}\` }`;
}

/** The first keys of a list, for messages. */
export function listKeys(keys: readonly string[]): string {
  if (keys.length === 0) return 'no keys';
  return `${quoted(keys.slice(0, 2))}${keys.length > 2 ? ` and ${keys.length - 2} more` : ''}`;
}

/** Finds the tensor of the state dict for each tensor of the model. */
function pairUp(
  entries: ReadonlyMap<string, StateMember>,
  { byKey }: KeyedState,
  { assign, ignoreMismatched }: { readonly assign: boolean; readonly ignoreMismatched: boolean },
) {
  const pairs: StatePair[] = [];
  const problems: string[] = [];
  const missingKeys: string[] = [];
  const mismatchedKeys: string[] = [];
  const pair = (key: string, target: Tensor, { name, value }: Given) => {
    const reason = reasonAgainst(target, value, assign);
    if (reason === undefined) pairs.push({ key, target, name });
    else problems.push(`While copying the parameter named "${key}", ${reason}.`);
  };
  for (const [key, target] of entries) {
    const given = byKey.get(key);
    if (given === undefined) missingKeys.push(key);
    else if (fits(given.value, target)) pair(key, target, given);
    else if (ignoreMismatched) mismatchedKeys.push(key);
    else problems.push(describeMismatch(key, given.value, target));
  }
  // A tied tensor needs one of its keys. Different objects that share their elements go on sharing them.
  const names = missingKeys.length === 0 ? new Map<string, readonly string[]>() : namesByElements(entries);
  const stillMissing = missingKeys.filter((key) => {
    const other = names.get(key)?.findLast((name) => byKey.has(name));
    if (other === undefined) return true;
    const [target, tied] = [entries.get(key), entries.get(other)] as [StateMember, StateMember];
    const given = byKey.get(other) as Given;
    if (fits(given.value, tied) && target !== tied) pair(key, target, given);
    return false;
  });
  return { pairs, problems, missingKeys: stillMissing, mismatchedKeys };
}

/**
 * Whether a tensor of a state dict has the shape of its target. PyTorch before version 0.4 had no shape `[]`, so a single
 * number of shape `[1]` fits it.
 */
function fits(value: StateForm, { shape }: Tensor): boolean {
  return equalShapes(value.shape, shape) || (shape.length === 0 && equalShapes(value.shape, [1]));
}

function describeMismatch(key: string, value: StateForm, { shape }: Tensor): string {
  return (
    `size mismatch for ${key}: copying a param with shape ${formatShape(value.shape)} from checkpoint, ` +
    `the shape in current model is ${formatShape(shape)}.`
  );
}

/** The reason why a tensor of the right shape cannot be loaded, if there is one. */
function reasonAgainst(target: Tensor, value: StateForm, assign: boolean): string | undefined {
  if (target.entry !== null) return `the model's tensor was computed (${target.entry.name}) and cannot be written`;
  if (!isDType(value.dtype)) return `no tensor here can have the dtype ${value.dtype}`;
  if (assign && target.requiresGrad && !isFloatDType(value.dtype)) return `${value.dtype} cannot require gradients`;
  if (value instanceof Tensor && isTransferred(value)) {
    return 'the elements of the given tensor are gone: its array was transferred to a thread';
  }
  if (!assign && isTransferred(target)) {
    return "the elements of the model's tensor are gone: its array was transferred to a thread; load with { assign: true }";
  }
  return undefined;
}

function isTransferred(tensor: Tensor): boolean {
  return !isDeferred(tensor) && tensor.data.length !== tensor.numel;
}

/** What the classes of the modules say about keys that only earlier versions wrote. */
function describeObsolete(root: ModuleNode, { byKey }: KeyedState): string[] {
  return [...walk(root, { duplicates: 'visit' })].flatMap(([path, module]) => {
    const { obsoleteKeys } = module.constructor as typeof ModuleNode;
    return obsoleteKeys(module, (key) => byKey.has(joinPath(path, key))) ?? [];
  });
}

/** The keys that a state dict may lack, because earlier versions did not write them. */
function optionalKeys(root: ModuleNode): Set<string> {
  const keys = new Set<string>();
  for (const [path, module] of walk(root, { duplicates: 'visit' })) {
    for (const key of (module.constructor as typeof ModuleNode).optionalKeys) keys.add(joinPath(path, key));
  }
  return keys;
}

/** The change of the keys of a state dict that makes one of them a key of the model, if a prefix does. */
function findHint(entries: ReadonlyMap<string, StateMember>, { byKey, outside }: KeyedState): PrefixHint | undefined {
  const names = [...outside, ...Array.from(byKey.values(), ({ name }) => name)];
  for (const name of names) {
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      if (entries.has(name.slice(dot + 1))) return { remove: name.slice(0, dot) };
    }
  }
  const given = new Set(names);
  for (const key of entries.keys()) {
    for (let dot = key.indexOf('.'); dot >= 0; dot = key.indexOf('.', dot + 1)) {
      if (given.has(key.slice(dot + 1))) return { add: key.slice(0, dot) };
    }
  }
  return undefined;
}

/** What a strict load says about the keys. */
function describeKeys({ missingKeys: missing, unexpectedKeys: unexpected }: LoadResult): string[] {
  const lines: string[] = [];
  if (missing.length > 0) lines.push(`Missing key(s) in state_dict: ${quoted(missing)}.`);
  if (unexpected.length > 0) {
    const near = missing.length > 0 && unexpected.length === 1 ? nearestName(unexpected[0], missing.slice(0, 20)) : '';
    lines.push(`Unexpected key(s) in state_dict: ${quoted(unexpected)}${near.startsWith('; did') ? near : ''}.`);
  }
  return lines;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${formatValue(name)}"`).join(', ');
}
