import { ArgumentError, describeValue } from '../../errors.js';
import { checkFinite, checkWhole } from '../../numerics/checkNumber.js';

/** An option of a preset. */
export interface PresetOption<V> {
  /** The value if the caller gives none; `null` if the preset derives it from the model. */
  readonly standard: V;
  /** The meaning in words, with the default. */
  readonly meaning: string;
  /** Throws ArgumentError for a value that the option cannot have. Whether a switch is true or false is checked before. */
  check(name: string, value: V): void;
}

/** The options of a preset by name. */
export type PresetOptions<O> = { readonly [K in keyof O]-?: PresetOption<Exclude<O[K], undefined>> };

/** A switch that is off by default. */
export function flag(meaning: string): PresetOption<boolean> {
  return { standard: false, meaning, check: () => {} };
}

/** A switch that is on by default. */
export function switchedOn(meaning: string): PresetOption<boolean> {
  return { standard: true, meaning, check: () => {} };
}

/** A whole number ≥ 1 that the preset counts in the model if the caller gives none. */
export function counted(meaning: string): PresetOption<number | null> {
  const check = (name: string, value: number | null) => void (value === null || checkWhole(name, value));
  return { standard: null, meaning, check };
}

/** A whole number ≥ 1. */
export function whole(standard: number, meaning: string): PresetOption<number> {
  return { standard, meaning, check: (name, value) => void checkWhole(name, value) };
}

/** A finite number. */
export function finite(standard: number, meaning: string): PresetOption<number> {
  return { standard, meaning, check: (name, value) => void checkFinite(name, value) };
}

/** A finite number ≥ 0, such as a standard deviation. */
export function nonNegative(standard: number, meaning: string): PresetOption<number> {
  return { standard, meaning, check: (name, value) => checkRange(name, value, value >= 0, 'a finite number ≥ 0') };
}

/** A finite number > 0. */
export function positive(standard: number, meaning: string): PresetOption<number> {
  return { standard, meaning, check: (name, value) => checkRange(name, value, value > 0, 'a finite number > 0') };
}

/** A number in (0, 1). */
export function probability(standard: number, meaning: string): PresetOption<number> {
  return {
    standard,
    meaning,
    check: (name, value) => checkRange(name, value, value > 0 && value < 1, 'a number in (0, 1)'),
  };
}

function checkRange(name: string, value: number, isInRange: boolean, expected: string): void {
  if (Number.isFinite(value) && isInRange) return;
  throw new ArgumentError(`${name}: expected ${expected}, found ${describeValue(value)}`);
}
