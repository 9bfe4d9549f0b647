import { formatValue, nearestName, StateError } from '../errors.js';
import { isFloatDType } from '../numerics/DType.js';
import { printable } from '../printable.js';
import type { ReadArguments, Signature } from '../readArguments.js';
import { isDeferred } from '../tensor/deferredData.js';
import { hasLoaded, markLoaded } from '../tensor/loadedElements.js';
import { namesByElements } from '../tensor/namesByElements.js';
import { equalShapes, formatShape } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import { type Member, parameterEntries, persistentBufferEntries } from './entries.js';
import type { ModuleNode } from './ModuleNode.js';
import { type Given, type ReadState, readState } from './readState.js';
import { joinPath, walk } from './walk.js';

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

/** A tensor to write, and the tensor of the same shape that it becomes. */
interface Pair {
  readonly target: Tensor;
  readonly value: Tensor;
}

/** Whether a tensor has elements that `loadStateDict` wrote, and that no fill has overwritten since. */
export function wasLoaded(tensor: Tensor): boolean {
  return !isDeferred(tensor) && hasLoaded(tensor.data);
}

/** The entries of a state dict, in PyTorch's order; a tied tensor is listed under each of its keys. */
export function* stateEntries(root: ModuleNode): IterableIterator<[key: string, member: StateMember]> {
  for (const [path, module] of walk(root, { duplicates: 'visit' })) {
    for (const [key, member] of parameterEntries(module)) yield [joinPath(path, key), member];
    for (const [key, member] of persistentBufferEntries(module)) yield [joinPath(path, key), member];
  }
}

/** Copies a state dict into a model, or reports everything that does not fit and writes nothing. */
export function loadState(
  root: ModuleNode,
  state: Iterable<readonly [string, Tensor]>,
  { strict, assign, ignoreMismatched, prefix, rename }: ReadArguments<LoadOptions, 'rename'>,
): LoadResult {
  const source = readState(state, { prefix, rename });
  const entries = new Map(stateEntries(root));
  const { pairs, problems, missingKeys, mismatchedKeys } = match(entries, source, { assign, ignoreMismatched });
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
  if (strict) problems.unshift(...describeKeys(result));
  const hint = pairs.length === 0 && mismatchedKeys.length === 0 ? prefixHint(entries, source) : '';
  if (problems.length > 0) {
    if (hint !== '') problems.push(`The keys differ by a prefix; pass { ${hint} }.`);
    throw new StateError(
      `Error(s) in loading state_dict for ${root.constructor.name}:\n\t${problems.map(printable).join('\n\t')}`,
    );
  }
  for (const { target, value } of pairs) {
    if (assign) target.set_(value);
    else target.own().copy_(value);
    markLoaded(target.data);
  }
  if (pairs.length === 0 && mismatchedKeys.length === 0) warnOfNothing(root, [...entries.keys()], result, hint);
  return result;
}

/** Finds the tensor of the state dict for each tensor of the model. */
function match(
  entries: ReadonlyMap<string, StateMember>,
  { byKey }: ReadState,
  { assign, ignoreMismatched }: { readonly assign: boolean; readonly ignoreMismatched: boolean },
) {
  const pairs: Pair[] = [];
  const problems: string[] = [];
  const missingKeys: string[] = [];
  const mismatchedKeys: string[] = [];
  const pair = (key: string, target: Tensor, value: Tensor) => {
    const reason = reasonAgainst(target, value, assign);
    if (reason === undefined) pairs.push({ target, value });
    else problems.push(`While copying the parameter named "${key}", ${reason}.`);
  };
  for (const [key, target] of entries) {
    const given = byKey.get(key)?.value;
    if (given === undefined) {
      missingKeys.push(key);
      continue;
    }
    const value = fitted(given, target);
    if (value !== undefined) pair(key, target, value);
    else if (ignoreMismatched) mismatchedKeys.push(key);
    else problems.push(describeMismatch(key, given, target));
  }
  // A tied tensor needs one of its keys. Different objects that share their elements go on sharing them.
  const names = missingKeys.length === 0 ? new Map<string, readonly string[]>() : namesByElements(entries);
  const stillMissing = missingKeys.filter((key) => {
    const other = names.get(key)?.findLast((name) => byKey.has(name));
    if (other === undefined) return true;
    const [target, tied] = [entries.get(key), entries.get(other)] as [StateMember, StateMember];
    const value = fitted((byKey.get(other) as Given).value, tied);
    if (value !== undefined && target !== tied) pair(key, target, value.detach().view(target.shape));
    return false;
  });
  return { pairs, problems, missingKeys: stillMissing, mismatchedKeys };
}

/**
 * A tensor of a state dict in the shape of its target; `undefined` if it has another shape. PyTorch before version 0.4 had no
 * shape `[]`, so a single number of shape `[1]` fits it.
 */
function fitted(value: Tensor, { shape }: Tensor): Tensor | undefined {
  if (equalShapes(value.shape, shape)) return value;
  return shape.length === 0 && equalShapes(value.shape, [1]) ? value.detach().view([]) : undefined;
}

function describeMismatch(key: string, value: Tensor, { shape }: Tensor): string {
  return (
    `size mismatch for ${key}: copying a param with shape ${formatShape(value.shape)} from checkpoint, ` +
    `the shape in current model is ${formatShape(shape)}.`
  );
}

/** The reason why a tensor of the right shape cannot be loaded, if there is one. */
function reasonAgainst(target: Tensor, value: Tensor, assign: boolean): string | undefined {
  if (target.entry !== null) return `the model's tensor was computed (${target.entry.name}) and cannot be written`;
  if (assign && target.requiresGrad && !isFloatDType(value.dtype)) return `${value.dtype} cannot require gradients`;
  if (isTransferred(value)) return 'the elements of the given tensor are gone: its array was transferred to a thread';
  if (!assign && isTransferred(target)) {
    return "the elements of the model's tensor are gone: its array was transferred to a thread; load with { assign: true }";
  }
  return undefined;
}

function isTransferred(tensor: Tensor): boolean {
  return !isDeferred(tensor) && tensor.data.length !== tensor.numel;
}

/** What the classes of the modules say about keys that only earlier versions wrote. */
function describeObsolete(root: ModuleNode, { byKey }: ReadState): string[] {
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

/** The option that makes the keys of a state dict those of the model, if one of them ends with a key of the model. */
function prefixHint(entries: ReadonlyMap<string, StateMember>, { byKey, outside }: ReadState): string {
  for (const name of [...outside, ...Array.from(byKey.values(), (given) => given.name)]) {
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      if (entries.has(name.slice(dot + 1))) return `prefix: '${name.slice(0, dot)}'`;
    }
  }
  return '';
}

function warnOfNothing(root: ModuleNode, keys: readonly string[], { unexpectedKeys }: LoadResult, hint: string): void {
  if (keys.length + unexpectedKeys.length === 0) return;
  console.warn(
    printable(
      `initree: loadStateDict() loaded nothing into ${root.constructor.name}: the model has ${listed(keys)}, ` +
        `the state dict has ${listed(unexpectedKeys)}${hint === '' ? '' : `; pass { ${hint} }`}`,
    ),
  );
}

function listed(keys: readonly string[]): string {
  if (keys.length === 0) return 'no keys';
  return `${quoted(keys.slice(0, 2))}${keys.length > 2 ? ` and ${keys.length - 2} more` : ''}`;
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
