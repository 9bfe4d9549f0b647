import { describeValue, isPlainObject, StateError } from '../errors.js';

interface Names {
  readonly keys: ReadonlyMap<string, string>;
  readonly properties: ReadonlyMap<string, string>;
}

interface WithStateNames {
  readonly stateNames: Readonly<Record<string, string>>;
}

const namesByClass = new WeakMap<object, Names>();

/** The state-dict key of a property: `runningMean` → `running_mean`. */
export function keyOf(module: object, property: string): string {
  return namesOf(module).keys.get(property) ?? property;
}

/** The property of a state-dict key: `running_mean` → `runningMean`. */
export function propertyOf(module: object, key: string): string {
  return namesOf(module).properties.get(key) ?? key;
}

function namesOf(module: object): Names {
  const known = namesByClass.get(module.constructor);
  if (known) return known;
  const keys = new Map<string, string>();
  // From the class to its ancestors: the nearest class that names a property decides.
  for (let owner: object | null = module.constructor; owner !== null; owner = Object.getPrototypeOf(owner)) {
    if (!Object.hasOwn(owner, 'stateNames')) continue;
    for (const [property, key] of Object.entries(checkNames(owner, (owner as WithStateNames).stateNames))) {
      if (!keys.has(property)) keys.set(property, checkKey(owner, property, key));
    }
  }
  const names = { keys, properties: new Map([...keys].map(([property, key]) => [key, property])) };
  namesByClass.set(module.constructor, names);
  return names;
}

function checkNames(owner: object, names: unknown): WithStateNames['stateNames'] {
  if (isPlainObject(names)) return names as WithStateNames['stateNames'];
  throw new StateError(
    `stateNames of ${describeValue(owner)}: expected an object of keys by property such as { selfAttn: 'self_attn' }, ` +
      `found ${describeValue(names)}`,
  );
}

function checkKey(owner: object, property: string, key: unknown): string {
  if (typeof key === 'string' && key !== '' && !key.includes('.')) return key;
  throw new StateError(
    `stateNames of ${describeValue(owner)}: expected a key without "." for '${property}', found ${describeValue(key)}`,
  );
}
