import { ArgumentError, describeValue, type InitreeError, isList, isPlainObject, nearestName } from './errors.js';

/** The names of a function's arguments. */
export interface CallSignature {
  /** The arguments that every call gives, by position. Default: none. */
  readonly required?: readonly string[];
  /** The options that a call may also give by position, after the required arguments. Default: none. */
  readonly byPosition?: readonly string[];
  /** Every option with its default, in the order in which PyTorch takes them by position, unless `order` says it. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Whether the last required argument may be an array of numbers. A call that lists them is answered. Default: false. */
  readonly endsInArray?: boolean;
  /** Options of PyTorch that the function lacks: why it does, by their names. Default: none. */
  readonly lacks?: Readonly<Record<string, string>>;
  /** PyTorch's order of all options by position. Default: those of `defaults`, then those of `lacks`. */
  readonly order?: readonly string[];
  /** The class of errors about options. An argument too many is an ArgumentError. Default: ArgumentError. */
  readonly Kind?: new (
    detail: string,
  ) => InitreeError;
}

/** A call that is refused: finds what is wrong, and writes the call that is right. */
export class RefusedCall {
  constructor(
    readonly caller: string,
    readonly required: readonly string[],
    readonly given: readonly unknown[],
    readonly signature: CallSignature,
  ) {}

  error(problem: string, Kind = this.signature.Kind ?? ArgumentError): InitreeError {
    return new Kind(`${this.caller}() ${problem}`);
  }

  /** Throws if a required argument is missing, or if an object names it. */
  checkRequired(): void {
    const { given, required } = this;
    for (const [i, value] of given.slice(0, required.length + 1).entries()) {
      if (!isPlainObject(value)) continue;
      // An object in the place of a required argument may also name it as Python does.
      const values = i < required.length ? inCamelCase(value) : value;
      if (required.some((name) => Object.hasOwn(values, name))) throw this.requiredByName(i, values);
    }
    const missing = required.filter((_, i) => given[i] === undefined);
    const last = given.at(-1);
    // An object in the place of a required argument is its options, if it holds options.
    if (given.length <= required.length && isPlainObject(last) && this.holdsOptions(last)) {
      missing.push(required[given.length - 1]);
    }
    if (missing.length === 0) return;
    const places = required.map((_, i) => (isPlainObject(given[i]) ? undefined : given[i]));
    throw this.error(`needs ${list(missing)}; write ${this.write(places)}`);
  }

  /** The error of required arguments that the object in a place names. */
  private requiredByName(place: number, values: Readonly<Record<string, unknown>>): InitreeError {
    const { given, required } = this;
    const places = required.map((name, i) => (i === place || given[i] === undefined ? values[name] : given[i]));
    const rest = given.slice(required.length).filter((_, i) => required.length + i !== place);
    const others = Object.entries(Object.assign({}, values, ...rest.filter(isPlainObject)));
    const options = Object.fromEntries(others.filter(([name]) => !required.includes(name)));
    const call = this.write([...places, ...rest.filter((value) => !isPlainObject(value))], options);
    return this.error(`takes ${list(required)} by position; write ${call}`);
  }

  /**
   * The error of an optional argument by position.
   * @param place the place of the argument
   * @param end the place of the options, or the number of arguments
   */
  wrongPlace(place: number, end: number): InitreeError {
    const { byPosition = [] } = this.signature;
    const early = this.given.slice(this.required.length, end).find(isPlainObject);
    if (early) return this.optionsLast(early);
    const name = byPosition[place - this.required.length];
    if (name === undefined) return this.byName((this.given[end] ?? {}) as Record<string, unknown>);
    return this.noBoolean(name, this.given[place]);
  }

  /** The error of an option by name. */
  wrongOption(name: string, options: Readonly<Record<string, unknown>>, isTwice: boolean): InitreeError {
    this.checkRequired();
    if (!Object.hasOwn(this.signature.defaults, name)) {
      const [camelCase] = Object.keys(inCamelCase({ [name]: undefined }));
      return Object.hasOwn(this.signature.lacks ?? {}, camelCase)
        ? this.absentOption(camelCase, inCamelCase(options))
        : this.unknownOption(name);
    }
    return isTwice ? this.error(`got ${name} twice, by position and by name`) : this.noBoolean(name, options[name]);
  }

  private noBoolean(name: string, value: unknown): InitreeError {
    return this.error(`expects true or false for ${name}, found ${describeValue(value)}`);
  }

