import { describeValue, FormatError, isPlainObject } from '../errors.js';
import type { CoveredRange } from './coverage.js';

/** What is known about a finished file of a checkpoint that several processes write. */
export interface ShardManifest {
  /** The hash of the plan that the file follows: 64 hexadecimal digits. */
  readonly shardPlan: string;
  /** The number of bytes of the file. */
  readonly bytes: number;
  /** The SHA-256 of the file: 64 hexadecimal digits. */
  readonly sha256: string;
  /** The elements that the file holds. */
  readonly covered: readonly CoveredRange[];
}

const HASH = /^[0-9a-f]{64}$/;

/** A manifest as text. Equal manifests are equal texts. */
export function writeManifest({ shardPlan, bytes, sha256, covered }: ShardManifest): string {
  return `${JSON.stringify({ shardPlan, bytes, sha256, covered })}\n`;
}

/**
 * Reads a manifest. Further properties are accepted.
 * @throws FormatError if the text is no manifest
 */
export function readManifest(text: string): ShardManifest {
  const value = parse(text);
  if (!isPlainObject(value)) throw notA('a JSON object', value);
  const { shardPlan, bytes, sha256, covered } = value;
  if (!isHash(shardPlan)) throw notA('shardPlan to be 64 hexadecimal digits', shardPlan);
  if (!isCount(bytes)) throw notA('bytes to be a whole number', bytes);
  if (!isHash(sha256)) throw notA('sha256 to be 64 hexadecimal digits', sha256);
  if (!Array.isArray(covered)) throw notA('covered to be an array of [name, from, to]', covered);
  const wrong = covered.findIndex((range) => !isRange(range));
  if (wrong >= 0) throw notA(`covered[${wrong}] to be [name, from, to] with from ≤ to`, covered[wrong]);
  return { shardPlan, bytes, sha256, covered };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FormatError(`expected JSON: ${(cause as Error).message}`, undefined, { cause });
  }
}

function notA(expected: string, found: unknown): FormatError {
  return new FormatError(`expected ${expected}, found ${describeValue(found)}`);
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && HASH.test(value);
}

/** Whether a value is a whole number that is exact. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Whether a value is a range of a tensor's elements. */
export function isRange(value: unknown): value is CoveredRange {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [name, from, to] = value;
  return typeof name === 'string' && isCount(from) && isCount(to) && from <= to;
}
