import { describeValue, formatList, formatProblems } from '../errors.js';
import type { Shape } from '../tensor/Shape.js';
import type { TensorEntry } from './readHeader.js';
import { type FileDType, nameOfDtype } from './safetensorsDtypes.js';
import { type Box, cutDimensions, findTilingFault, MOST_CUT_DIMENSIONS } from './tiling.js';

/** A part of a tensor, or a whole tensor, that a file holds under the name of the tensor. */
export interface HeldSlice<F> extends Box, Pick<TensorEntry, 'name' | 'dtype' | 'start' | 'end'> {
  readonly file: F;
}

/** A tensor whose elements are in slices, each of them in exactly one. */
export interface JoinedTensor<F> {
  readonly dtype: FileDType;
  readonly shape: Shape;
  readonly slices: readonly HeldSlice<F>[];
}

/** Why slices are no tensor. */
export interface SliceFault {
  /** The file in which it is seen. */
  readonly file: string;
  readonly kind: 'gap' | 'overlap' | 'other dtype' | 'other rank' | 'too many cuts';
  /** A text for the user. */
  readonly detail: string;
}

/** A tensor of a file, which is a slice of a larger one if offsets are given. */
export function sliceOf<F>(entry: TensorEntry, file: F, offsets: readonly number[] = []): HeldSlice<F> {
  const { name, dtype, shape, start, end } = entry;
  return { name, dtype, shape, start, end, file, offsets };
}

/**
 * Joins the slices of tensors. A tensor reaches, in each dimension, to the end of the last slice, as for PyTorch.
 * @param slices the slices of all tensors, in the order in which the tensors are to be listed
 * @param nameOf the name of a file, for messages
 * @returns the tensors of which every element is in exactly one slice; and the first fault of each other one
 */
export function joinSlices<F>(
  slices: Iterable<HeldSlice<F>>,
  nameOf: (file: F) => string,
): { tensors: Map<string, JoinedTensor<F>>; faults: SliceFault[] } {
  const byName = new Map<string, HeldSlice<F>[]>();
  for (const slice of slices) {
    const known = byName.get(slice.name);
    if (known) known.push(slice);
    else byName.set(slice.name, [slice]);
  }
  const tensors = new Map<string, JoinedTensor<F>>();
  const faults: SliceFault[] = [];
  for (const [name, own] of byName) {
    const wrong = findDiffering(own, nameOf);
    const shape = wrong ? [] : hullOf(own);
    const fault = wrong ?? findUncovered(shape, own, nameOf);
    if (fault) faults.push(fault);
    else tensors.set(name, { dtype: own[0].dtype, shape, slices: own });
  }
  return { tensors, faults };
}

/** The first slice that differs from the first one of its tensor in what all slices of a tensor have in common. */
function findDiffering<F>(slices: readonly HeldSlice<F>[], nameOf: (file: F) => string): SliceFault | undefined {
  const [{ name, dtype, shape, file: first }] = slices;
  const what = `the tensor ${describeValue(name)} has`;
  for (const { dtype: found, shape: sizes, file } of slices) {
    if (found !== dtype) {
      const detail = `${what} the dtype ${nameOfDtype(found)} here, and ${nameOfDtype(dtype)} in ${nameOf(first)}`;
      return { file: nameOf(file), kind: 'other dtype', detail };
    }
    if (sizes.length !== shape.length) {
      const detail = `${what} ${sizes.length} dimensions here, and ${shape.length} in ${nameOf(first)}`;
      return { file: nameOf(file), kind: 'other rank', detail };
    }
  }
  return undefined;
}

function hullOf(slices: readonly Box[]): Shape {
  const [first] = slices;
  if (slices.length === 1 && first.offsets.every((offset) => offset === 0)) return first.shape;
  return first.shape.map((_, dim) =>
    slices.reduce((end, { offsets, shape }) => Math.max(end, (offsets[dim] ?? 0) + shape[dim]), 0),
  );
}

function findUncovered<F>(
  shape: Shape,
  slices: readonly HeldSlice<F>[],
  nameOf: (file: F) => string,
): SliceFault | undefined {
  const [{ name, file: first }] = slices;
  const cut = cutDimensions(shape, slices);
  if (cut.length > MOST_CUT_DIMENSIONS) {
    const detail = `the tensor ${describeValue(name)} is cut in ${cut.length} dimensions; expected at most ${MOST_CUT_DIMENSIONS}`;
    return { file: nameOf(first), kind: 'too many cuts', detail };
  }
  const fault = findTilingFault(shape, slices, cut);
  if (fault === undefined) return undefined;
  const what = describeRegion(fault.region, shape, name);
  const [, second] = fault.holders;
  if (second === undefined) {
    const files = formatProblems(slices.map(({ file }) => nameOf(file)));
    return { file: nameOf(first), kind: 'gap', detail: `${what} in no file; its slices are in ${files}` };
  }
  const files = formatProblems(fault.holders.map(({ file }) => nameOf(file)));
  return { file: nameOf(second.file), kind: 'overlap', detail: `${what} in several files: ${files}; expected one` };
}

/** `the elements [4:7, 0:6] of the tensor 'w' are`, in the notation of Python. */
function describeRegion({ offsets, shape }: Box, whole: Shape, name: string): string {
  const tensor = `the tensor ${describeValue(name)}`;
  if (offsets.every((offset, dim) => offset === 0 && shape[dim] === whole[dim])) return `${tensor} is`;
  return `the elements ${formatList(offsets.map((offset, dim) => `${offset}:${offset + shape[dim]}`))} of ${tensor} are`;
}
