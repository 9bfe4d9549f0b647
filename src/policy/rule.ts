import { PolicyError } from '../errors.js';
import type { Initializer } from '../init/Initializer.js';
import type { Module } from '../nn/Module.js';
import type { Parameter } from '../nn/Parameter.js';
import type { ModuleClass } from '../nn/visit.js';

/** Names of the parameters of a module type: its properties that hold a parameter, or one or nothing. */
type ParameterName<M> = {
  [K in keyof M]-?: [NonNullable<M[K]>] extends [never] ? never : NonNullable<M[K]> extends Parameter ? K : never;
}[keyof M];

/** Which parameter of a module is filled with what; only names of the class's own parameters compile. */
export type Assignments<M> = [ParameterName<M>] extends [never]
  ? { readonly [name: string]: never }
  : { readonly [K in ParameterName<M>]?: Initializer | undefined };

/** What a policy says about the modules of one class. */
export interface Rule {
  /** The class, subclasses included. */
  readonly selector: ModuleClass<Module>;
  /** Property names and what they are filled with, in the order of the draws. */
  readonly assignments: readonly (readonly [property: string, initializer: Initializer])[];
  /** How the rule is called in plans, reports and errors: the class's name. */
  readonly label: string;
}

/**
 * Says how the parameters of all modules of a class are initialised; assignments run in the order written.
 * @param selector a layer class; its subclasses match too
 * @param assignments initialisers by property name, e.g. `{ weight: init.xavierNormal(), bias: init.zeros() }`
 * @throws PolicyError if the class is none, or a value is not an initialiser
 */
export function rule<M extends Module>(selector: ModuleClass<M>, assignments: Assignments<NoInfer<M>>): Rule {
  if (typeof selector !== 'function') {
    throw new PolicyError(`rule() takes a layer class such as nn.Linear first, found ${String(selector)}`);
  }
  const label = selector.name;
  const entries: [string, Initializer][] = [];
  for (const [property, initializer] of Object.entries(assignments ?? {})) {
    if (initializer !== undefined) entries.push([property, checkInitializer(label, property, initializer)]);
  }
  if (entries.length === 0) {
    throw new PolicyError(`rule(${label}) assigns nothing; to leave parameters as they are, assign init.keep`);
  }
  return Object.freeze({ selector, assignments: Object.freeze(entries), label });
}

function checkInitializer(label: string, property: string, value: unknown): Initializer {
  if (typeof value === 'object' && value !== null && 'law' in value && 'fill' in value) return value as Initializer;
  const found = typeof value === 'function' ? `a function: call it, init.${value.name}()` : JSON.stringify(value);
  throw new PolicyError(`rule(${label}): ${property} takes an initializer such as init.zeros(), found ${found}`);
}
