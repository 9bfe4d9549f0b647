import { InitreeError, locate } from '../errors.js';
import { ModuleNode } from './ModuleNode.js';
import { walk } from './walk.js';

/** Prototypes whose `forward` is wrapped, or that have none of their own. */
const prepared = new WeakSet<object>();

interface Origin {
  /** The innermost module whose `forward` failed. */
  readonly module: ModuleNode;
  /** The error as it was thrown. */
  readonly error: unknown;
}

/** The origin of each error that is leaving a `forward`. */
const origins = new WeakMap<object, Origin>();

/**
 * Adds a path to the errors that leave the `forward` of a class: the path from the module that was called to the module in
 * which the error arose. Each `forward` that an error passes through looks for the innermost module in its own tree, so
 * the path becomes longer on the way out. No work is done until there is an error.
 * @param prototype prototype of the class; the classes that it inherits from are prepared as well
 */
export function locateErrors(prototype: object): void {
  for (
    let owner = prototype;
    owner !== ModuleNode.prototype && !prepared.has(owner);
    owner = Object.getPrototypeOf(owner)
  ) {
    prepared.add(owner);
    const descriptor = Object.getOwnPropertyDescriptor(owner, 'forward');
    if (typeof descriptor?.value !== 'function') continue;
    const forward = descriptor.value as (this: ModuleNode, ...inputs: unknown[]) => unknown;
    descriptor.value = function (this: ModuleNode, ...inputs: unknown[]): unknown {
      try {
        return forward.apply(this, inputs);
      } catch (error) {
        throw locatedIn(this, error);
      }
    };
    Object.defineProperty(owner, 'forward', descriptor);
  }
}

function locatedIn(module: ModuleNode, error: unknown): unknown {
  const origin = origins.get(error as object) ?? { module, error };
  const path = pathOf(origin.module, module);
  // From the error as it was thrown: it has no path unless the code that threw it gave one, which then stays.
  const located = path === undefined ? error : locate(origin.error, path);
  if (located instanceof InitreeError) origins.set(located, origin);
  return located;
}

function pathOf(module: ModuleNode, root: ModuleNode): string | undefined {
  for (const [path, candidate] of walk(root)) if (candidate === module) return path;
  return undefined;
}
