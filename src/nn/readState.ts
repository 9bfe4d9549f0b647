import { describeThrown, describeValue, formatValue, refusesPromise, StateError } from '../errors.js';
import { Tensor } from '../tensor/Tensor.js';
import { isStateFile, type StateForm } from './StateSource.js';
import { checkPrefix } from './walk.js';

/** How the keys of a state dict become keys of the model. */
export interface KeyOptions {
  readonly prefix: string;
  readonly rename: ((key: string) => string | null) | undefined;
}

/** A tensor of a state dict, or its form. */
export interface Given<F extends StateForm = StateForm> {
  /** Its key in the state dict. */
  readonly name: string;
  readonly value: F;
}

/** A state dict whose keys were translated. */
export interface KeyedState<F extends StateForm = StateForm> {
  /** The tensors by the keys that the model should have. */
  readonly byKey: ReadonlyMap<string, Given<F>>;
  /** The keys of the state dict that do not begin with the prefix. */
  readonly outside: readonly string[];
}

/**
 * Finds the model's key of each tensor of a state dict.
 * @param caller the function that was called, `'loadStateDict()'`
 * @throws StateError if two keys of the state dict become one key of the model, or if an option is wrong
 */
export function translateKeys<F extends StateForm>(
  caller: string,
  tensors: ReadonlyMap<string, F>,
  options: KeyOptions,
): KeyedState<F> {
  const keyFor = checkKeyOptions(caller, options);
  const byKey = new Map<string, Given<F>>();
  const outside: string[] = [];
  for (const [name, value] of tensors) {
    const key = keyFor(name);
    if (key === undefined) outside.push(name);
    if (typeof key !== 'string') continue;
    const other = byKey.get(key);
    if (other !== undefined) {
      throw new StateError(
        `${caller}: rename gives "${formatValue(key)}" for the two keys "${formatValue(other.name)}" and "${formatValue(name)}"; ` +
          'expected another key for each, or null to leave one of them out',
      );
    }
    byKey.set(key, { name, value });
  }
  return { byKey, outside };
}

/**
 * The tensors of a state dict by name. Of pairs with the same name, the last one counts.
 * @throws StateError if `state` is no state dict
 */
export function readTensors(state: Iterable<readonly [string, Tensor]>): Map<string, Tensor> {
  if (typeof state?.[Symbol.iterator] !== 'function' || typeof state === 'string') {
    throw new StateError(
      `Expected state_dict to be dict-like, a Map or pairs of name and tensor, got ${describeValue(state)}${adviceFor(state)}`,
    );
  }
  const tensors = new Map<string, Tensor>();
  for (const pair of state) {
    if (!Array.isArray(pair) || typeof pair[0] !== 'string') {
      throw new StateError(`expected a state dict of pairs of name and tensor, found ${describeValue(pair)}`);
    }
    const [name, value] = pair;
    if (!(value instanceof Tensor)) {
      throw new StateError(
        `While copying the parameter named "${formatValue(name)}", expected a Tensor, found ${describeValue(value)}`,
      );
    }
    tensors.set(name, value);
  }
  return tensors;
}

function adviceFor(state: unknown): string {
  if (typeof state === 'string') return '; read the file by loadFile() of initree/node';
  if (isStateFile(state)) return '; pass the open file to loadStateDict() or initializeFromFile()';
  return refusesPromise(state) ? '; add await' : '';
}

/**
 * The function that gives the model's key for a key of the state dict: `null` if the user leaves it out, `undefined` if it
 * does not begin with the prefix.
 */
function checkKeyOptions(caller: string, { prefix, rename }: KeyOptions): (name: string) => string | null | undefined {
  checkPrefix(prefix);
  if (rename !== undefined && typeof rename !== 'function') {
    throw new StateError(`${caller}: expected rename to be a function from key to key, found ${describeValue(rename)}`);
  }
  if (prefix === '') return rename ? (name) => renamed(caller, name, rename) : (name) => name;
  if (rename !== undefined) {
    throw new StateError(
      `${caller} got prefix ${describeValue(prefix)} and rename; give one of them, because rename can remove the prefix too`,
    );
  }
  const start = prefix.endsWith('.') ? prefix : `${prefix}.`;
  return (name) => (name.startsWith(start) ? name.slice(start.length) : undefined);
}

function renamed(caller: string, name: string, rename: (key: string) => unknown): string | null {
  let key: unknown;
  try {
    key = rename(name);
  } catch (cause) {
    const thrown = describeThrown(cause);
    throw new StateError(`${caller}: rename("${formatValue(name)}") threw ${thrown}`, undefined, { cause });
  }
  if (typeof key === 'string' || key === null) return key;
  const hint = refusesPromise(key) ? '; remove async' : '';
  throw new StateError(
    `${caller}: rename("${formatValue(name)}") returned ${describeValue(key)}; expected a key, or null to leave the tensor out${hint}`,
  );
}
