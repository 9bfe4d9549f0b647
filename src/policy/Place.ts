import type { Module } from '../nn/Module.js';
import type { Parameter } from '../nn/Parameter.js';

/** The location of a module in the model that a policy is applied to. */
export interface Place {
  readonly module: Module;
  /** Dotted path of the module; `''` for the model itself. */
  readonly path: string;
  /**
   * All paths of the module, at most the first 1000. A shared module has several of them; {@link path} is the first.
   * Patterns are compared with all paths, however many there are.
   */
  readonly paths: readonly string[];
  /** The module that contains this one at {@link path}; `null` for the model itself. */
  readonly parent: Module | null;
  /** The whole model that the policy is applied to. */
  readonly model: Module;
}

/** The location of a parameter in the model that a policy is applied to. */
export interface ParameterPlace extends Place {
  readonly parameter: Parameter;
  /** State-dict key of the parameter within its module, e.g. `'weight'`. */
  readonly name: string;
}
