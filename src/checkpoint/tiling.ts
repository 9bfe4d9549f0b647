import type { Shape } from '../tensor/Shape.js';

/** A part of a tensor: in each dimension, the `shape[d]` indices from `offsets[d]` on. */
export interface Box {
  /** An offset that is left out is 0. */
  readonly offsets: readonly number[];
  readonly shape: Shape;
}

/** Elements of a tensor that boxes do not cover exactly once. */
export interface TilingFault<T extends Box> {
  readonly region: Box;
  /** The boxes that have the elements: none, or several. */
  readonly holders: readonly T[];
}

/** The most dimensions in which a tensor may be cut. The work doubles with each; a mesh of devices has fewer. */
export const MOST_CUT_DIMENSIONS = 6;

/** The dimensions of a shape in which some box with elements does not have all indices. */
export function cutDimensions(shape: Shape, boxes: readonly Box[]): number[] {
  const isCut = new Array<boolean>(shape.length).fill(false);
  for (const box of boxes) {
    if (box.shape === shape || box.shape.includes(0)) continue;
    for (let dim = 0; dim < shape.length; dim++) if (box.shape[dim] !== shape[dim]) isCut[dim] = true;
  }
  return isCut.flatMap((cut, dim) => (cut ? dim : []));
}

/**
 * Finds the first element, in row-major order, that is not in exactly one box. The time is proportional to the number of boxes.
 *
 * The number of boxes at each index is a sum of steps at the corners of the boxes, and so is 1 at each index of the tensor. The
 * sums are equal if and only if all steps cancel out. If some do not, the first corner that is left is the first wrong element.
 * @param shape the shape of the tensor, which holds all boxes
 * @param cut the dimensions of {@link cutDimensions}, at most {@link MOST_CUT_DIMENSIONS}
 * @returns the element and its neighbours with the same fault; undefined if there is none
 */
export function findTilingFault<T extends Box>(
  shape: Shape,
  boxes: readonly T[],
  cut: readonly number[],
): TilingFault<T> | undefined {
  if (shape.includes(0)) return undefined;
  const parts = boxes.filter((box) => !box.shape.includes(0));
  const steps = new Map<string, { at: number[]; height: number }>();
  for (const part of parts) addCorners(steps, part, cut, 1);
  addCorners(steps, { offsets: [], shape }, cut, -1);
  let first: { at: number[]; height: number } | undefined;
  for (const step of steps.values()) {
    if (step.height !== 0 && (first === undefined || isBefore(step.at, first.at))) first = step;
  }
  if (first === undefined) return undefined;
  const offsets = new Array<number>(shape.length).fill(0);
  for (const [i, dim] of cut.entries()) offsets[dim] = first.at[i];
  return first.height < 0 ? gapAt(offsets, shape, parts) : overlapAt(offsets, shape, parts);
}

/** Adds a step at each corner of a box: a sum over all corners up to an index tells whether the box has the index. */
function addCorners(
  steps: Map<string, { at: number[]; height: number }>,
  box: Box,
  cut: readonly number[],
  height: number,
): void {
  for (let corner = 0; corner < 2 ** cut.length; corner++) {
    let sign = height;
    const at = cut.map((dim, i) => {
      const offset = box.offsets[dim] ?? 0;
      if ((corner & (1 << i)) === 0) return offset;
      sign = -sign;
      return offset + box.shape[dim];
    });
    const key = at.join();
    const step = steps.get(key);
    if (step) step.height += sign;
    else steps.set(key, { at, height: sign });
  }
}

function isBefore(a: readonly number[], b: readonly number[]): boolean {
  const dim = a.findIndex((index, i) => index !== b[i]);
  return dim >= 0 && a[dim] < b[dim];
}

/** A region without boxes that begins at an element which is in none. */
function gapAt<T extends Box>(at: readonly number[], shape: Shape, parts: readonly T[]): TilingFault<T> {
  const ends = [...shape];
  for (const { offsets, shape: sizes } of parts) {
    const isBeside = sizes.some((size, dim) => {
      const offset = offsets[dim] ?? 0;
      return offset >= ends[dim] || offset + size <= at[dim];
    });
    if (isBeside) continue;
    // The element is not in the box, so the box begins after it in some dimension.
    const dim = sizes.findIndex((_, dim) => (offsets[dim] ?? 0) > at[dim]);
    ends[dim] = offsets[dim];
  }
  return { region: between(at, ends), holders: [] };
}

/** The region that all boxes share which have an element. */
function overlapAt<T extends Box>(at: readonly number[], shape: Shape, parts: readonly T[]): TilingFault<T> {
  const holders = parts.filter(({ offsets, shape: sizes }) =>
    at.every((index, dim) => {
      const offset = offsets[dim] ?? 0;
      return offset <= index && index < offset + sizes[dim];
    }),
  );
  const ends = [...shape];
  for (const { offsets, shape: sizes } of holders) {
    for (const [dim, end] of ends.entries()) ends[dim] = Math.min(end, (offsets[dim] ?? 0) + sizes[dim]);
  }
  return { region: between(at, ends), holders };
}

function between(offsets: readonly number[], ends: readonly number[]): Box {
  return { offsets, shape: ends.map((end, dim) => end - offsets[dim]) };
}
