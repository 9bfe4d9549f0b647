import { readOptions } from '../readOptions.js';
import { childEntries, type Entry, type Member } from './entries.js';
import type { ModuleNode } from './ModuleNode.js';

/** How a traversal goes. */
export interface WalkOptions {
  /** Path of the root, put before every other; `''` when absent. */
  prefix?: string | undefined;
  /**
   * What happens to a module that is met again: `'skip'` (default) visits it once; `'skipSiblings'` once a parent;
   * `'visit'` every time. A module inside itself is never entered again, so a cycle ends.
   */
  duplicates?: 'skip' | 'skipSiblings' | 'visit' | undefined;
  /** `'parentsFirst'` (default) is the order of `modules()`, `'childrenFirst'` that of `apply()`. */
  order?: 'parentsFirst' | 'childrenFirst' | undefined;
  /** Asked after a module was visited (parents first): false leaves out what is below it. */
  descend?: (() => boolean) | undefined;
}

interface Frame {
  readonly path: string;
  readonly module: ModuleNode;
  /** Looked up when the module has been visited, because the visitor may change them. */
  children: readonly Entry<ModuleNode>[] | undefined;
  next: number;
}

/** A module met on a traversal: its path, itself, and the module it was met in, `null` for the root. */
export type Visited = [path: string, module: ModuleNode, parent: ModuleNode | null];

/** The one traversal of a module tree: `root` and everything below it. Depth is no limit. */
export function* walk(root: ModuleNode, options: WalkOptions = {}): IterableIterator<Visited> {
  const { prefix = '', duplicates = 'skip', order = 'parentsFirst', descend = () => true } = options;
  const frames: Frame[] = [];
  // With 'skip' whatever was ever entered, otherwise what is being visited now.
  const entered = new Set<ModuleNode>();
  const enter = (path: string, module: ModuleNode) => {
    entered.add(module);
    frames.push({ path, module, children: undefined, next: 0 });
  };
  enter(prefix, root);
  if (order === 'parentsFirst') yield [prefix, root, null];
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
    if (entered.has(child)) continue;
    const path = joinPath(frame.path, key);
    enter(path, child);
    if (order === 'parentsFirst') yield [path, child, frame.module];
  }
}

/** Parameters or buffers of all modules of a walk, with their paths; each once unless duplicates are asked for. */
export function* walkMembers<T extends Member>(
  what: string,
  root: ModuleNode,
  entriesOf: (module: ModuleNode) => readonly Entry<T>[],
  options: MemberOptions = {},
): IterableIterator<[path: string, member: T]> {
  const { prefix, recurse, removeDuplicate } = readOptions(what, options, {
    prefix: '',
    recurse: true,
    removeDuplicate: true,
  });
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
  /** Path put before every other; `''` when absent. */
  prefix?: string | undefined;
  /** Whether submodules' members are listed too; true when absent. */
  recurse?: boolean | undefined;
  /** Whether a member met again under another path is left out; true when absent. */
  removeDuplicate?: boolean | undefined;
}

/** `'features'` and `'0'` → `'features.0'`. */
export function joinPath(parent: string, key: string): string {
  return parent === '' ? key : `${parent}.${key}`;
}

/** Entries whose member stands earlier in the list are left out. */
export function withoutRepeats<T extends Member>(entries: readonly Entry<T>[]): Entry<T>[] {
  const seen = new Set<T>();
  return entries.filter(([, member]) => !seen.has(member) && seen.add(member));
}
