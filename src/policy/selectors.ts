import { describeValue, PolicyError } from '../errors.js';
import { Module } from '../nn/Module.js';
import type { ModuleClass } from '../nn/visit.js';
import { compileGlob } from './glob.js';
import type { Place } from './Place.js';

/** Chooses modules; made by {@link atPath}, {@link allOf}, {@link anyOf} and {@link not}. */
export class ModuleSelector<M extends Module = Module> {
  /** The type of the modules that are chosen; nothing at run time. */
  declare protected readonly selected: M;

  constructor(
    /** How the selector is called in plans, reports and errors. */
    readonly label: string,
    readonly matches: (place: Place) => boolean,
    /** Whether it chooses by class alone, so that a parameter a module lacks is a mistake and not a mismatch. */
    readonly byClass: boolean,
  ) {
    Object.freeze(this);
  }
}

/** Chooses a module by itself and its path; the place holds its parent and the whole model too. */
export type Predicate = (module: Module, path: string, place: Place) => boolean;

/** What a rule can speak of: a layer class (subclasses too), a selector, or a predicate. */
export type Selector = ModuleClass<Module> | ModuleSelector | Predicate;

/** The type of the modules that a selector chooses. */
export type SelectedBy<S> =
  S extends ModuleClass<infer M extends Module> ? M : S extends ModuleSelector<infer M extends Module> ? M : Module;

type Intersection<U> = (U extends unknown ? (member: U) => void : never) extends (member: infer I) => void ? I : never;

/**
 * Modules whose dotted path matches a pattern: `*` stands for any part of one name, `**` for any number of names, `?` for
 * one character. A shared module is chosen by any of its paths.
 * @throws PolicyError unless the pattern is a string
 */
export function atPath(pattern: string): ModuleSelector {
  const glob = compileGlob(pattern);
  return new ModuleSelector(`atPath('${pattern}')`, ({ paths }) => paths.some((path) => glob.test(path)), false);
}

/** Modules that all of the selectors choose. */
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

/** Modules that any of the selectors chooses. */
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

/** Modules that the selector does not choose. */
export function not(selector: Selector): ModuleSelector {
  const { label, matches } = resolveSelector('not()', selector);
  return new ModuleSelector(`not(${label})`, (place) => !matches(place), false);
}

/**
 * Any selector in the form of {@link ModuleSelector}.
 * @throws PolicyError for anything that cannot choose modules
 */
export function resolveSelector(taker: string, selector: unknown): ModuleSelector {
  if (selector instanceof ModuleSelector) return selector;
  if (typeof selector === 'function') {
    if (selector === Module || selector.prototype instanceof Module) {
      const Kind = selector as ModuleClass<Module>;
      return new ModuleSelector(Kind.name, ({ module }) => module instanceof Kind, true);
    }
    if (!isClass(selector)) {
      const predicate = selector as Predicate;
      const name = predicate.name || 'predicate';
      return new ModuleSelector(name, (place) => Boolean(predicate(place.module, place.path, place)), false);
    }
  }
  throw new PolicyError(
    `${taker} takes a layer class such as nn.Linear, atPath('layer*.conv1'), or a predicate, found ${describeNoSelector(selector)}`,
  );
}

function describeNoSelector(value: unknown): string {
  if (typeof value === 'function') return `the class ${value.name}`;
  if (typeof value === 'string') return `'${value}': a path is chosen by atPath('${value}')`;
  if (Array.isArray(value)) return 'an array: several are chosen by anyOf(…)';
  if (value instanceof Module) return `${describeValue(value)} itself: one module is chosen by atPath(…)`;
  return describeValue(value);
}

/** Whether a function is there to be constructed: what has methods, or says it is a class. */
function isClass(value: { readonly prototype?: unknown }): boolean {
  if (/^class\b/.test(Function.prototype.toString.call(value))) return true;
  return Object.getOwnPropertyNames(value.prototype ?? {}).length > 1;
}

function resolveAll(name: string, selectors: readonly unknown[]): ModuleSelector[] {
  if (selectors.length === 0) throw new PolicyError(`${name}() takes at least one selector, found none`);
  return selectors.map((selector) => resolveSelector(`${name}()`, selector));
}

function labelsOf(selectors: readonly ModuleSelector[]): string {
  return selectors.map(({ label }) => label).join(', ');
}
