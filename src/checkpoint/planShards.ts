import { ArgumentError, describeValue, formatValue } from '../errors.js';
import { SINGLE_FILE } from './shardIndex.js';

/** A tensor by its name and the bytes of its elements; it need not be in memory. */
export interface Sized {
  readonly name: string;
  readonly bytes: number;
}

/** How tensors are divided among files. At most one of the options is given. */
export interface ShardOptions {
  /**
   * The most bytes of tensors in a file: a number, or a text such as `'5GB'`, `'1.5 gb'` or `'300MB'`. Units are decimal: KB, MB,
   * GB and TB. A tensor that is larger has a file of its own. Default: `'5GB'`, unless `shards` is given.
   */
  maxShardSize?: number | string | undefined;
  /**
   * The most files, from 1 to 99,999. The tensors are divided by the smallest `maxShardSize` that gives no more files. There may be
   * fewer. Default: any number.
   */
  shards?: number | undefined;
}

/** A file of a folder and its tensors. */
interface Shard<T extends Sized = Sized> {
  readonly file: string;
  readonly tensors: readonly T[];
  /** The bytes of the tensors together. */
  readonly bytes: number;
}

/** The files of a folder. */
export interface ShardPlan<T extends Sized = Sized> {
  readonly shards: readonly Shard<T>[];
  /** The bytes of all tensors together. */
  readonly totalSize: number;
  /** The most bytes of a file of several tensors. */
  readonly maxShardSize: number;
}

/** The default of huggingface_hub. */
const DEFAULT_SIZE = '5GB';
/** The largest number that the names of the files have digits for. */
const MAX_SHARDS = 99_999;
const UNITS: Readonly<Record<string, number>> = { KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };
const SIZE = /^(?<value>\d+(?:\.\d*)?|\.\d+)\s*(?<unit>[KMGT]B)$/i;

/**
 * Divides tensors among files as huggingface_hub does (`split_torch_state_dict_into_shards`). The tensors are taken in order. A file
 * is closed when the next tensor would make it exceed the maximal size. A tensor that alone exceeds the size at once
 * gets a file of its own, while the current file stays open.
 * @param entries the tensors, in the order of the state dict
 * @throws ArgumentError if both options are given, if one of them is out of range, or if there would be more than 99,999 files
 */
export function planShards<T extends Sized>(entries: readonly T[], options: ShardOptions = {}): ShardPlan<T> {
  const { maxShardSize, shards: count } = options;
  checkShardOptions(options);
  const limit = count === undefined ? readShardSize(maxShardSize ?? DEFAULT_SIZE) : smallestLimit(entries, count);
  const cuts = cut(entries, limit);
  // A model without tensors is a file without tensors.
  if (cuts.length === 0) cuts.push([]);
  if (cuts.length > MAX_SHARDS) {
    throw new ArgumentError(
      `maxShardSize ${formatValue(maxShardSize)} gives ${cuts.length.toLocaleString('en')} files; expected at most ${MAX_SHARDS.toLocaleString('en')}; ` +
        'choose a larger size',
    );
  }
  const shards = cuts.map((tensors, i) => ({ file: shardName(i, cuts.length), tensors, bytes: bytesOfAll(tensors) }));
  return { shards, totalSize: bytesOfAll(entries), maxShardSize: limit };
}

/** @throws ArgumentError if both options are given, or if one of them is out of range */
export function checkShardOptions({ maxShardSize, shards }: ShardOptions): void {
  if (maxShardSize !== undefined && shards !== undefined) {
    throw new ArgumentError(
      `expected maxShardSize or shards, found both: ${describeValue(maxShardSize)} and ${describeValue(shards)}; leave out one of them`,
    );
  }
  if (maxShardSize !== undefined) readShardSize(maxShardSize);
  if (shards !== undefined && !(Number.isInteger(shards) && shards >= 1 && shards <= MAX_SHARDS)) {
    throw new ArgumentError(
      `expected shards to be an integer from 1 to ${MAX_SHARDS.toLocaleString('en')}, found ${describeValue(shards)}`,
    );
  }
}

