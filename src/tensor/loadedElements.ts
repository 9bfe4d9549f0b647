import type { Storage } from '../numerics/DType.js';

type Range = readonly [from: number, to: number];

/**
 * The bytes of each buffer that `loadStateDict` wrote and that no fill has overwritten since. The mark belongs to the
 * memory, not to a tensor, so everything that shares the memory has it.
 */
const loaded = new WeakMap<ArrayBufferLike, readonly Range[]>();

/** Whether there is a mark at all. Without one, no small array has to give up its place for a buffer of its own. */
let isUsed = false;

/** Marks the elements of an array as loaded. */
export function markLoaded(data: Storage): void {
  let [start, end] = rangeOf(data);
  // Ranges that touch are one range, so that a buffer of many tensors has few.
  const apart = without(data).filter(([from, to]) => {
    if (to !== start && from !== end) return true;
    [start, end] = [Math.min(start, from), Math.max(end, to)];
    return false;
  });
  isUsed = true;
  loaded.set(data.buffer, [...apart, [start, end]]);
}

/** Removes the mark from the elements of an array, because a fill overwrites them. */
export function unmarkLoaded(data: Storage): void {
  if (!isUsed || !loaded.has(data.buffer)) return;
  const left = without(data);
  if (left.length > 0) loaded.set(data.buffer, left);
  else loaded.delete(data.buffer);
}

/** Whether at least one element of an array is marked. */
export function hasLoaded(data: Storage): boolean {
  if (!isUsed) return false;
  const [start, end] = rangeOf(data);
  return loaded.get(data.buffer)?.some(([from, to]) => from < end && start < to) ?? false;
}

/** Marks an array that holds the elements of another one, if that one is marked. Returns the array. */
export function withMarkOf<S extends Storage>(source: Storage, copy: S): S {
  if (hasLoaded(source) && copy.buffer !== source.buffer) markLoaded(copy);
  return copy;
}

/** The marked bytes of an array's buffer outside of the array. */
function without(data: Storage): Range[] {
  const [start, end] = rangeOf(data);
  return (loaded.get(data.buffer) ?? []).flatMap(([from, to]): Range[] => {
    const parts: Range[] = [
      [from, Math.min(to, start)],
      [Math.max(from, end), to],
    ];
    return parts.filter(([first, last]) => first < last);
  });
}

/** An array without elements counts as one byte, so that it can be marked as well. */
function rangeOf({ byteOffset, byteLength }: Storage): Range {
  return [byteOffset, byteOffset + Math.max(1, byteLength)];
}
