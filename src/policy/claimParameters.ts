import { nearestName, PolicyError } from '../errors.js';
import type { Initializer } from '../init/Initializer.js';
import { parameterEntries } from '../nn/entries.js';
import type { Module } from '../nn/Module.js';
import { Parameter } from '../nn/Parameter.js';
import { keyOf } from '../nn/stateNames.js';
import { joinPath, walk } from '../nn/walk.js';
import type { Pass } from './definePolicy.js';
import { Derived } from './derive.js';
import { modulePaths } from './modulePaths.js';
import type { Place } from './Place.js';
import type { Filling, ModuleRule, Rule } from './rule.js';

/** The use of a rule that matched at least one module or parameter. */
export interface RuleUse {
  /** Whether the rule claimed at least one module or parameter. */
  claimed: boolean;
  /** The earlier rule that claimed the first module or parameter that this rule matched in vain. */
  shadowedBy: Rule | undefined;
}

/** A parameter that a rule claims, with the initialiser that the rule assigns to it. */
export interface Claim {
  readonly path: string;
  readonly parameter: Parameter;
  readonly rule: Rule;
  readonly initializer: Initializer;
}

/** A claim within one module. */
interface ModuleClaim {
  readonly key: string;
  readonly parameter: Parameter;
  readonly rule: Rule;
  readonly filling: Filling;
}

/** Called when a rule cannot be applied at a path. */
export type OnProblem = (rule: Rule, path: string, error: unknown) => void;

/**
 * Visits the modules of a model in the order of a pass, and yields the parameters that the rules claim. The first module
 * rule that matches claims the module. A parameter rule claims each matching parameter that no earlier rule has claimed.
 *
 * The claims of a module are in the order of the rules. Parameter rules that follow each other in the policy are one loop over
 * the module's parameters, so their claims are in the order of the parameters.
 * @param uses collects the use of each rule
 * @param onProblem is called for each rule that cannot be applied, which then claims nothing there
 */
export function* claimParameters(
  model: Module,
  pass: Pass,
  uses: Map<Rule, RuleUse>,
  onProblem: OnProblem,
): IterableIterator<Claim> {
  const attempt = <T>(rule: Rule, path: string, body: () => T): T | undefined => {
    try {
      return body();
    } catch (error) {
      onProblem(rule, path, error);
      return undefined;
    }
  };
  for (const place of placesOf(model, pass)) {
    const { module, path } = place;
    const own = parameterEntries(module);
    // A parameter under two names of one module is one parameter, unless each of its fills counts.
    const identityOf = (key: string, parameter: Parameter) => (pass.tied === 'each' ? key : parameter);
    const owners = new Map<string | Parameter, Rule>();
    const claims: ModuleClaim[] = [];
    let loop: ModuleClaim[] = [];
    const endLoop = () => {
      const position = ({ key }: ModuleClaim) => own.findIndex(([name]) => name === key);
      claims.push(...loop.sort((a, b) => position(a) - position(b)));
      loop = [];
    };
    let owner: Rule | undefined;
    for (const rule of pass.rules) {
      if (rule.kind === 'parameter') {
        for (const [key, parameter] of own) {
          if (!rule.matches(place, key)) continue;
          const earlier = owners.get(identityOf(key, parameter));
          noteUse(uses, rule, earlier);
          if (earlier !== undefined) continue;
          owners.set(identityOf(key, parameter), rule);
          loop.push({ key, parameter, rule, filling: rule.filling });
        }
        continue;
      }
      endLoop();
      if (!attempt(rule, path, () => choosesModule(rule, place))) continue;
      noteUse(uses, rule, owner);
      if (owner !== undefined) continue;
      owner = rule;
      for (const [property, filling] of rule.assignments) {
        const key = keyOf(module, property);
        const parameter = attempt(rule, joinPath(path, key), () => findParameter(module, property));
        if (!parameter || owners.has(identityOf(key, parameter))) continue;
        owners.set(identityOf(key, parameter), rule);
        claims.push({ key, parameter, rule, filling });
      }
    }
    endLoop();
    for (const { key, parameter, rule, filling } of claims) {
      const full = joinPath(path, key);
      const initializer = attempt(rule, full, () =>
        filling instanceof Derived ? filling.initializerAt({ ...place, name: key, parameter }) : filling,
      );
      if (initializer !== undefined) yield { path: full, parameter, rule, initializer };
    }
  }
}

/** The place of every module, in the order of the pass. A shared module comes once, unless `apply()` would visit it again. */
export function* placesOf(model: Module, { order, tied }: Pick<Pass, 'order' | 'tied'>): IterableIterator<Place> {
  const pathsOf = modulePaths(model);
  const modules =
    order === 'apply'
      ? walk(model, { order: 'childrenFirst', duplicates: tied === 'each' ? 'skipSiblings' : 'skip' })
      : walk(model, { order: 'parentsFirst' });
  for (const [path, module, parent] of modules) {
    const paths = pathsOf.get(module) ?? [path];
    yield { module: module as Module, path, paths, parent: parent as Module | null, model };
  }
}

function choosesModule(rule: ModuleRule, place: Place): boolean {
  if (!rule.matches(place)) return false;
  // A path pattern or a predicate often matches containers and activations as well, which have no parameters to claim.
  return rule.byClass || parameterEntries(place.module).length > 0;
}

function noteUse(uses: Map<Rule, RuleUse>, rule: Rule, earlier: Rule | undefined): void {
  const use = uses.get(rule) ?? { claimed: false, shadowedBy: undefined };
  if (earlier === undefined) use.claimed = true;
  else use.shadowedBy ??= earlier;
  uses.set(rule, use);
}

/**
 * The parameter that a property of a module holds; `null` if this instance has none, such as the bias of a layer with
 * `bias: false`.
 * @throws PolicyError if the module has no such property, or if the property is not a parameter
 */
function findParameter(module: Module, property: string): Parameter | null {
  const own = Object.hasOwn(module, property) ? (module as unknown as Record<string, unknown>)[property] : undefined;
  if (own === null || own instanceof Parameter) return own;
  const name = module.constructor.name;
  if (own !== undefined) throw new PolicyError(`'${property}' of ${name} is not a parameter`);
  const known = Object.entries(module).flatMap(([key, value]) => (value instanceof Parameter ? [key] : []));
  throw new PolicyError(`${name} has no parameter '${property}'${nearestName(property, known)}`);
}
