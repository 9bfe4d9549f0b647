import { PolicyError } from '../errors.js';
import { describeNoInitializer, isInitializer } from '../init/checkInitializer.js';
import type { Initializer } from '../init/Initializer.js';
import type { Module } from '../nn/Module.js';
import type { ModuleClass } from '../nn/visit.js';
import type { ParameterPlace } from './Place.js';

/** An initialiser that is chosen for each parameter by where it stands; made by {@link derive}. */
export class Derived {
  constructor(readonly initializerAt: (place: ParameterPlace) => Initializer) {
    Object.freeze(this);
  }
}

/**
 * Chooses an initialiser from what a tensor alone does not tell: the module's settings, its path, its parent, the whole
 * model. It is asked while the plan is built, so plan and report hold plain initialisers.
 * @param Kind class of the modules it is for; `nn.Module` for any
 * @param choose pure; e.g. `(conv) => init.normal(0, Math.sqrt(2 / (9 * conv.outChannels)))`
 */
export function derive<M extends Module>(
  Kind: ModuleClass<M>,
  choose: (module: M, place: ParameterPlace) => Initializer,
): Derived {
  if (typeof Kind !== 'function' || typeof choose !== 'function') {
    throw new PolicyError(
      'derive() takes a class of modules such as nn.Conv2d, and a function that returns an initializer',
    );
  }
  return new Derived((place) => {
    const { module } = place;
    if (!(module instanceof Kind)) {
      throw new PolicyError(`this derive() is for ${Kind.name}, found ${module.constructor.name}`);
    }
    const initializer: unknown = choose(module, place);
    if (isInitializer(initializer)) return initializer;
    const found = describeNoInitializer(initializer);
    throw new PolicyError(`derive() takes a function that returns an initializer, found ${found}`);
  });
}
