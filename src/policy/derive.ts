import { describeValue, PolicyError } from '../errors.js';
import { describeNonInitializer, isInitializer } from '../init/checkInitializer.js';
import type { Initializer } from '../init/Initializer.js';
import type { Module } from '../nn/Module.js';
import type { ModuleClass } from '../nn/visit.js';
import { refuseSurplus } from '../readArguments.js';
import type { ParameterPlace } from './Place.js';
import { isModuleClass } from './selectors.js';

/** A function that chooses an initialiser for each parameter by its location in the model; made by {@link derive}. */
export class Derived {
  constructor(readonly initializerAt: (place: ParameterPlace) => Initializer) {
    Object.freeze(this);
  }
}

/**
 * Chooses an initialiser by information that the tensor alone does not have: the module's settings, its path, its parent,
 * the whole model. The function runs while the plan is built, so plans and reports contain plain initialisers.
 * @param Kind the class of the modules that the function expects; `nn.Module` for all modules
 * @param choose a pure function that returns an initialiser; it must not draw
 * @throws PolicyError if the first argument is not a class of modules, or if the second one is not a function
 * @example
 * ```ts
 * import { definePolicy, derive, explainPolicy, init, nn, rule } from 'initree';
 * const weight = derive(nn.Linear, (linear, { path }) =>
 *   path === '1' ? init.zeros() : init.uniform(-1 / linear.inFeatures, 1 / linear.inFeatures),
 * );
 * const policy = definePolicy('mine', [rule(nn.Linear, { weight })]);
 * const plan = explainPolicy(new nn.Sequential(new nn.Linear(4, 4), new nn.Linear(4, 2)), policy);
 * console.log(plan.assignments.map(({ initializer }) => `${initializer}`)); // [ 'uniform(a=-0.25, b=0.25)', 'zeros()' ]
 * ```
 */
export function derive<M extends Module>(
  Kind: ModuleClass<M>,
  choose: (module: M, place: ParameterPlace) => Initializer,
): Derived {
  refuseSurplus('derive', arguments, ['Kind', 'choose']);
  if (!isModuleClass(Kind) || typeof choose !== 'function') {
    throw new PolicyError(
      `derive() expects a class of modules such as nn.Conv2d, and a function that returns an initializer, ` +
        `found ${describeValue(Kind)} and ${describeValue(choose)}`,
    );
  }
  return new Derived((place) => {
    const { module } = place;
    if (!(module instanceof Kind)) {
      throw new PolicyError(
        `derive() expected a ${Kind.name}, found a ${module.constructor.name}; narrow the rule, or derive for a base class`,
      );
    }
    const initializer: unknown = choose(module, place);
    if (isInitializer(initializer)) return initializer;
    const found = describeNonInitializer(initializer);
    throw new PolicyError(`derive() expects a function that returns an initializer, found ${found}`);
  });
}
