import { describeValue, isPlainObject, PolicyError } from '../errors.js';
import { describeNonInitializer, isInitializer } from '../init/checkInitializer.js';
import type { Initializer } from '../init/Initializer.js';
import type { Module } from '../nn/Module.js';
import type { Parameter } from '../nn/Parameter.js';
import type { ModuleClass } from '../nn/visit.js';
import { refuseSurplus } from '../readArguments.js';
import { compileGlob } from './compileGlob.js';
import { Derived } from './derive.js';
import { matchesPath } from './modulePaths.js';
import type { Place } from './Place.js';
import { resolveSelector, type SelectedBy, type Selector } from './selectors.js';

/** Names of the parameters of a module type: the properties of type `Parameter` or `Parameter | null`. */
type ParameterName<M> = {
  [K in keyof M]-?: [NonNullable<M[K]>] extends [never] ? never : NonNullable<M[K]> extends Parameter ? K : never;
}[keyof M];

/** The value that a rule assigns to a parameter: an initialiser, or `derive(…)`, which chooses one for each parameter. */
export type Filling = Initializer | Derived;

/** The initialisers of a module's parameters by property name. Only names of the class's own parameters compile. */
export type Assignments<M extends Module> = [ParameterName<M>] extends [never]
  ? { readonly [name: string]: never }
  : { readonly [K in ParameterName<M>]?: Filling | undefined };

/** The initialisers of a module's parameters by property name, for modules of any class. */
export interface OpenAssignments {
  readonly [name: string]: Filling | undefined;
}

/** The assignments that fit a selector: a class has known parameters, a path or a predicate can choose any class. */
export type AssignmentsOf<S> =
  S extends ModuleClass<infer M extends Module>
    ? Assignments<M>
    : Module extends SelectedBy<S>
      ? OpenAssignments
      : Assignments<SelectedBy<S>>;

/** The initialisers that a policy assigns to the modules that a selector chooses; made by {@link rule}. */
export interface ModuleRule {
  readonly kind: 'module';
  /** The name of the rule in plans, reports and errors. */
  readonly label: string;
  readonly matches: (place: Place) => boolean;
  /** Whether the rule chooses by class, so that it also claims modules without parameters, and reports misspelt names there. */
  readonly byClass: boolean;
  /** Property names and their initialisers, in the order of the draws. */
  readonly assignments: readonly (readonly [property: string, filling: Filling])[];
}

/** The initialiser that a policy assigns to single parameters by their paths; made by {@link parameter}. */
export interface ParameterRule {
  readonly kind: 'parameter';
  readonly label: string;
  /** Whether the rule chooses the parameter `key` of the module at a place. */
  readonly matches: (place: Place, key: string) => boolean;
  readonly filling: Filling;
}

/** A rule of a policy: it initialises the parameters of modules, or single parameters. Made by {@link rule} or {@link parameter}. */
export type Rule = ModuleRule | ParameterRule;

/**
 * Makes a rule that initialises the parameters of the modules that a selector chooses. The draws follow the order in which
 * the assignments are written. A parameter that a module does not have, such as the bias with `bias: false`, is skipped.
 * @param selector a layer class (with its subclasses), `atPath(…)`, a predicate, or `allOf`, `anyOf`, `not` of these
 * @param assignments initialisers by property name, e.g. `{ weight: init.xavierNormal(), bias: init.zeros() }`
 * @throws PolicyError if the selector is not valid, if the assignments are not one object or are none, or if a value is not an initialiser
 * @example
 * ```ts
 * import { definePolicy, explainPolicy, init, nn, rule } from 'initree';
 * const policy = definePolicy('mine', [rule(nn.Linear, { bias: init.zeros(), weight: init.xavierUniform() })]);
 * const plan = explainPolicy(new nn.Sequential(new nn.Linear(4, 4), new nn.Linear(4, 2, { bias: false })), policy);
 * console.log(plan.assignments.map(({ path }) => path)); // [ '0.bias', '0.weight', '1.weight' ]
 * ```
 */
export function rule<const S extends Selector>(selector: S, assignments: AssignmentsOf<S>): ModuleRule;
export function rule(selector: unknown, assignments: unknown, ...extra: unknown[]): ModuleRule {
  const { label, matches, byClass } = resolveSelector('rule()', selector);
  if (isInitializer(assignments)) {
    throw new PolicyError(`rule(${label}) expects { weight: … }, found the initializer ${assignments} itself`);
  }
  if (!isPlainObject(assignments)) {
    throw new PolicyError(`rule(${label}) expects { weight: … }, found ${describeValue(assignments)}`);
  }
  if (extra.length > 0) {
    throw new PolicyError(
      `rule(${label}) expects a selector and one object, found ${2 + extra.length} arguments; put all initializers in one object`,
    );
  }
  const entries: [string, Filling][] = [];
  for (const [property, filling] of Object.entries(assignments as OpenAssignments)) {
    if (filling !== undefined) entries.push([property, checkFilling(`rule(${label})`, `, ${property}`, filling)]);
  }
  if (entries.length === 0) {
    throw new PolicyError(`rule(${label}) assigns nothing; assign init.keep to leave a parameter unchanged`);
  }
  return Object.freeze({ kind: 'module', label, matches, byClass, assignments: Object.freeze(entries) });
}

/**
 * Makes a rule that initialises single parameters by their state-dict keys. It claims a parameter before a module rule that
 * comes later, and after a module rule that comes earlier.
 * @param pattern a pattern of keys, e.g. `'*.c_proj.weight'`: `*` matches any part of one name, `**` any number of names, `?`
 *   one character. The parameters of a shared module match by any of its paths.
 * @param filling an initialiser, or `derive(…)`
 * @throws PolicyError if the pattern is not a string, or if the value is not an initialiser
 * @example
 * ```ts
 * import { definePolicy, explainPolicy, init, nn, parameter, rule } from 'initree';
 * const policy = definePolicy('mine', [
 *   parameter('1.weight', init.zeros()),
 *   rule(nn.Linear, { weight: init.normal() }),
 * ]);
 * const plan = explainPolicy(new nn.Sequential(new nn.Linear(2, 2), new nn.Linear(2, 2)), policy);
 * console.log(plan.assignments.map(({ rule }) => rule)); // [ 'Linear', "parameter('1.weight')" ]
 * ```
 */
export function parameter(pattern: string, filling: Filling): ParameterRule {
  refuseSurplus('parameter', arguments, ['pattern', 'filling']);
  const glob = compileGlob(pattern);
  const label = `parameter('${pattern}')`;
  checkFilling(label, '', filling);
  const matches = ({ paths }: Place, key: string) => matchesPath(glob, paths, key);
  return Object.freeze({ kind: 'parameter', label, matches, filling });
}

function checkFilling(label: string, name: string, value: unknown): Filling {
  if (value instanceof Derived) return value;
  if (isInitializer(value)) return value;
  throw new PolicyError(
    `${label}${name}: expected an initializer such as init.zeros(), found ${describeNonInitializer(value)}`,
  );
}
