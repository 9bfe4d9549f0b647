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
  /** PyTorch's last options, if the function lacks them: why it does, by their names. Default: none. */
  readonly lacks?: Readonly<Record<string, string>>;
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
  const read: Record<string, unknown> = { ...defaults };
  if (args.length === required.length && isComplete(args)) return read as ReadArguments<O>;
  const given = required.length < 2 && isCallOfMap(args) ? [args[0]] : givenArguments(args);
  const call = new Call(caller, required, given, signature);
  call.checkRequired();
  const optional = given.slice(required.length);
  const misplaced = optional.slice(0, -1).find(isPlainObject);
  if (misplaced) throw call.optionsLast(misplaced);
  const options = isPlainObject(optional.at(-1)) ? (optional.pop() as Record<string, unknown>) : {};
  if (optional.length > byPosition.length) throw call.byName(options);
  for (const [i, name] of byPosition.entries()) {
    if (optional[i] === undefined) continue;
    if (options[name] !== undefined) throw call.error(`got ${name} twice, by position and by name`);
    read[name] = optional[i];
  }
  for (const [name, value] of Object.entries(options)) {
    if (Object.hasOwn(signature.lacks ?? {}, name)) throw call.absentOption(name, options);
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
  throw new Call(caller, names, given, { defaults: {} }).surplus();
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
    const { byPosition = [], defaults, lacks = {} } = this.signature;
    const count = this.required.length + byPosition.length;
    const surplus = this.given.slice(count).filter((value) => value !== options);
    const names = Object.keys(defaults).filter((name) => !byPosition.includes(name as never) && !(name in options));
    const positional = names.filter((name) => name !== 'dtype' && name !== 'generator').concat(Object.keys(lacks));
    if (names.length === 0 && surplus.length > positional.length) return this.surplus();
    const taken: Record<string, unknown> = {};
    for (const value of surplus) {
      // PyTorch's `null` stands for a tensor or a size, so a text is meant for the next option whose default is a text.
      const isText = typeof value === 'string' && defaults[positional[0] as keyof O] === null;
      const texts = isText ? positional.findIndex((name) => typeof defaults[name as keyof O] === 'string') : 0;
      const [name] = positional.splice(0, Math.max(texts, 0) + 1).slice(-1);
      if (name === undefined) {
        const found = surplus.map(describeArgument).join(', ');
        return this.error(`takes its options as one object, { ${names.join(', ')} }; found ${found}`);
      }
      taken[name] = value;
    }
    const absent = Object.keys(taken).find((name) => Object.hasOwn(lacks, name));
    if (absent !== undefined) return this.absentOption(absent, { ...taken, ...options });
    const unwritten = surplus.filter((value) => !isLiteral(value));
    const found = unwritten.length > 0 ? `, found ${unwritten.map(describeArgument).join(', ')}` : '';
    const call = this.write(this.given.slice(0, count), { ...taken, ...options });
    return this.error(`takes ${list(Object.keys(taken))} by name${found}; write ${call}`);
  }

  /** The error of more arguments than there are. */
  surplus(): InitreeError {
    const names = [...this.required, ...(this.signature.byPosition ?? [])];
    const found = this.given.slice(names.length).map(describeArgument).join(', ');
    const call = this.write(this.given.slice(0, names.length), {});
    if (names.length === 0) return this.error(`takes no arguments, found ${found}; write ${call}`);
    return this.error(`takes only ${list(names)}, found ${found} too; write ${call}`);
  }

  /** The error of an option that PyTorch has and the function lacks. */
  absentOption(name: string, options: Readonly<Record<string, unknown>>): InitreeError {
    const { byPosition = [], lacks = {} } = this.signature;
    const count = this.required.length + byPosition.length;
    const places = this.given.slice(0, count).filter((value) => value !== options);
    const others = Object.entries(options).filter(([other]) => !Object.hasOwn(lacks, other));
    const call = this.write(places, Object.fromEntries(others));
    return this.error(`has no option ${name}: ${lacks[name]}; write ${call}`);
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
    const entries = Object.entries(options ?? {}).map(([name, value]) =>
      isLiteral(value) ? `${name}: ${writeValue(value, name)}` : name,
    );
    const hints = options === undefined ? Object.keys(defaults) : entries;
    if (hints.length > 0) written.push(`{ ${hints.join(', ')} }`);
    const isClass = /(?:^|\.)[A-Z]\w*$/.test(this.caller);
    return `${isClass ? 'new ' : ''}${this.caller}(${written.join(', ')})`;
  }
}

/** Whether no argument is undefined or an object of options. */
function isComplete(args: ArrayLike<unknown>): boolean {
  for (let i = 0; i < args.length; i++) if (args[i] === undefined || isPlainObject(args[i])) return false;
  return true;
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
