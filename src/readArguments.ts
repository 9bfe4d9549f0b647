import { ArgumentError, describeValue, type InitreeError, isPlainObject, nearestName } from './errors.js';

/** The options that never have a default of their own: without them, the default dtype and the default generator decide. */
type WithoutDefault = 'dtype' | 'generator';

/** The default of each option. */
export type OptionDefaults<O> = {
  readonly [K in keyof O]-?: K extends WithoutDefault ? undefined : Exclude<O[K], undefined>;
};

/** Options after reading. Only `dtype` and `generator` may be undefined. */
export type ReadArguments<O> = {
  [K in keyof O]-?: K extends WithoutDefault ? O[K] | undefined : Exclude<O[K], undefined>;
};

/** The names of a function's arguments. */
export interface Signature<O> {
  /** The arguments that every call gives, by position. Default: none. */
  readonly required?: readonly string[];
  /** The options that a call may also give by position, after the required arguments. Default: none. */
  readonly byPosition?: readonly (keyof O & string)[];
  /** Every option with its default, in the order in which PyTorch takes them by position. */
  readonly defaults: OptionDefaults<O>;
  /** The class of the errors. Default: ArgumentError. */
  readonly Kind?: new (
    detail: string,
  ) => InitreeError;
}

/**
 * The options of a call, by the rule of all functions and constructors: the required arguments are given by position; every
 * optional one by name, in one object after them; a few also by position. Options that the call does not give have their
 * defaults.
 * @param caller the function or class as a program names it, `'F.softmax'` or `'nn.Linear'`
 * @param args the `arguments` of the call, of which there may be more than its signature names
 * @throws if a required argument is missing, if an option is unknown, given twice or by position, or if an option whose
 *   default is a boolean is neither true nor false. The message names the call to write.
 */
export function readArguments<O extends object>(
  caller: string,
  args: ArrayLike<unknown>,
  signature: Signature<O>,
): ReadArguments<O> {
  const { required = [], byPosition = [], defaults } = signature;
  const given = givenArguments(args);
  const read: Record<string, unknown> = { ...defaults };
  if (given.length === required.length && !given.some(isPlainObject)) {
    if (!given.includes(undefined)) return read as ReadArguments<O>;
  }
  const call = new Call(caller, required, given, signature);
  call.checkRequired();
  const optional = given.slice(required.length);
  const misplaced = optional.slice(0, -1).find(isPlainObject);
  if (misplaced && !isCallOfMap(args)) throw call.optionsLast(misplaced);
  const options = isPlainObject(optional.at(-1)) ? (optional.pop() as Record<string, unknown>) : {};
  if (optional.length > byPosition.length && !isCallOfMap(args)) throw call.byName(options);
  for (const [i, name] of byPosition.entries()) {
    if (optional[i] === undefined) continue;
    if (options[name] !== undefined) throw call.error(`got ${name} twice, by position and by name`);
    read[name] = optional[i];
  }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(defaults, name)) throw call.unknownOption(name);
    if (value !== undefined) read[name] = value;
  }
  for (const name of Object.keys(defaults)) {
    if (typeof defaults[name as keyof O] !== 'boolean' || typeof read[name] === 'boolean') continue;
    throw call.error(`expects true or false for ${name}, found ${describeValue(read[name])}`);
  }
  return read as ReadArguments<O>;
}

/**
 * Refuses arguments that a function or constructor without options does not take, except the index and the array that
 * `Array.prototype.map` passes.
 * @param caller the function or class as a program names it, `'F.sigmoid'`
 * @param args the `arguments` of the call
 * @param names the arguments that it takes
 */
export function refuseSurplus(caller: string, args: ArrayLike<unknown>, names: readonly string[]): void {
  if (args.length <= names.length) return;
  const given = givenArguments(args);
  if (given.length <= names.length || isCallOfMap(args)) return;
  const surplus = given.slice(names.length).map(describeArgument).join(', ');
  if (names.length === 0) throw new ArgumentError(`${caller}() takes no arguments, found ${surplus}`);
  throw new ArgumentError(`${caller}() takes only ${names.join(', ')}, found ${surplus} too`);
}

/** A call that is read, for the messages of its errors. */
class Call<O extends object> {
  constructor(
    readonly caller: string,
    readonly required: readonly string[],
    readonly given: readonly unknown[],
    readonly signature: Signature<O>,
  ) {}

  error(problem: string): InitreeError {
    const { Kind = ArgumentError } = this.signature;
    return new Kind(`${this.caller}() ${problem}`);
  }

