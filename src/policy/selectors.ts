import { describeValue, isClass, nameOf, PolicyError, refusesPromise } from '../errors.js';
import { Module } from '../nn/Module.js';
import type { ModuleClass } from '../nn/visit.js';
import { compileGlob } from './compileGlob.js';
import { matchesPath } from './modulePaths.js';
import type { Place } from './Place.js';

/** A value that chooses modules; made by {@link atPath}, {@link allOf}, {@link anyOf} and {@link not}. */
export class ModuleSelector<M extends Module = Module> {
  /** The type of the chosen modules. The property exists for the type checker only. */
  declare protected readonly selected: M;

  constructor(
    /** The name of the selector in plans, reports and errors. */
    readonly label: string,
    readonly matches: (place: Place) => boolean,
    /** Whether the class of a module alone decides. Other selectors choose only modules that have parameters. */
    readonly byClass: boolean,
  ) {
    Object.freeze(this);
  }
}

/** A function that chooses modules by the module itself and its path; `place` has its parent and the whole model too. */
export type Predicate = (module: Module, path: string, place: Place) => boolean;

/** A value by which a rule chooses modules: a layer class (with its subclasses), a selector, or a predicate. */
export type Selector = ModuleClass<Module> | ModuleSelector | Predicate;

/** The type of the modules that a selector chooses. */
export type SelectedBy<S> =
  S extends ModuleClass<infer M extends Module> ? M : S extends ModuleSelector<infer M extends Module> ? M : Module;

type Intersection<U> = (U extends unknown ? (member: U) => void : never) extends (member: infer I) => void ? I : never;

/**
 * Chooses the modules whose dotted path matches a pattern, and that have parameters.
 * @param pattern `*` matches any part of one name, `**` any number of names, and `?` one character. A shared module matches
 *   by any of its paths.
 * @throws PolicyError if the pattern is not a string, or if there is another argument
 * @example
 * ```ts
 * import { atPath, definePolicy, explainPolicy, init, nn, rule } from 'initree';
 * const policy = definePolicy('mine', [rule(atPath('head.*'), { weight: init.zeros() })]);
 * const model = new nn.Sequential({ body: new nn.Linear(2, 2), head: new nn.Sequential(new nn.Linear(2, 1)) });
 * console.log(explainPolicy(model, policy).assignments.map(({ path }) => path)); // [ 'head.0.weight' ]
 * ```
 */
export function atPath(pattern: string): ModuleSelector;
export function atPath(pattern: string, ...extra: unknown[]): ModuleSelector {
  refuseExtra('atPath() expects one pattern', 'anyOf(atPath(…), atPath(…))', extra);
  const glob = compileGlob(pattern);
  return new ModuleSelector(`atPath('${pattern}')`, ({ paths }) => matchesPath(glob, paths), false);
}

/** Refuses arguments after the first one, except the index and the array that `Array.prototype.map` passes. */
function refuseExtra(expected: string, forSeveral: string, extra: readonly unknown[]): void {
  const [index, array] = extra;
  if (extra.length === 0 || (extra.length === 2 && typeof index === 'number' && Array.isArray(array))) return;
  throw new PolicyError(`${expected}, found ${1 + extra.length} arguments; write ${forSeveral} for several`);
}

/**
 * Chooses the modules that all of the selectors choose.
 * @throws PolicyError if there is no selector, or if an argument is not a selector
 * @example
 * ```ts
 * import { allOf, atPath, definePolicy, explainPolicy, init, nn, rule } from 'initree';
 * const selector = allOf(nn.Linear, atPath('head.**'));
 * const model = new nn.Sequential({ body: new nn.Linear(2, 2), head: new nn.Linear(2, 1) });
 * const plan = explainPolicy(model, definePolicy('mine', [rule(selector, { weight: init.zeros() })]));
 * console.log(plan.assignments.map(({ path }) => path)); // [ 'head.weight' ]
 * ```
 */
export function allOf<const S extends readonly [Selector, ...Selector[]]>(
  ...selectors: S
): ModuleSelector<Intersection<SelectedBy<S[number]>> & Module> {
  const all = resolveAll('allOf', selectors);
  return new ModuleSelector(
    `allOf(${labelsOf(all)})`,
    (place) => all.every(({ matches }) => matches(place)),
    all.some(({ byClass }) => byClass),
  );
}

