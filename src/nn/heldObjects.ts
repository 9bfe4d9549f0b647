import { isPlainObject } from '../errors.js';
import { Generator } from '../random/Generator.js';
import { originalOf } from '../tensor/originalOf.js';
import { Tensor } from '../tensor/Tensor.js';
import { childEntries, parameterEntries, selfOf } from './entries.js';
import { ModuleNode } from './ModuleNode.js';
import { Parameter } from './Parameter.js';

/**
 * The modules and all objects that they hold, each once: their members, the values of their properties, and what arrays, maps, sets
 * and other objects among these hold in turn. What tensors, generators, objects of the platform, functions and private fields hold
 * is not among them, and no object that refuses to be read.
 */
export function heldObjects(modules: readonly ModuleNode[]): Set<object> {
  const held = new Set<object>(modules.map(selfOf));
  for (const object of held) {
    try {
      for (const part of partsOf(object)) {
        if (typeof part === 'object' && part !== null) held.add(identityOf(part));
      }
    } catch {
      // A proxy may refuse to be read.
      held.delete(object);
    }
  }
  return held;
}

/** The object behind the proxies of a module or of a parameter. */
function identityOf(object: object): object {
  if (object instanceof ModuleNode) return selfOf(object);
  return object instanceof Parameter ? originalOf(object) : object;
}

function* partsOf(object: object): IterableIterator<unknown> {
  if (Array.isArray(object) || object instanceof Set) yield* object;
  if (object instanceof Map) for (const entry of object) yield* entry;
  if (Array.isArray(object) || !hasOwnParts(object)) return;
  for (const { value } of Object.values(Object.getOwnPropertyDescriptors(object))) yield value;
  if (!(object instanceof ModuleNode)) return;
  // Members whose name is a method are no properties.
  for (const [, member] of [...childEntries(object), ...parameterEntries(object)]) yield member;
}

/** Whether an object is an instance of a class of a program, or a plain object. Those of the platform may hold anything. */
function hasOwnParts(object: object): boolean {
  if (object instanceof Tensor || object instanceof Generator) return false;
  if (isPlainObject(object) || object instanceof ModuleNode) return true;
  const Class: unknown = object.constructor;
  return typeof Class === 'function' && !NATIVE.test(Function.prototype.toString.call(Class));
}

const NATIVE = /\{\s*\[native code\]\s*\}$/;
