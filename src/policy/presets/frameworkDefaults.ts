import type { Initializer } from '../../init/Initializer.js';
import { keep } from '../../init/keep.js';
import { Layer } from '../../nn/Layer.js';
import { Module } from '../../nn/Module.js';
import { definePolicy, type Policy } from '../definePolicy.js';
import { derive } from '../derive.js';
import type { ParameterPlace } from '../Place.js';
import { parameter } from '../rule.js';

/**
 * Makes a policy of one rule that gives all layers of a model the defaults of another framework.
 * @param choose returns the framework's default for a parameter; `null` if PyTorch's default applies
 */
export function frameworkDefaults(name: string, choose: (place: ParameterPlace) => Initializer | null): Policy {
  const filling = derive(Module, (_, place) => choose(place) ?? ownDefault(place));
  return definePolicy(name, [parameter('**', filling)]);
}

/** The layer's own default. The parameters of modules that are not layers stay unchanged. */
function ownDefault({ module, name }: ParameterPlace): Initializer {
  const found = module instanceof Layer ? module.defaults().find(([property]) => property === name) : undefined;
  return found?.[1] ?? keep;
}
