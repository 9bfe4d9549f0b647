import { InitreeError } from '../../src/errors.js';
import { getRngState } from '../../src/random/defaultGenerator.js';

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
        if (!(error instanceof InitreeError)) found.push(`${name}: ${String(wrong)} → ${String(error)}`);
        if (!Buffer.from(before).equals(getRngState())) found.push(`${name}: ${String(wrong)} drew`);
      }
    }
  }
  return found;
}
