import type { FileHandle } from 'node:fs/promises';
import type { JoinedTensor } from '../../checkpoint/joinSlices.js';
import type { Unfilled } from '../../checkpoint/readTensor.js';
import { runsOf, type SliceRuns } from '../../checkpoint/sliceRuns.js';
import type { OpenHeader } from './openHeader.js';

/** The bytes of a file that are read at once where a slice has many short runs. */
const BLOCK = 2 ** 20;

/** A stretch of a file that has to be read. */
export interface SliceRead {
  readonly handle: FileHandle;
  /** The path of the file. */
  readonly path: string;
  /** The index of the first byte in the file. */
  readonly start: number;
  /** Where the bytes have to be written. */
  readonly bytes: Uint8Array;
  /** Moves the bytes to their places, if these are not contiguous. */
  readonly scatter: () => void;
}

/**
 * The stretches of files that have a range of a tensor's elements, in the order of the slices. Slices without elements of the range are
 * not read.
 * @param bytes where the elements of the range have to be written
 */
export function* sliceReads(
  { shape, slices }: JoinedTensor<OpenHeader>,
  { range: [from, to], bytes }: Pick<Unfilled, 'range' | 'bytes'>,
): Generator<SliceRead, void, void> {
  if (from === to) return;
  const size = bytes.length / (to - from);
  const inBytes = (index: number) => (index - from) * size;
  for (const slice of slices) {
    if (slice.start === slice.end) continue;
    const { handle, path } = slice.file;
    const runs = runsOf(shape, slice);
    const { length, at } = runs;
    /** The part of the runs from `first` to `last` that is in the range, as indices within the slice. */
    const stretch = (first: number, last: number) =>
      [
        first * length + Math.max(from - at(first), 0),
        (last - 1) * length + Math.min(to - at(last - 1), length),
      ] as const;
    const end = firstRun(runs, (run) => at(run) >= to);
    const atOnce = Math.max(Math.floor(BLOCK / (length * size)), 1);
    for (let run = firstRun(runs, (run) => at(run) + length > from); run < end; run += atOnce) {
      const last = Math.min(run + atOnce, end);
      const [begin, stop] = stretch(run, last);
      const start = slice.start + begin * size;
      if (last === run + 1) {
        const place = inBytes(Math.max(at(run), from));
        yield { handle, path, start, bytes: bytes.subarray(place, place + (stop - begin) * size), scatter: () => {} };
        continue;
      }
      const block = new Uint8Array((stop - begin) * size);
      const scatter = () => {
        for (let one = run; one < last; one++) {
          const [a, b] = stretch(one, one + 1);
          bytes.set(block.subarray((a - begin) * size, (b - begin) * size), inBytes(Math.max(at(one), from)));
        }
      };
      yield { handle, path, start, bytes: block, scatter };
    }
  }
}

/** The first run for which a condition holds that, once true, holds for all later runs; the number of runs if it never holds. */
function firstRun({ count }: SliceRuns, holds: (run: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
