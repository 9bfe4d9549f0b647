import { printable, printableList } from './printable.js';

/**
 * The base class of every error that the library throws on purpose. All messages have one grammar:
 * `<what was wrong> at <where>: <what was expected, what was found, what to do>`. Control characters of names are escaped in
 * the message (`\u001b`), not in {@link path}.
 * @example
 * ```ts
 * import { init, InitreeError, zeros } from 'initree';
 * try {
 *   init.xavierNormal_(zeros([120]));
 * } catch (error) {
 *   if (error instanceof InitreeError) console.log(error.code); // ERR_SHAPE
 * }
 * ```
 */
export class InitreeError extends Error {
  /** Machine-readable kind, e.g. `'ERR_SHAPE'`. */
  readonly code: string = 'ERR_INITREE';
  /** Dotted path of the module, parameter or tensor that the error is about (`'features.0.weight'`), if it is known. */
  readonly path: string | undefined;
  /** The message without its `<what was wrong> at <where>: ` head. */
  readonly detail: string;

  /**
   * @param what the head of the message, such as `Invalid shape`
   * @param detail the rest of the message
   * @param path the path of the module, parameter or tensor. Default: unknown.
   * @param options `cause`: the error that led to this one. Default: none.
   */
  constructor(what: string, detail: string, path?: string | undefined, options?: ErrorOptions) {
    const shown = printableList(detail);
    super(`${what}${path ? ` at ${cut(path)}` : ''}: ${shown}`, options);
    this.name = new.target.name;
    this.detail = shown;
    this.path = path;
  }
}

/** The operation does not accept this rank or shape. */
export class ShapeError extends InitreeError {
  override readonly code = 'ERR_SHAPE';
  constructor(detail: string, path?: string, options?: ErrorOptions) {
    super('Invalid shape', detail, path, options);
  }
}

/** The operation does not accept this element type. */
export class DTypeError extends InitreeError {
  override readonly code = 'ERR_DTYPE';
  constructor(detail: string, path?: string, options?: ErrorOptions) {
    super('Invalid dtype', detail, path, options);
  }
}

/** A number, name or option is outside its range. */
export class ArgumentError extends InitreeError {
  override readonly code = 'ERR_ARGUMENT';
  constructor(detail: string, path?: string, options?: ErrorOptions) {
    super('Invalid argument', detail, path, options);
  }
}

/** A module tree, state dict, autograd graph or generator state does not fit the operation. */
export class StateError extends InitreeError {
  override readonly code = 'ERR_STATE';
  constructor(detail: string, path?: string, options?: ErrorOptions) {
    super('Invalid state', detail, path, options);
  }
}

/** A policy cannot be applied to the model. */
export class PolicyError extends InitreeError {
  override readonly code = 'ERR_POLICY';
  constructor(detail: string, path?: string, options?: ErrorOptions) {
    super('Invalid policy', detail, path, options);
  }
}

/** The bytes of a file do not have the format that the file's name or header claims. */
export class FormatError extends InitreeError {
  override readonly code = 'ERR_FORMAT';
  constructor(detail: string, path?: string, options?: ErrorOptions) {
    super('Invalid file', detail, path, options);
  }
}

/** How an {@link AbortError} describes the end of a run. */
export interface AbortDescription {
  /** Why the run ended. Default: `'the run was cancelled'`. */
  readonly how?: string;
  /** Whether `written` names files, each of which is complete, and not parameters. Default: false. */
  readonly areFiles?: boolean;
}

/** The caller cancelled the run, or its callback `onProgress` threw an error, which is then the `cause`. */
export class AbortError extends InitreeError {
  override readonly code = 'ERR_ABORTED';
  /**
   * Paths of the parameters that were written before the run ended. The last of them may be only partly written. A run into a folder
   * lists the files that it has finished instead. They are complete and stay.
   */
  readonly written: readonly string[];

  /**
   * @param written the parameters or files that were written
   * @param reason the `cause`
   * @param description `how`: why the run ended; `areFiles`: whether `written` names files
   */
  constructor(written: readonly string[], reason: unknown, { how, areFiles = false }: AbortDescription = {}) {
    const note = areFiles ? '; finished files stay' : ' (the last of them perhaps in part)';
    const what = written.length === 0 ? 'nothing' : `${formatProblems(written)}${note}`;
    super('Aborted', `${how ?? 'the run was cancelled'}; written until then: ${what}`, undefined, { cause: reason });
    this.written = written;
  }
}

