import type { Initializer } from '../../init/Initializer.js';
import { keep } from '../../init/keep.js';
import { Layer } from '../../nn/Layer.js';
import { Module } from '../../nn/Module.js';
import { definePolicy, type Policy } from '../definePolicy.js';
import { derive } from '../derive.js';
import type { ParameterPlace } from '../Place.js';
import { parameter } from '../rule.js';

/**
 * A policy of another framework's defaults for whatever layers a model has, in one rule.
 * @param choose what the framework fills a parameter with; `null` for what it begins as PyTorch does
 */
export function frameworkDefaults(name: string, choose: (place: ParameterPlace) => Initializer | null): Policy {
  const filling = derive(Module, (_, place) => choose(place) ?? ownDefault(place));
  return definePolicy(name, [parameter('**', filling)]);
}

/** What the layer itself begins with; parameters of other modules stay as they are. */
function ownDefault({ module, name }: ParameterPlace): Initializer {
  const found = module instanceof Layer ? module.defaults().find(([property]) => property === name) : undefined;
  return found?.[1] ?? keep;
}
