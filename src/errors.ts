/**
 * Every error the library throws on purpose is an {@link InitreeError}. One grammar:
 * `<what was wrong> at <where>: <what was expected, what was found, what to do>`.
 */
export class InitreeError extends Error {
  /** Machine-readable kind, e.g. `'ERR_SHAPE'`. */
  readonly code: string = 'ERR_INITREE';
  /** Dotted path of the module, parameter or tensor concerned (`'features.0.weight'`), where one is known. */
  readonly path: string | undefined;
  /** The message without its `<what was wrong> at <where>: ` head. */
  readonly detail: string;

  constructor(what: string, detail: string, path?: string | undefined, options?: ErrorOptions) {
    super(`${what}${path ? ` at ${path}` : ''}: ${detail}`, options);
    this.name = new.target.name;
    this.detail = detail;
    this.path = path;
  }
}

/** A rank or shape that the operation cannot take. */
export class ShapeError extends InitreeError {
  override readonly code = 'ERR_SHAPE';
  constructor(detail: string, path?: string, options?: ErrorOptions) {
    super('Invalid shape', detail, path, options);
  }
}

/** An element type that the operation cannot take. */
export class DTypeError extends InitreeError {
  override readonly code = 'ERR_DTYPE';
  constructor(detail: string, path?: string, options?: ErrorOptions) {
    super('Invalid dtype', detail, path, options);
  }
}

/** A number, name or option outside its range. */
export class ArgumentError extends InitreeError {
  override readonly code = 'ERR_ARGUMENT';
  constructor(detail: string, path?: string, options?: ErrorOptions) {
    super('Invalid argument', detail, path, options);
  }
}

/** A module tree, state dict, autograd graph or generator state that does not fit. */
export class StateError extends InitreeError {
  override readonly code = 'ERR_STATE';
  constructor(detail: string, path?: string, options?: ErrorOptions) {
    super('Invalid state', detail, path, options);
  }
}

/** A policy that cannot be applied to the model it was given. */
export class PolicyError extends InitreeError {
  override readonly code = 'ERR_POLICY';
  constructor(detail: string, path?: string, options?: ErrorOptions) {
    super('Invalid policy', detail, path, options);
  }
}

/** Bytes that are not what they claim to be. */
export class FormatError extends InitreeError {
  override readonly code = 'ERR_FORMAT';
  constructor(detail: string, path?: string, options?: ErrorOptions) {
    super('Invalid file', detail, path, options);
  }
}

/** A run that was cancelled. */
export class AbortError extends InitreeError {
  override readonly code = 'ERR_ABORTED';
  /** Paths of the parameters that were written before, the last ones perhaps in part. */
  readonly written: readonly string[];

  constructor(written: readonly string[], reason: unknown) {
    const what = written.length === 0 ? 'nothing' : `${written.join(', ')} (the last of them perhaps in part)`;
    super('Aborted', `the run was cancelled; written until then: ${what}`, undefined, { cause: reason });
    this.written = written;
  }
}

/** The same error, saying where it happened; errors of others and errors that know their place pass through. */
export function locate(error: unknown, path: string): unknown {
  if (!(error instanceof InitreeError) || error.path !== undefined || path === '') return error;
  return remade(error, error.detail, path);
}

/** The same error with more to say; errors of others pass through. */
export function extend(error: unknown, addition: string): unknown {
  return error instanceof InitreeError ? remade(error, `${error.detail}${addition}`, error.path) : error;
}

function remade(error: InitreeError, detail: string, path: string | undefined): InitreeError {
  type Kind = new (detail: string, path: string | undefined, options: ErrorOptions) => InitreeError;
  return new (error.constructor as Kind)(detail, path, { cause: error });
}

/** How a message says what was found in place of something else: `null`, `'relu'`, `3n`, `an array`, `a Linear`. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return 'an array';
  const name = value.constructor?.name || 'Object';
  return name === 'Object' ? 'a plain object' : `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`;
}

/**
 * Returns the last argument of a function if it is a plain object with no other names than those of `known`.
 * @param Kind of the error, ArgumentError when absent
 * @throws for anything else, such as a generator passed by position or a misspelt option
 */
export function checkOptions<T extends object>(
  what: string,
  options: T,
  known: object,
  Kind: new (detail: string) => InitreeError = ArgumentError,
): T {
  if (!isPlainObject(options)) {
    const names = Object.keys(known).join(', ');
    throw new Kind(`${what} takes its options as one object, found ${describeValue(options)}; give { ${names} }`);
  }
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(known, name)) continue;
    throw new Kind(`${what} got an unexpected keyword argument '${name}'${nearestName(name, Object.keys(known))}`);
  }
  return options;
}

function isPlainObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Those of another realm, such as a test's, count.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Returns `value` if it can be called; otherwise throws ArgumentError. */
export function checkFunction<T>(what: string, value: T): T {
  if (typeof value === 'function') return value;
  throw new ArgumentError(`${what} is a function, found ${describeValue(value)}`);
}

/**
 * Returns what a function gave, unless it is a promise.
 * @param what ran the function, and holds until that returns
 * @throws ArgumentError for an `async` function, whose code from the first `await` on would run outside
 */
export function checkSynchronous<T>(what: string, result: T): T {
  const { then } = Object(result) as { then?: unknown };
  if (typeof then !== 'function') return result;
  // Nobody else will wait for it: its failure is part of this one.
  then.call(result, undefined, () => {});
  throw new ArgumentError(
    `${what} holds until its function returns, and an async one goes on after its first await; await outside of it`,
  );
}

/**
 * The end of an error message about an unknown name: `; did you mean 'relu'?` where one of `names` is close,
 * otherwise the list of names.
 */
export function nearestName(found: string, names: readonly string[]): string {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(found.length / 3)) + 1;
  for (const name of names) {
    const distance = editDistance(found.toLowerCase(), name.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  if (best !== undefined) return `; did you mean '${best}'?`;
  return names.length > 0 ? `; expected one of ${names.map((name) => `'${name}'`).join(', ')}` : '';
}

/** Levenshtein's distance, one row at a time; swapped neighbours count as one edit. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(substitution, previous[j] + 1, row[j - 1] + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) row[j] = Math.min(row[j], beforePrevious[j - 2] + 1);
    }
    beforePrevious = previous;
    previous = row;
  }
  return previous[b.length];
}
