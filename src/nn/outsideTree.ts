import { isPlainObject } from '../errors.js';
import { originalOf } from '../tensor/originalOf.js';
import { parameterEntries, selfOf } from './entries.js';
import { ModuleNode } from './ModuleNode.js';
import { Parameter } from './Parameter.js';
import { joinPath, walk } from './walk.js';

/** A property that holds modules or parameters which are no members: an array, a map, a set or an object. */
export interface Outside {
  /** The path of the property. */
  readonly path: string;
  /** The number of modules and parameters that the property holds and that no member of the tree is. */
  readonly count: number;
}

/**
 * The properties of a model that hold modules or parameters outside of its tree, which no traversal reaches. What private
 * fields, accessors and functions hold cannot be seen.
 */
export function outsideTree(root: ModuleNode): Outside[] {
  const visited = [...walk(root)];
  const members = new Set<unknown>(visited.map(([, module]) => module));
  for (const [, module] of visited) for (const [, parameter] of parameterEntries(module)) members.add(parameter);
  return visited.flatMap(([path, module]) =>
    Object.keys(module).flatMap((property) => {
      const value: unknown = Object.getOwnPropertyDescriptor(module, property)?.value;
      const held = heldBy(value);
      const count = [...held].filter((member) => !members.has(member)).length;
      return count > 0 ? [{ path: joinPath(path, property), count }] : [];
    }),
  );
}

/** The modules and parameters in an array, a map, a set or a plain object, at any depth. */
function heldBy(value: unknown): Set<unknown> {
  const held = new Set<unknown>();
  if (value instanceof ModuleNode || value instanceof Parameter) return held;
  const seen = new Set<unknown>([value]);
  for (const part of seen) {
    if (part instanceof ModuleNode) held.add(selfOf(part));
    else if (part instanceof Parameter) held.add(originalOf(part));
    else if (Array.isArray(part) || part instanceof Set) for (const item of part) seen.add(item);
    else if (part instanceof Map) for (const item of [...part].flat()) seen.add(item);
    else if (isPlainObject(part)) for (const item of Object.values(part)) seen.add(item);
  }
  return held;
}
