import { ArgumentError, checkFunction, describeValue } from '../errors.js';
import { refuseSurplus } from '../readArguments.js';
import type { Module } from './Module.js';
import { ModuleNode } from './ModuleNode.js';
import { walk } from './walk.js';

/** A visitor returns it to skip the module's descendants. */
export const SKIP = Symbol('SKIP');

/** A visitor returns it to end the traversal. */
export const EXIT = Symbol('EXIT');

/** A class of modules; it may be abstract. */
export type ModuleClass<M> = abstract new (...args: never[]) => M;

/**
 * Calls `visitor` with every module of a class (or of its subclasses) and the module's dotted path. Parents come before
 * their children, and each module is visited once. The visitor's module has the type of the class.
 * @param model the root of the traversal
 * @param Kind the class, such as `nn.Linear`
 * @param visitor may return {@link SKIP} or {@link EXIT}; after another result the traversal goes on
 * @throws ArgumentError if `model` is not a Module, `Kind` not a class of modules, or `visitor` not a function
 * @example
 * ```ts
 * import { nn, visit } from 'initree';
 * const net = new nn.Sequential(new nn.Conv2d(1, 2, 3), new nn.ReLU(), new nn.Conv2d(2, 4, 5));
 * const found: string[] = [];
 * visit(net, nn.Conv2d, (conv, path) => void found.push(`${path}: ${conv.outChannels}`));
 * console.log(found); // [ '0: 2', '2: 4' ]
 * ```
 */
export function visit<M extends Module>(
  model: Module,
  Kind: ModuleClass<M>,
  visitor: (module: M, path: string) => unknown,
): void {
  refuseSurplus('visit', arguments, ['model', 'Kind', 'visitor']);
  if (!(model instanceof ModuleNode)) throw new ArgumentError(`visit() expects a model, found ${describeValue(model)}`);
  if (typeof Kind !== 'function' || !(Kind.prototype instanceof ModuleNode)) {
    throw new ArgumentError(`visit() expects a class such as nn.Linear, found ${describeValue(Kind)}`);
  }
  checkFunction('visit()', visitor);
  let below = true;
  for (const [path, module] of walk(model, { descend: () => below })) {
    const answer = module instanceof Kind ? visitor(module, path) : undefined;
    if (answer === EXIT) return;
    below = answer !== SKIP;
  }
}
