import { describeValue, StateError } from '../errors.js';
import type { ReadArguments, Signature } from '../readArguments.js';
import { childEntries, type Entry, type Member, selfOf } from './entries.js';
import type { ModuleNode } from './ModuleNode.js';

/** Options of {@link walk}. */
export interface WalkOptions {
  /** Path of the root, with which all paths begin. Default: `''`. */
  prefix?: string | undefined;
  /**
   * How often a module with several paths is visited: `'skip'` (default) once; `'skipSiblings'` once for each parent;
   * `'visit'` once for each path. A module inside itself is never entered again, so a cycle ends.
   */
  duplicates?: 'skip' | 'skipSiblings' | 'visit' | undefined;
  /**
   * How often a module is visited at most. Then each module is visited under its first paths, and the number of visits
   * grows with the number of modules, not with the number of paths. Default: no limit.
   */
  limit?: number | undefined;
  /** `'parentsFirst'` (default) is the order of `modules()`, `'childrenFirst'` the order of `apply()`. */
  order?: 'parentsFirst' | 'childrenFirst' | undefined;
  /**
   * The traversal calls this function after each visit with `'parentsFirst'`. If it returns false, the module's
   * descendants are skipped. Default: all descendants are visited.
   */
  descend?: (() => boolean) | undefined;
}

interface Frame {
  readonly path: string;
  readonly module: ModuleNode;
  /** Read after the module was visited, because the visitor may change them. */
  children: readonly Entry<ModuleNode>[] | undefined;
  next: number;
}

/** A visited module with its path and its parent; the parent of the root is `null`. */
export type Visited = [path: string, module: ModuleNode, parent: ModuleNode | null];

/** The one traversal of a module tree: visits `root` and all its descendants. The depth of the tree is not limited. */
export function* walk(root: ModuleNode, options: WalkOptions = {}): IterableIterator<Visited> {
  const { prefix = '', duplicates = 'skip', order = 'parentsFirst', limit = Infinity, descend = () => true } = options;
  checkPrefix(prefix);
  const frames: Frame[] = [];
  // With 'skip' all modules entered so far, otherwise only the root and the path from it to the present module.
  const entered = new Set<ModuleNode>();
  const visits = new Map<ModuleNode, number>();
  const enter = (path: string, module: ModuleNode) => {
    entered.add(module);
    if (limit < Infinity) visits.set(module, (visits.get(module) ?? 0) + 1);
    frames.push({ path, module, children: undefined, next: 0 });
  };
  const self = selfOf(root);
  enter(prefix, self);
  if (order === 'parentsFirst') yield [prefix, self, null];
  for (let frame = frames.at(-1); frame; frame = frames.at(-1)) {
    if (frame.children === undefined) {
      const children = descend() ? childEntries(frame.module) : [];
      frame.children = duplicates === 'skipSiblings' ? withoutRepeats(children) : children;
    }
    if (frame.next === frame.children.length) {
      frames.pop();
      if (duplicates !== 'skip') entered.delete(frame.module);
      if (order === 'childrenFirst') yield [frame.path, frame.module, frames.at(-1)?.module ?? null];
      continue;
    }
    const [key, child] = frame.children[frame.next++];
    if (entered.has(child) || (visits.get(child) ?? 0) >= limit) continue;
    const path = joinPath(frame.path, key);
    enter(path, child);
    if (order === 'parentsFirst') yield [path, child, frame.module];
  }
}

/** @throws StateError if the prefix of paths is not a string */
export function checkPrefix(prefix: unknown): asserts prefix is string {
  if (typeof prefix === 'string') return;
  throw new StateError(`expected prefix to be a path such as 'module', found ${describeValue(prefix)}`);
}

/** The parameters or buffers of `root` and its descendants with their paths. */
export function* walkMembers<T extends Member>(
  root: ModuleNode,
  entriesOf: (module: ModuleNode) => readonly Entry<T>[],
  { prefix, recurse, removeDuplicate }: ReadArguments<MemberOptions>,
): IterableIterator<[path: string, member: T]> {
  checkPrefix(prefix);
  const seen = new Set<T>();
  const modules = recurse
    ? walk(root, { prefix, duplicates: removeDuplicate ? 'skip' : 'visit' })
    : [[prefix, root] as const];
  for (const [path, module] of modules) {
    for (const [key, member] of entriesOf(module)) {
      if (seen.has(member)) continue;
      if (removeDuplicate) seen.add(member);
      yield [joinPath(path, key), member];
    }
  }
}

/** Options of `namedParameters` and `namedBuffers`. */
export interface MemberOptions {
  /** Path of the root, with which all paths begin. Default: `''`. */
  prefix?: string | undefined;
  /** Whether the members of descendants are listed. Default: true. */
  recurse?: boolean | undefined;
  /** Whether a member with several paths is listed only under the first one. Default: true. */
  removeDuplicate?: boolean | undefined;
}

/** How `namedParameters` and `namedBuffers` read their arguments. */
export const MEMBERS: Signature<MemberOptions> = { defaults: { prefix: '', recurse: true, removeDuplicate: true } };

/** `'features'` and `'0'` → `'features.0'`. */
export function joinPath(parent: string, key: string): string {
  return parent === '' ? key : `${parent}.${key}`;
}

/** The entries without those whose member occurs earlier in the list. */
export function withoutRepeats<T extends Member>(entries: readonly Entry<T>[]): Entry<T>[] {
  const seen = new Set<T>();
  return entries.filter(([, member]) => !seen.has(member) && seen.add(member));
}
