import { nearestName, PolicyError } from '../errors.js';
import type { Initializer } from '../init/Initializer.js';
import { parameterEntries } from '../nn/entries.js';
import type { Module } from '../nn/Module.js';
import { Parameter } from '../nn/Parameter.js';
import { keyOf } from '../nn/stateNames.js';
import { joinPath, walk } from '../nn/walk.js';
import type { Pass } from './definePolicy.js';
import { Derived } from './derive.js';
import type { Place } from './Place.js';
import { pathsOfEach } from './pathsOfEach.js';
import type { Filling, ModuleRule, Rule } from './rule.js';

/** What became of a rule that matched something. */
export interface RuleUse {
  /** Whether it claimed anything. */
  claimed: boolean;
  /** The rule that was there first, where it came too late. */
  shadowedBy: Rule | undefined;
}

/** One parameter that a rule claims. */
export interface Claim {
  readonly path: string;
  readonly parameter: Parameter;
  readonly rule: Rule;
  readonly initializer: Initializer;
}

/** Says that a rule cannot be carried out at a path. */
export type Refuse = (rule: Rule, path: string, error: unknown) => void;

/**
 * Goes through a model as a pass says, and tells for each module which of its parameters which rule claims: the first
 * module rule that matches takes the module, parameter rules before it single parameters, later ones what is left.
 * @param uses is told what became of each rule
 */
export function* claimParameters(
  model: Module,
  pass: Pass,
  uses: Map<Rule, RuleUse>,
  refuse: Refuse,
): IterableIterator<Claim> {
  const attempt = <T>(rule: Rule, path: string, body: () => T): T | undefined => {
    try {
      return body();
    } catch (error) {
      refuse(rule, path, error);
      return undefined;
    }
  };
  for (const place of placesOf(model, pass)) {
    const { module, path, paths } = place;
    const owners = new Map<Parameter, Rule>();
    const claims: { key: string; parameter: Parameter; rule: Rule; filling: Filling }[] = [];
    let owner: Rule | undefined;
    for (const rule of pass.rules) {
      if (rule.kind === 'parameter') {
        for (const [key, parameter] of parameterEntries(module)) {
          if (!paths.some((shared) => rule.matches(joinPath(shared, key)))) continue;
          const earlier = owners.get(parameter);
          noteUse(uses, rule, earlier);
          if (earlier !== undefined) continue;
          owners.set(parameter, rule);
          claims.push({ key, parameter, rule, filling: rule.filling });
        }
      } else if (attempt(rule, path, () => choosesModule(rule, place))) {
        noteUse(uses, rule, owner);
        if (owner !== undefined) continue;
        owner = rule;
        for (const [property, filling] of rule.assignments) {
          const key = keyOf(module, property);
          const parameter = attempt(rule, joinPath(path, key), () => findParameter(module, property));
          if (!parameter || owners.has(parameter)) continue;
          owners.set(parameter, rule);
          claims.push({ key, parameter, rule, filling });
        }
      }
    }
    for (const { key, parameter, rule, filling } of claims) {
      const own = joinPath(path, key);
      const initializer = attempt(rule, own, () =>
        filling instanceof Derived ? filling.initializerAt({ ...place, name: key, parameter }) : filling,
      );
      if (initializer !== undefined) yield { path: own, parameter, rule, initializer };
    }
  }
}

/** Every module once, with all its paths and the module that holds it at the first. */
function* placesOf(model: Module, { order }: Pass): IterableIterator<Place> {
  const pathsOf = pathsOfEach(walk(model, { duplicates: 'visit' }));
  const modules = walk(model, { order: order === 'apply' ? 'childrenFirst' : 'parentsFirst' });
  for (const [path, module, parent] of modules) {
    const paths = pathsOf.get(module) ?? [path];
    yield { module: module as Module, path, paths, parent: parent as Module | null, model };
  }
}

function choosesModule(rule: ModuleRule, place: Place): boolean {
  if (!rule.matches(place)) return false;
  // A path or predicate chooses modules that have something to fill; containers and activations on the way do not count.
  return rule.byClass || parameterEntries(place.module).length > 0;
}

function noteUse(uses: Map<Rule, RuleUse>, rule: Rule, earlier: Rule | undefined): void {
  const use = uses.get(rule) ?? { claimed: false, shadowedBy: undefined };
  if (earlier === undefined) use.claimed = true;
  else use.shadowedBy ??= earlier;
  uses.set(rule, use);
}

/** The parameter under a property; `null` where this instance does without, as a layer without bias. */
function findParameter(module: Module, property: string): Parameter | null {
  const own = Object.hasOwn(module, property) ? (module as unknown as Record<string, unknown>)[property] : undefined;
  if (own === null || own instanceof Parameter) return own;
  const name = module.constructor.name;
  if (own !== undefined) throw new PolicyError(`'${property}' of ${name} is not a parameter`);
  const known = parameterEntries(module).map(([key]) => key);
  throw new PolicyError(`${name} has no parameter '${property}'${nearestName(property, known)}`);
}