/** The same error with a path. An error of another library, or one that has a path, is returned as it is. */
export function locate(error: unknown, path: string): unknown {
  if (!(error instanceof InitreeError) || error.path !== undefined || path === '') return error;
  return relocate(error, path);
}

/** The same error with another path. */
export function relocate(error: InitreeError, path: string): InitreeError {
  return rebuild(error, error.detail, path);
}

/** The same error with a longer message. An error of another library is returned as it is. */
export function extend(error: unknown, addition: string): unknown {
  return error instanceof InitreeError ? rebuild(error, `${error.detail}${addition}`, error.path) : error;
}

function rebuild(error: InitreeError, detail: string, path: string | undefined): InitreeError {
  // Its message says what was written, and where does not matter.
  if (error instanceof AbortError) return error;
  type Kind = new (detail: string, path: string | undefined, options: ErrorOptions) => InitreeError;
  return new (error.constructor as Kind)(detail, path, { cause: error });
}

/** The number of characters of a foreign text that a message repeats. */
const LONGEST_TEXT = 200;

/** The number of elements of a foreign array that a message repeats. */
const LONGEST_LIST = 64;

/** The number of characters of a list of problems in one message. */
const LONGEST_REPORT = 1200;

/** Problems as one message names them: as many as are shorter than a screen together, and the number of the others. */
export function formatProblems(problems: readonly string[], separator = ', '): string {
  const shown: string[] = [];
  let length = 0;
  for (const problem of problems) {
    length += problem.length + separator.length;
    if (shown.length > 0 && length > LONGEST_REPORT) break;
    shown.push(problem);
  }
  const left = problems.length - shown.length;
  return shown.join(separator) + (left > 0 ? ` and ${left.toLocaleString('en')} more` : '');
}

/**
 * A value as error messages name it after "found": `null`, `'relu'`, `3n`, `an array`, `a Linear`. Never throws, whatever
 * the value does when it is read. A long text is cut.
 */
export function describeValue(value: unknown): string {
  try {
    return describe(value);
  } catch {
    return `${typeof value === 'function' ? 'a function' : 'an object'} that cannot be read`;
  }
}

/** What a foreign function threw, as error messages name it after "threw": `RangeError: too large`. Never throws. */
export function describeThrown(error: unknown): string {
  return error instanceof Error ? `${formatValue(error.name)}: ${formatValue(error.message)}` : describeValue(error);
}

/**
 * A value as error messages repeat it within a sentence: `relu`, `3`, `[1, 2]`. A value that has no such form is named as
 * by {@link describeValue}. Never throws. A long text or list is cut.
 */
export function formatValue(value: unknown): string {
  if (typeof value === 'string') return cut(value);
  if (typeof value === 'bigint') return isShort(value) ? String(value) : LONG_BIGINT;
  try {
    return Array.isArray(value) ? formatList(value) : describe(value);
  } catch {
    return describeValue(value);
  }
}

/** The elements of a foreign array as {@link formatValue} writes them: `[1, 2]`. Never throws. A long list is cut. */
export function formatList(values: ArrayLike<unknown>): string {
  const { length } = values;
  const shown = Array.from({ length: Math.min(length, LONGEST_LIST) }, (_, i) =>
    isList(values[i]) ? 'an array' : formatValue(values[i]),
  );
  return `[${shown.join(', ')}${length > LONGEST_LIST ? `, … (${length} in all)` : ''}]`;
}

function describe(value: unknown): string {
  if (typeof value === 'string') return `'${cut(value)}'`;
  if (typeof value === 'bigint') return isShort(value) ? `${value}n` : LONG_BIGINT;
  if (typeof value === 'function') {
    const kind = isClass(value) ? 'class' : 'function';
    const name = nameOf(value);
    return name === '' ? `a ${kind}` : `the ${kind} ${cut(name)}`;
  }
  if (typeof value !== 'object' || value === null) return cut(String(value));
  if (Array.isArray(value)) return 'an array';
  const named: unknown = value.constructor?.name;
  const name = typeof named === 'string' && named !== '' ? cut(named) : 'Object';
  return name === 'Object' ? 'a plain object' : `${/^(?:[AEIO]|U(?!RL|int))/.test(name) ? 'an' : 'a'} ${name}`;
}