  /** The error of an optional argument that is given by position and has to be given by name. */
  private byName(options: Readonly<Record<string, unknown>>): InitreeError {
    const { byPosition = [], defaults, lacks = {} } = this.signature;
    const count = this.required.length + byPosition.length;
    const surplus = this.given.slice(count).filter((value) => value !== options);
    const isOpen = (name: string) => !byPosition.includes(name) && !(name in options);
    const names = Object.keys(defaults).filter(isOpen);
    const { order = [...Object.keys(defaults), ...Object.keys(lacks)] } = this.signature;
    const positional = order.filter((name) => isOpen(name) && name !== 'dtype' && name !== 'generator');
    if (names.length === 0 && surplus.length > positional.length) return this.surplus();
    const taken: Record<string, unknown> = {};
    for (const value of surplus) {
      const particular = particularOption(value);
      if (particular !== undefined && particular in defaults) {
        taken[particular] = value;
        continue;
      }
      // An option whose default is `null` is a tensor or a size. So a text is meant for the next option that is a text.
      const isText = typeof value === 'string' && (defaults[positional[0]] ?? null) === null;
      const texts = isText ? positional.findIndex((name) => typeof defaults[name] === 'string') : 0;
      const [name] = positional.splice(0, Math.max(texts, 0) + 1).slice(-1);
      const isSingle = isLiteral(value) && !Array.isArray(value);
      const isWrong = isSingle && !isProbable(defaults[name], value);
      if (name === undefined || isWrong) {
        const found = surplus.map(describeArgument).join(', ');
        return this.error(`takes its options as one object, { ${names.join(', ')} }; found ${found}`);
      }
      const isAbsent = value === undefined || (value === null && Object.hasOwn(lacks, name));
      if (!isAbsent) taken[name] = value;
    }
    const absent = Object.keys(taken).find((name) => Object.hasOwn(lacks, name));
    if (absent !== undefined) return this.absentOption(absent, { ...taken, ...options });
    const unwritten = surplus.filter((value) => value !== undefined && !isLiteral(value));
    const found = unwritten.length > 0 ? `, found ${unwritten.map(describeArgument).join(', ')}` : '';
    const call = this.write(this.given.slice(0, count), { ...taken, ...options });
    return this.error(`takes ${list(Object.keys(taken))} by name${found}; write ${call}`);
  }

  /** The error of more arguments than there are. */
  surplus(): InitreeError {
    const names = [...this.required, ...(this.signature.byPosition ?? [])];
    const found = this.given.slice(names.length).map(describeArgument).join(', ');
    const call = this.write(this.given.slice(0, names.length), {});
    const last = this.required.length - 1;
    const listed = this.given.slice(last);
    if (this.signature.endsInArray && listed.every((value) => typeof value === 'number')) {
      const joined = this.write([...this.given.slice(0, last), listed], {});
      return this.error(`takes ${this.required[last]} as one array; write ${joined}`, ArgumentError);
    }
    const taken = names.length === 0 ? `no arguments, found ${found}` : `only ${list(names)}, found ${found} too`;
    return this.error(`takes ${taken}; write ${call}`, ArgumentError);
  }

  /** The error of an option that PyTorch has and the function lacks. */
  private absentOption(name: string, options: Readonly<Record<string, unknown>>): InitreeError {
    const { byPosition = [], lacks = {} } = this.signature;
    const count = this.required.length + byPosition.length;
    const places = this.given.slice(0, count).filter((value) => !isPlainObject(value));
    const others = Object.entries(options).filter(([other]) => !Object.hasOwn(lacks, other));
    const call = this.write(places, Object.fromEntries(others));
    return this.error(`has no option ${name}: ${lacks[name]}; write ${call}`);
  }

  /** The error of an object of options that other arguments follow. */
  private optionsLast(options: object): InitreeError {
    return this.error(
      `takes its options as the last argument, found { ${Object.keys(options).join(', ')} } before others`,
      ArgumentError,
    );
  }

  /** The error of a name that is no option. */
  private unknownOption(name: string): InitreeError {
    const known = [...Object.keys(this.signature.defaults), ...this.required];
    return this.error(`got an unexpected keyword argument '${name}'${nearestName(name, known)}`);
  }

  private holdsOptions(value: Readonly<Record<string, unknown>>): boolean {
    const names = Object.keys(inCamelCase(value));
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
    // A method is called on an object of its class.
    const callee = this.caller.replace(/^nn\.\w+\.(?=\w+$)/, 'layer.');
    const isClass = /(?:^|\.)[A-Z]\w*$/.test(callee);
    return `${isClass ? 'new ' : ''}${callee}(${written.join(', ')})`;
  }
}

/** Whether a value may take the place of a default, of which only a boolean is particular. */
export function isKind(byDefault: unknown, value: unknown): boolean {
  return typeof byDefault !== 'boolean' || typeof value === 'boolean';
}

/** Whether a value by position may be meant for an option with this default. */
function isProbable(byDefault: unknown, value: unknown): boolean {
  return typeof byDefault === 'string' ? typeof value === 'string' : isKind(byDefault, value);
}

/** An object with names such as `kernelSize` in place of Python's `kernel_size`. */
function inCamelCase(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const camelCase = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [camelCase(name), value]));
}

/** The option that a value is meant for in any function: its dtype, or its generator. */
function particularOption(value: unknown): string | undefined {
  if (typeof value === 'string' && /^(?:bfloat|float|u?int|bool)\d*$/.test(value)) return 'dtype';
  return describeValue(value) === 'a Generator' ? 'generator' : undefined;
}

/** Whether a message can write the value as a program does. */
function isLiteral(value: unknown): boolean {
  if (isList(value)) return value.length <= 8 && value.every(isLiteral);
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