  /** Throws if a required argument is missing, or if an object names it. */
  checkRequired(): void {
    const { given, required } = this;
    const missing = required.filter((_, i) => given[i] === undefined);
    const named = given
      .slice(0, required.length + 1)
      .find(
        (value): value is Record<string, unknown> =>
          isPlainObject(value) && required.some((name) => Object.hasOwn(value as object, name)),
      );
    const last = given.at(-1);
    // An object in the place of a required argument is its options, if it holds options.
    const isEarly = given.length <= required.length && isPlainObject(last) && this.holdsOptions(last as object);
    if (isEarly) missing.push(required[given.length - 1]);
    if (named !== undefined) {
      const places = required.map((name, i) => (given[i] === named || given[i] === undefined ? named[name] : given[i]));
      const others = Object.fromEntries(Object.entries(named).filter(([name]) => !required.includes(name)));
      throw this.error(`takes ${list(required)} by position; write ${this.write(places, others)}`);
    }
    if (missing.length === 0) return;
    const places = required.map((_, i) => (isPlainObject(given[i]) ? undefined : given[i]));
    throw this.error(`needs ${list(missing)}; write ${this.write(places)}`);
  }

  /** The error of an optional argument that is given by position and has to be given by name. */
  byName(options: Readonly<Record<string, unknown>>): InitreeError {
    const { byPosition = [], defaults } = this.signature;
    const count = this.required.length + byPosition.length;
    const surplus = this.given.slice(count).filter((value) => value !== options);
    const names = Object.keys(defaults).filter((name) => !byPosition.includes(name as never) && !(name in options));
    const positional = names.filter((name) => name !== 'dtype' && name !== 'generator');
    if (surplus.length > positional.length || surplus.some((value) => !isLiteral(value))) {
      const all =
        Object.keys(defaults).length === 0 ? 'no options' : `its options as one object, { ${names.join(', ')} }`;
      return this.error(`takes ${all}; found ${surplus.map(describeArgument).join(', ')}`);
    }
    const taken = Object.fromEntries(surplus.map((value, i) => [positional[i], value]));
    const call = this.write(this.given.slice(0, count), { ...taken, ...options });
    return this.error(`takes ${list(Object.keys(taken))} by name; write ${call}`);
  }

  /** The error of an object of options that other arguments follow. */
  optionsLast(options: object): InitreeError {
    return this.error(
      `takes its options as the last argument, found { ${Object.keys(options).join(', ')} } before others`,
    );
  }

  /** The error of a name that is no option. */
  unknownOption(name: string): InitreeError {
    const known = [...Object.keys(this.signature.defaults), ...this.required];
    return this.error(`got an unexpected keyword argument '${name}'${nearestName(name, known)}`);
  }

  private holdsOptions(value: object): boolean {
    const names = Object.keys(value);
    return names.length > 0 && names.every((name) => Object.hasOwn(this.signature.defaults, name));
  }

  /** The call to write: `new nn.Linear(4, 2, { bias: false })`. */
  private write(places: readonly unknown[], options?: Readonly<Record<string, unknown>>): string {
    const { byPosition = [], defaults } = this.signature;
    const names = [...this.required, ...byPosition];
    const written = places.map((value, i) => writeValue(value, names[i]));
    const entries = Object.entries(options ?? {}).map(([name, value]) => `${name}: ${writeValue(value, name)}`);
    const hints = options === undefined ? Object.keys(defaults) : entries;
    if (hints.length > 0) written.push(`{ ${hints.join(', ')} }`);
    const isClass = /(?:^|\.)[A-Z]\w*$/.test(this.caller);
    return `${isClass ? 'new ' : ''}${this.caller}(${written.join(', ')})`;
  }
}

/** The arguments without undefined ones at the end, which are the same as none. */
function givenArguments(args: ArrayLike<unknown>): unknown[] {
  const given = Array.from(args);
  while (given.length > 0 && given.at(-1) === undefined) given.pop();
  return given;
}

/** Whether a function was passed to `Array.prototype.map`, which calls it with the element, the index and the array. */
function isCallOfMap({ length, 0: element, 1: index, 2: array }: ArrayLike<unknown>): boolean {
  return length === 3 && typeof index === 'number' && Array.isArray(array) && Object.is(array[index], element);
}

/** Whether a message can write the value as a program does. */
function isLiteral(value: unknown): boolean {
  if (Array.isArray(value)) return value.length <= 8 && value.every(isLiteral);
  return value === null || ['number', 'bigint', 'string', 'boolean'].includes(typeof value);
}

function writeValue(value: unknown, name: string): string {
  if (!isLiteral(value)) return name;
  return Array.isArray(value) ? `[${value.map((item) => writeValue(item, name)).join(', ')}]` : describeValue(value);
}

function describeArgument(value: unknown): string {
  return isPlainObject(value) ? `{ ${Object.keys(value as object).join(', ')} }` : describeValue(value);
}

/** `a`, `a and b`, `a, b and c`. */
function list(names: readonly string[]): string {
  return names.join(', ').replace(/, ([^,]*)$/, ' and $1');
}
