import type { Module } from '../nn/Module.js';
import type { Parameter } from '../nn/Parameter.js';

/** Where a policy is: one module of the model. */
export interface Place {
  readonly module: Module;
  /** Dotted path of the module; `''` is the model itself. */
  readonly path: string;
  /** All its paths, where it is shared; {@link path} is the first. */
  readonly paths: readonly string[];
  /** The module that holds this one at its path; `null` for the model itself. */
  readonly parent: Module | null;
  /** The whole model that the policy is applied to. */
  readonly model: Module;
}

/** Where a policy is: one parameter of a module. */
export interface ParameterPlace extends Place {
  readonly parameter: Parameter;
  /** State-dict key of the parameter within its module. */
  readonly name: string;
}
