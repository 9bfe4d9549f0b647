import { StateError } from '../errors.js';
import type { ModuleNode } from './ModuleNode.js';

/** The error of a module that cannot be called, in PyTorch's words, with advice for the user. */
export function missingForward(module: ModuleNode, advice: string): StateError {
  return new StateError(`Module [${module.constructor.name}] is missing the required "forward" function: ${advice}`);
}
