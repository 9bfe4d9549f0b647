import { InitreeError, locate } from '../errors.js';
import { ModuleNode } from './ModuleNode.js';
import { walk } from './walk.js';

/** Prototypes whose `forward` has been seen to. */
const seenTo = new WeakSet<object>();

interface Origin {
  /** The innermost module whose forward failed. */
  readonly module: ModuleNode;
  /** The error as it was thrown. */
  readonly error: InitreeError;
}

/** Where errors on their way out arose. */
const origins = new WeakMap<InitreeError, Origin>();

/**
 * Makes the errors that leave a class's `forward` say in which module they arose, by its path from the module that was
 * called: every forward an error passes through looks for the innermost module in its own tree. Nothing happens until
 * there is an error.
 * @param prototype of the class; the classes it inherits from are seen to as well
 */
export function locateErrors(prototype: object): void {
  for (
    let owner = prototype;
    owner !== ModuleNode.prototype && !seenTo.has(owner);
    owner = Object.getPrototypeOf(owner)
  ) {
    seenTo.add(owner);
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
  if (!(error instanceof InitreeError)) return error;
  const known = origins.get(error);
  // Whoever threw an error with a path knew the place better.
  if (known === undefined && error.path !== undefined) return error;
  const origin = known ?? { module, error };
  const path = pathOf(origin.module, module);
  const located = path === undefined ? error : (locate(origin.error, path) as InitreeError);
  origins.set(located, origin);
  return located;
}

function pathOf(module: ModuleNode, root: ModuleNode): string | undefined {
  for (const [path, candidate] of walk(root)) if (candidate === module) return path;
  return undefined;
}