/**
 * Chooses the modules that at least one of the selectors chooses.
 * @throws PolicyError if there is no selector, or if an argument is not a selector
 * @example
 * ```ts
 * import { anyOf, definePolicy, explainPolicy, init, nn, rule } from 'initree';
 * const policy = definePolicy('mine', [rule(anyOf(nn.Conv2d, nn.Linear), { bias: init.zeros() })]);
 * const model = new nn.Sequential(new nn.Conv2d(1, 2, 3), new nn.BatchNorm2d(2), new nn.Linear(2, 1));
 * console.log(explainPolicy(model, policy).assignments.map(({ path }) => path)); // [ '0.bias', '2.bias' ]
 * ```
 */
export function anyOf<const S extends readonly [Selector, ...Selector[]]>(
  ...selectors: S
): ModuleSelector<SelectedBy<S[number]>> {
  const all = resolveAll('anyOf', selectors);
  return new ModuleSelector(
    `anyOf(${labelsOf(all)})`,
    (place) => all.some(({ matches }) => matches(place)),
    all.every(({ byClass }) => byClass),
  );
}

/**
 * Chooses the modules that the selector does not choose, and that have parameters.
 * @throws PolicyError if the argument is not a selector, or if there is another argument
 * @example
 * ```ts
 * import { atPath, definePolicy, explainPolicy, init, nn, not, rule } from 'initree';
 * const policy = definePolicy('mine', [rule(not(atPath('1')), { bias: init.zeros() })]);
 * const model = new nn.Sequential(new nn.Linear(2, 2), new nn.Linear(2, 2), new nn.Linear(2, 1));
 * console.log(explainPolicy(model, policy).assignments.map(({ path }) => path)); // [ '0.bias', '2.bias' ]
 * ```
 */
export function not(selector: Selector): ModuleSelector;
export function not(selector: Selector, ...extra: unknown[]): ModuleSelector {
  refuseExtra('not() expects one selector', 'not(anyOf(…, …))', extra);
  const { label, matches } = resolveSelector('not()', selector);
  return new ModuleSelector(`not(${label})`, (place) => !matches(place), false);
}

/**
 * Converts a class or a predicate to a {@link ModuleSelector}.
 * @param caller the function that expects the selector
 * @throws PolicyError if the value is not a selector
 */
export function resolveSelector(caller: string, selector: unknown): ModuleSelector {
  if (selector instanceof ModuleSelector) return selector;
  if (typeof selector === 'function') {
    if (isModuleClass(selector)) {
      return new ModuleSelector(nameOf(selector), ({ module }) => module instanceof selector, true);
    }
    if (!isClass(selector)) {
      const predicate = selector as Predicate;
      const name = nameOf(predicate) || 'predicate';
      return new ModuleSelector(name, (place) => asBoolean(name, predicate(place.module, place.path, place)), false);
    }
  }
  throw new PolicyError(
    `${caller} expects a layer class such as nn.Linear, atPath('layer*.conv1'), or a predicate, found ${describeNonSelector(selector)}`,
  );
}

/** Whether a value is `nn.Module` or a class that extends it. */
export function isModuleClass(value: unknown): value is ModuleClass<Module> {
  return value === Module || (typeof value === 'function' && value.prototype instanceof Module);
}

/** @throws PolicyError for the promise of an `async` predicate, which as a value would be true for every module */
function asBoolean(name: string, answer: unknown): boolean {
  if (!refusesPromise(answer)) return Boolean(answer);
  throw new PolicyError(`${name} is an async predicate: expected true or false, found a promise; remove async`);
}

function describeNonSelector(value: unknown): string {
  if (typeof value === 'string')
    return `${describeValue(value)}; write atPath(${describeValue(value)}) to choose by path`;
  if (Array.isArray(value)) return 'an array; write anyOf(…) to choose several';
  if (value instanceof Module) return `${describeValue(value)} itself; write atPath(…) to choose one module`;
  return describeValue(value);
}

function resolveAll(name: string, selectors: readonly unknown[]): ModuleSelector[] {
  if (selectors.length === 0) throw new PolicyError(`${name}() expects at least one selector, found none`);
  return selectors.map((selector) => resolveSelector(`${name}()`, selector));
}

function labelsOf(selectors: readonly ModuleSelector[]): string {
  return selectors.map(({ label }) => label).join(', ');
}