/** A foreign text as messages repeat it: control characters are escaped, and what is longer than a few lines is cut. */
function cut(text: string): string {
  const shown = printable(text.slice(0, LONGEST_TEXT));
  if (text.length <= LONGEST_TEXT && shown.length <= LONGEST_TEXT) return shown;
  return `${shown.slice(0, LONGEST_TEXT)}… (${text.length} characters)`;
}

/** The name of a function; `''` if it has none, or a static member of a class that is no text in its place. */
export function nameOf(value: object): string {
  try {
    const { name } = value as { readonly name?: unknown };
    return typeof name === 'string' ? name : '';
  } catch {
    return '';
  }
}

/** Whether a value is an array. A proxy that was revoked is none. */
export function isList(value: unknown): value is unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

/** Whether a value is an object of a class. A proxy that was revoked is none. */
export function isInstance<T>(value: unknown, Kind: abstract new (...args: never[]) => T): value is T {
  try {
    return value instanceof Kind;
  } catch {
    return false;
  }
}

/** Whether a value is one of the names in a table. */
export function isNameIn<T extends object>(table: T, value: unknown): value is keyof T & string {
  return typeof value === 'string' && Object.hasOwn(table, value);
}

/** The digits of a longer bigint would fill pages, and take long to compute. */
const LONG_BIGINT = 'a bigint beyond ±2^128';

function isShort(value: bigint): boolean {
  return value === BigInt.asIntN(129, value);
}

/** Whether a function is a class: its source begins with `class`, or its prototype has methods (compiled classes). */
export function isClass(value: { readonly prototype?: unknown }): boolean {
  if (/^class\b/.test(Function.prototype.toString.call(value))) return true;
  return Object.getOwnPropertyNames(value.prototype ?? {}).length > 1;
}

/** Whether a value is an object literal, or has no prototype. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  try {
    const prototype: unknown = Object.getPrototypeOf(value);
    // A plain object of another realm (jest runs each test file in one) has another Object.prototype.
    return prototype === null || Object.getPrototypeOf(prototype) === null;
  } catch {
    // A proxy may refuse to be read.
    return false;
  }
}

/**
 * Returns `value` if it is a function.
 * @param caller the function or method that was given `value`, as the message names it: `apply()`
 */
export function checkFunction<T>(caller: string, value: T): T {
  if (typeof value === 'function') return value;
  throw new ArgumentError(`${caller} expects a function, found ${describeValue(value)}`);
}

/**
 * Returns the result of a function unless it is a promise.
 * @param caller the function that called it, which changes a setting until the call returns: `noGrad()`
 * @throws ArgumentError for the promise of an `async` function: its code after the first `await` would run without the setting
 */
export function checkSynchronous<T>(caller: string, result: T): T {
  if (!refusesPromise(result)) return result;
  throw new ArgumentError(
    `${caller} holds until its function returns, but an async function goes on after its first await; await outside of ${caller}`,
  );
}

/**
 * Whether a value is a promise that the caller will refuse. No other code handles its rejection, which would end the
 * process, so this function does.
 */
export function refusesPromise(value: unknown): boolean {
  const { then } = Object(value) as { then?: unknown };
  if (typeof then !== 'function') return false;
  then.call(value, undefined, () => {});
  return true;
}

/** The end of an error message about an unknown name: `; did you mean 'relu'?` if a name is close, else all `names`. */
export function nearestName(found: unknown, names: readonly string[]): string {
  const all = names.length > 0 ? `; expected one of ${names.map((name) => `'${name}'`).join(', ')}` : '';
  return suggestion(found, names) ?? all;
}

function suggestion(found: unknown, names: readonly string[]): string | undefined {
  if (typeof found !== 'string' || found.length > LONGEST_TEXT) return undefined;
  let best: string | undefined;
  // A name whose every letter would have to change is no misspelling: '' suggests nothing.
  let bestDistance = Math.min(Math.max(2, Math.floor(found.length / 3)) + 1, found.length);
  for (const name of names) {
    const distance = editDistance(found.toLowerCase(), name.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return best === undefined ? undefined : `; did you mean ${describeValue(best)}?`;
}

/** Levenshtein's distance, computed row by row. Two swapped neighbours count as one edit. */
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
