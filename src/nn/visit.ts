import { ArgumentError, checkFunction, describeValue } from '../errors.js';
import type { Module } from './Module.js';
import { ModuleNode } from './ModuleNode.js';
import { walk } from './walk.js';

/** Returned by a visitor: do not visit what is below this module. */
export const SKIP = Symbol('SKIP');

/** Returned by a visitor: stop here. */
export const EXIT = Symbol('EXIT');

/** A class of modules, abstract ones included. */
export type ModuleClass<M> = abstract new (...args: never[]) => M;

/**
 * Calls `visitor` with every module of a class (subclasses too) and its dotted path, parents before their children, each
 * module once. The visitor's module has the type of the class.
 * @param visitor may return {@link SKIP} or {@link EXIT}; anything else means go on
 * @throws ArgumentError for what is no model, no class of modules, or no function
 */
export function visit<M extends Module>(
  model: Module,
  Kind: ModuleClass<M>,
  visitor: (module: M, path: string) => unknown,
): void {
  if (!(model instanceof ModuleNode)) throw new ArgumentError(`visit() takes a model, found ${describeValue(model)}`);
  if (typeof Kind !== 'function' || !(Kind.prototype instanceof ModuleNode)) {
    throw new ArgumentError(`visit() takes a class such as nn.Linear, found ${describeValue(Kind)}`);
  }
  checkFunction('a visitor', visitor);
  let below = true;
  for (const [path, module] of walk(model, { descend: () => below })) {
    const answer = module instanceof Kind ? visitor(module, path) : undefined;
    if (answer === EXIT) return;
    below = answer !== SKIP;
  }
}
