import { describeValue, nearestName, StateError } from '../errors.js';
import { isFloatDType } from '../numerics/DType.js';
import { readOptions } from '../readOptions.js';
import { equalShapes, formatShape } from '../tensor/Shape.js';
import { Tensor } from '../tensor/Tensor.js';
import { type Member, parameterEntries, persistentBufferEntries } from './entries.js';
import type { ModuleNode } from './ModuleNode.js';
import { joinPath, walk } from './walk.js';

/** Options of `loadStateDict`. */
export interface LoadOptions {
  /** Whether missing and unexpected keys are errors. Default: true. */
  strict?: boolean | undefined;
  /** Whether the model's tensors get the arrays and dtypes of the given ones instead of copies of the values. Default: false. */
  assign?: boolean | undefined;
}

/** The keys that only the model or only the state dict has. */
export interface LoadResult {
  /** Keys of the model that the state dict does not have. */
  readonly missingKeys: string[];
  /** Keys of the state dict that the model does not have. */
  readonly unexpectedKeys: string[];
}

/** Tensors whose values come from a state dict. */
const loaded = new WeakSet<Tensor>();

/** Whether `loadStateDict` has written a tensor's values. */
export function wasLoaded(tensor: Tensor): boolean {
  return loaded.has(tensor);
}

/** The entries of a state dict, in PyTorch's order; a tied tensor is listed under each of its keys. */
export function* stateEntries(root: ModuleNode): IterableIterator<[key: string, member: Exclude<Member, ModuleNode>]> {
  for (const [path, module] of walk(root, { duplicates: 'visit' })) {
    for (const [key, member] of parameterEntries(module)) yield [joinPath(path, key), member];
    for (const [key, member] of persistentBufferEntries(module)) yield [joinPath(path, key), member];
  }
}

/** Copies a state dict into a model, or reports everything that does not fit and writes nothing. */
export function loadState(
  root: ModuleNode,
  state: Iterable<readonly [string, Tensor]>,
  options: LoadOptions,
): LoadResult {
  const { strict, assign } = readOptions('loadStateDict', options, { strict: true, assign: false });
  const source = readState(state);
  const missingKeys: string[] = [];
  const problems: string[] = [];
  const pairs: { target: Tensor; value: Tensor }[] = [];
  const unclaimed = new Set(source.keys());
  for (const [key, target] of stateEntries(root)) {
    const value = source.get(key);
    unclaimed.delete(key);
    if (value === undefined) missingKeys.push(key);
    else if (equalShapes(value.shape, target.shape)) {
      const reason = reasonAgainst(target, value, assign);
      if (reason === undefined) pairs.push({ target, value });
      else problems.push(`While copying the parameter named "${key}", ${reason}.`);
    } else {
      problems.push(
        `size mismatch for ${key}: copying a param with shape ${formatShape(value.shape)} from checkpoint, ` +
          `the shape in current model is ${formatShape(target.shape)}.`,
      );
    }
  }
  const unexpectedKeys = [...unclaimed];
  if (strict && unexpectedKeys.length > 0) problems.unshift(describeUnexpected(unexpectedKeys, missingKeys));
  if (strict && missingKeys.length > 0) problems.unshift(`Missing key(s) in state_dict: ${quoted(missingKeys)}.`);
  if (problems.length > 0) {
    throw new StateError(`Error(s) in loading state_dict for ${root.constructor.name}:\n\t${problems.join('\n\t')}`);
  }
  for (const { target, value } of pairs) {
    if (assign) target.set_(value);
    else target.own().copy_(value);
    loaded.add(target);
  }
  return { missingKeys, unexpectedKeys };
}

function readState(state: Iterable<readonly [string, Tensor]>): Map<string, Tensor> {
  if (typeof state?.[Symbol.iterator] !== 'function') {
    throw new StateError(
      `Expected state_dict to be dict-like, a Map or pairs of name and tensor, got ${describeValue(state)}`,
    );
  }
  const source = new Map<string, Tensor>();
  for (const pair of state) {
    if (!Array.isArray(pair) || typeof pair[0] !== 'string') {
      throw new StateError(`expected a state dict of pairs of name and tensor, found ${describeValue(pair)}`);
    }
    const [key, value] = pair;
    if (!(value instanceof Tensor)) {
      throw new StateError(
        `While copying the parameter named "${key}", expected a Tensor, found ${describeValue(value)}`,
      );
    }
    source.set(key, value);
  }
  return source;
}

/** The reason why a tensor of the right shape cannot be loaded, if there is one. */
function reasonAgainst(target: Tensor, value: Tensor, assign: boolean): string | undefined {
  if (target.entry !== null) return `the model's tensor was computed (${target.entry.name}) and cannot be written`;
  if (assign && target.requiresGrad && !isFloatDType(value.dtype)) return `${value.dtype} cannot require gradients`;
  return undefined;
}

function describeUnexpected(unexpected: readonly string[], missing: readonly string[]): string {
  const hint = missing.length > 0 && unexpected.length === 1 ? nearestName(unexpected[0], missing.slice(0, 20)) : '';
  return `Unexpected key(s) in state_dict: ${quoted(unexpected)}${hint.startsWith('; did') ? hint : ''}.`;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