/**
 * Reads a maximal size in bytes. Fractions of a byte are cut off.
 * @throws ArgumentError unless it is a whole number of bytes from 1 to 2⁵³ − 1, or a text such as `'5GB'` that gives one
 */
export function readShardSize(size: number | string): number {
  let bytes: unknown = size;
  if (typeof size === 'string') {
    const { value, unit } = SIZE.exec(size.trim())?.groups ?? {};
    bytes = value === undefined ? undefined : Math.trunc(Number(value) * UNITS[unit.toUpperCase()]);
  }
  if (Number.isSafeInteger(bytes) && (bytes as number) >= 1) return bytes as number;
  throw new ArgumentError(
    `expected maxShardSize to be a size of at least one byte such as '5GB' or '1.5MB', in KB, MB, GB or TB, or a number of bytes; ` +
      `found ${describeValue(size)}`,
  );
}

function shardName(index: number, count: number): string {
  const [number, all] = [index + 1, count].map((n) => String(n).padStart(5, '0'));
  return count === 1 ? SINGLE_FILE : SINGLE_FILE.replace('.', `-${number}-of-${all}.`);
}

function cut<T extends Sized>(entries: readonly T[], limit: number): T[][] {
  const shards: T[][] = [];
  let current: T[] = [];
  let size = 0;
  for (const entry of entries) {
    if (entry.bytes > limit) {
      shards.push([entry]);
      continue;
    }
    if (size + entry.bytes > limit) {
      shards.push(current);
      current = [];
      size = 0;
    }
    current.push(entry);
    size += entry.bytes;
  }
  if (current.length > 0) shards.push(current);
  return shards;
}

/** The sizes from `from` to `to` that are possible limits. Between them no tensor gets or loses a file of its own. */
interface Limits {
  readonly from: number;
  readonly to: number;
}

/**
 * The smallest maximal size that gives at most `count` files. A larger size can give more files: 2, 6 and 2 bytes are two files
 * of at most 5 bytes, but three of at most 6, because the 6 then no longer leaves the current file open. Between two sizes
 * of tensors that follow each other, the same tensors have files of their own, and there the number only falls. A range of many such
 * sizes is passed over at once if even the best treatment of its tensors gives too many files.
 */
function smallestLimit(entries: readonly Sized[], count: number): number {
  const sizes = entries.map(({ bytes }) => bytes).sort((a, b) => a - b);
  const distinct = [...new Set([0, ...sizes])];
  const total = bytesOfAll(entries);
  const ranges = distinct.map((from, i): Limits => ({ from, to: (distinct[i + 1] ?? Math.max(total, from) + 1) - 1 }));
  const search = (first: number, last: number): number | undefined => {
    const { from } = ranges[first];
    const { to } = ranges[last];
    if (fewestFiles(entries, { from, to }) > count) return undefined;
    if (first === last) return bisect(from, to, (limit) => fewestFiles(entries, { from: limit, to: limit }) <= count);
    const middle = Math.floor((first + last) / 2);
    return search(first, middle) ?? search(middle + 1, last);
  };
  // One file of all tensors is always possible.
  return search(0, ranges.length - 1) ?? total;
}

/**
 * A number of files that no limit of a range goes below; for a range of one limit, the number of files of {@link cut}. A tensor whose size
 * is within the range may have a file of its own or be in the current one, whichever leads to fewer files.
 */
function fewestFiles(entries: readonly Sized[], { from, to }: Limits): number {
  let files = 0;
  let current = Number.POSITIVE_INFINITY;
  for (const { bytes: size } of entries) {
    if (current + size <= to) current += size;
    else {
      files++;
      // A file of its own leaves the current file open. The emptier of the two files has more room for what follows.
      if (size <= from) current = size;
      else if (size <= to) current = Math.min(current, size);
    }
  }
  return files;
}

/** The first number from `low` to `high` that fits, where all later ones do too. */
function bisect(low: number, high: number, fits: (value: number) => boolean): number {
  while (low < high) {
    const middle = low + Math.floor((high - low) / 2);
    if (fits(middle)) high = middle;
    else low = middle + 1;
  }
  return high;
}

function bytesOfAll(entries: readonly Sized[]): number {
  return entries.reduce((total, { bytes }) => total + bytes, 0);
}
