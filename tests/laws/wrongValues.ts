import { describeValue, InitreeError } from '../../src/errors.js';
import { getRngState } from '../../src/random/defaultGenerator.js';

/** Values that cannot be converted to a string, or that throw when they are. */
export const UNPRINTABLE: readonly unknown[] = [
  Object.create(null),
  [Object.create(null)],
  /(?<name>a)/.exec('a')?.groups,
  Object(Symbol('s')),
  [Symbol('s')],
  { toString: () => thrown(), [Symbol.toPrimitive]: () => thrown() },
  { valueOf: null, toString: null },
  Object.defineProperty({}, 'constructor', { get: thrown }),
  Object.assign(Object.create({ constructor: { name: Symbol('s') } }), {}),
  Object.defineProperty(() => {}, 'name', { value: Symbol('s') }),
  Object.defineProperty(() => {}, 'name', { get: thrown }),
  'x'.repeat(10_000),
  ['x'.repeat(10_000)],
];

function thrown(): never {
  throw new TypeError('a value that must not be read');
}

/** Sizes that no memory can hold, and lists of sizes with holes. */
const HUGE: readonly unknown[] = [
  2 ** 50,
  2 ** 53 - 1,
  2 ** 60,
  1e300,
  -(2 ** 50),
  2n ** 70n,
  [2 ** 50],
  [2 ** 31, 2 ** 31],
  [2 ** 31, 2 ** 31, 2 ** 31],
  [-1, 2 ** 53 - 1],
  [2 ** 50, 0],
  new Array(3),
  // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
  [1, , 2],
  new Array(1000).fill(1),
];

/** What programs in plain JavaScript pass by mistake. */
export const WRONG: readonly unknown[] = [
  null,
  undefined,
  'x',
  Number.NaN,
  -1,
  1.5,
  Infinity,
  true,
  3n,
  Symbol('s'),
  {},
  [],
  [[null]],
  () => {},
  ...UNPRINTABLE,
  ...HUGE,
];

// The point of these tests is to call everything with arguments of wrong types.
export type Loose = (...args: never[]) => unknown;
export type Place = readonly [name: string, call: (wrong: never) => unknown];

/** One place for each argument of a call, the others being right ones, made afresh. */
export function placesOf(name: string, call: Loose, ...right: (() => unknown)[]): Place[] {
  return right.map((_, i) => [
    `${name}, argument ${i + 1}`,
    (wrong) => call(...(right.map((make, j) => (i === j ? wrong : make())) as never[])),
  ]);
}

/** Runs a call with every wrong value; returns what ended in anything but success or one of our errors. */
export async function foreignErrors(places: readonly Place[]): Promise<string[]> {
  const found: string[] = [];
  for (const [name, call] of places) {
    for (const wrong of WRONG) {
      const before = getRngState();
      try {
        const result = await call(wrong as never);
        // Listings run when they are read.
        if (typeof (result as IterableIterator<unknown>)?.next === 'function') Array.from(result as Iterable<unknown>);
      } catch (error) {
        if (!(error instanceof InitreeError))
          found.push(`${name}: ${describeValue(wrong)} → ${String(error)} ${placeOf(error)}`);
        if (!Buffer.from(before).equals(getRngState())) found.push(`${name}: ${describeValue(wrong)} drew`);
        const { length } = (error as Error).message;
        if (length > 5000)
          found.push(`${name}: ${describeValue(wrong).slice(0, 40)} → a message of ${length} characters`);
      }
    }
  }
  return found;
}

/** The file and line that threw. */
function placeOf(error: unknown): string {
  return /src\/\S+?:\d+/.exec((error as Error).stack ?? '')?.[0] ?? '';
}
