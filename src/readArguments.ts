import { isList, isPlainObject } from './errors.js';
import { type CallSignature, isKind, RefusedCall } from './RefusedCall.js';

/** The options that never have a default of their own: without them, the default dtype and the default generator decide. */
type WithoutDefault = 'dtype' | 'generator';

/** The default of each option. `Absent` names further options without one. */
export type OptionDefaults<O, Absent extends keyof O = never> = {
  readonly [K in keyof O]-?: K extends WithoutDefault | Absent ? undefined : Exclude<O[K], undefined>;
};

/** Options after reading. Only those without a default may be undefined. */
export type ReadArguments<O, Absent extends keyof O = never> = {
  [K in keyof O]-?: K extends WithoutDefault | Absent ? O[K] | undefined : Exclude<O[K], undefined>;
};

/** The names of a function's arguments, with the types of its options. */
export interface Signature<O, Absent extends keyof O = never> extends CallSignature {
  readonly byPosition?: readonly (keyof O & string)[];
  readonly defaults: OptionDefaults<O, Absent>;
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
export function readArguments<O extends object, Absent extends keyof O = never>(
  caller: string,
  args: ArrayLike<unknown>,
  signature: Signature<O, Absent>,
): ReadArguments<O, Absent> {
  const { required = NONE, byPosition = NONE, defaults } = signature;
  const read: Record<string, unknown> = { ...defaults };
  const count = required.length < 2 && isCallOfMap(args) ? 1 : countGiven(args);
  if (!beginsWith(required.length, args, count)) describe(caller, args, count, signature).checkRequired();
  const options = count > required.length ? args[count - 1] : undefined;
  const end = isPlainObject(options) ? count - 1 : count;
  const places = required.length + byPosition.length;
  for (let i = required.length; i < end; i++) {
    const value = args[i];
    if (value === undefined) continue;
    const name = byPosition[i - required.length];
    const isRight = i < places && !isPlainObject(value) && isKind(defaults[name], value);
    if (!isRight) throw describe(caller, args, count, signature).wrongPlace(i, end);
    read[name] = value;
  }
  if (!isPlainObject(options)) return read as ReadArguments<O, Absent>;
  for (const name of Object.keys(options)) {
    const value = options[name];
    const place = required.length + byPosition.indexOf(name as never);
    const isTwice = place >= required.length && place < end && args[place] !== undefined;
    const isRight = Object.hasOwn(defaults, name) && (value === undefined || (!isTwice && isKind(read[name], value)));
    if (!isRight) throw describe(caller, args, count, signature).wrongOption(name, options, isTwice);
    if (value !== undefined) read[name] = value;
  }
  return read as ReadArguments<O, Absent>;
}

/** Only a call that is refused is described, so that calls of small operations stay cheap. */
function describe(caller: string, args: ArrayLike<unknown>, count: number, signature: CallSignature): RefusedCall {
  return new RefusedCall(caller, signature.required ?? NONE, Array.from(args).slice(0, count), signature);
}

const NONE: readonly never[] = [];

/**
 * Refuses arguments that a function or constructor without options does not take, except the index and the array that
 * `Array.prototype.map` passes.
 * @param caller the function or class as a program names it, `'F.sigmoid'`
 * @param args the `arguments` of the call
 * @param names the arguments that it takes
 */
export function refuseSurplus(caller: string, args: ArrayLike<unknown>, names: readonly string[]): void {
  if (args.length <= names.length) return;
  const count = countGiven(args);
  if (count <= names.length || (names.length < 2 && isCallOfMap(args))) return;
  throw new RefusedCall(caller, names, Array.from(args).slice(0, count), { defaults: {} }).surplus();
}

/** The number of arguments without undefined ones at the end, which are the same as none. */
function countGiven(args: ArrayLike<unknown>): number {
  let count = args.length;
  while (count > 0 && args[count - 1] === undefined) count--;
  return count;
}

/** Whether the first `required` arguments are there and are no options. */
function beginsWith(required: number, args: ArrayLike<unknown>, count: number): boolean {
  if (count < required) return false;
  for (let i = 0; i < required; i++) if (args[i] === undefined || isPlainObject(args[i])) return false;
  return true;
}

/** Whether a function was passed to `Array.prototype.map`, which calls it with the element, the index and the array. */
function isCallOfMap(args: ArrayLike<unknown>): boolean {
  if (args.length !== 3 || typeof args[1] !== 'number') return false;
  const array = args[2];
  return isList(array) && Object.is(array[args[1]], args[0]);
}
