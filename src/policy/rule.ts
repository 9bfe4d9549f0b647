import { PolicyError } from '../errors.js';
import { describeNoInitializer, isInitializer } from '../init/checkInitializer.js';
import type { Initializer } from '../init/Initializer.js';
import type { Module } from '../nn/Module.js';
import type { Parameter } from '../nn/Parameter.js';
import type { ModuleClass } from '../nn/visit.js';
import { Derived } from './derive.js';
import { compileGlob } from './glob.js';
import type { Place } from './Place.js';
import { resolveSelector, type SelectedBy, type Selector } from './selectors.js';

/** Names of the parameters of a module type: its properties that hold a parameter, or one or nothing. */
type ParameterName<M> = {
  [K in keyof M]-?: [NonNullable<M[K]>] extends [never] ? never : NonNullable<M[K]> extends Parameter ? K : never;
}[keyof M];

/** What fills a parameter: an initialiser, or `derive(…)`, which chooses one by the place. */
export type Filling = Initializer | Derived;

/** Which parameter of a module is filled with what; only names of the class's own parameters compile. */
export type Assignments<M extends Module> = [ParameterName<M>] extends [never]
  ? { readonly [name: string]: never }
  : { readonly [K in ParameterName<M>]?: Filling | undefined };

/** Which parameter of a module of any class is filled with what. */
export interface OpenAssignments {
  readonly [name: string]: Filling | undefined;
}

/** Assignments as a selector's modules can have them: a class knows its parameters, a path or a predicate does not. */
export type AssignmentsOf<S> =
  S extends ModuleClass<infer M extends Module>
    ? Assignments<M>
    : Module extends SelectedBy<S>
      ? OpenAssignments
      : Assignments<SelectedBy<S>>;

/** What a policy says about the modules that a selector chooses. */
export interface ModuleRule {
  readonly kind: 'module';
  /** How the rule is called in plans, reports and errors. */
  readonly label: string;
  readonly matches: (place: Place) => boolean;
  /** Whether a parameter that a chosen module lacks is a mistake even where the module has none at all. */
  readonly byClass: boolean;
  /** Property names and what they are filled with, in the order of the draws. */
  readonly assignments: readonly (readonly [property: string, filling: Filling])[];
}

/** What a policy says about single parameters by their paths. */
export interface ParameterRule {
  readonly kind: 'parameter';
  readonly label: string;
  readonly matches: (path: string) => boolean;
  readonly filling: Filling;
}

export type Rule = ModuleRule | ParameterRule;

/**
 * Says how the parameters of certain modules are initialised; assignments run in the order written.
 * @param selector a layer class (its subclasses too), `atPath(…)`, a predicate, or `allOf`, `anyOf`, `not` of them
 * @param assignments initialisers by property name, e.g. `{ weight: init.xavierNormal(), bias: init.zeros() }`
 * @throws PolicyError if the selector is none, or a value is not an initialiser
 */
export function rule<const S extends Selector>(selector: S, assignments: AssignmentsOf<S>): ModuleRule {
  const { label, matches, byClass } = resolveSelector('rule()', selector);
  if (isInitializer(assignments)) {
    throw new PolicyError(`rule(${label}) takes { weight: … }, found the initializer ${assignments} itself`);
  }
  const entries: [string, Filling][] = [];
  for (const [property, filling] of Object.entries((assignments ?? {}) as OpenAssignments)) {
    if (filling !== undefined) entries.push([property, checkFilling(`rule(${label})`, property, filling)]);
  }
  if (entries.length === 0) {
    throw new PolicyError(`rule(${label}) assigns nothing; to leave parameters as they are, assign init.keep`);
  }
  return Object.freeze({ kind: 'module', label, matches, byClass, assignments: Object.freeze(entries) });
}

/**
 * Says how single parameters are initialised.
 * @param pattern of state-dict keys, e.g. `'*.c_proj.weight'`; `*` stands for any part of one name, `**` for any number
 *   of names; those of a shared module are chosen by any of its paths
 * @throws PolicyError if the pattern is no string, or the value not an initialiser
 */
export function parameter(pattern: string, filling: Filling): ParameterRule {
  const glob = compileGlob(pattern);
  const label = `parameter('${pattern}')`;
  checkFilling(label, 'it', filling);
  return Object.freeze({ kind: 'parameter', label, matches: (path: string) => glob.test(path), filling });
}

function checkFilling(label: string, name: string, value: unknown): Filling {
  if (value instanceof Derived) return value;
  if (isInitializer(value)) return value;
  throw new PolicyError(
    `${label}: ${name} takes an initializer such as init.zeros(), found ${describeNoInitializer(value)}`,
  );
}
