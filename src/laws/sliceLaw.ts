import { createStorage, type FloatDType, type Storage } from '../numerics/DType.js';
import { generatorOf } from '../random/generatorOf.js';
import type { RandomKey } from '../random/RandomKey.js';
import type { Steps } from '../random/Steps.js';
import { uniformWords } from '../random/wordsDrawn.js';
import { numelOf, type Shape } from '../tensor/Shape.js';
import { Tensor } from '../tensor/Tensor.js';
import { operationsOf } from './bindLaw.js';
import type { Law } from './Law.js';
import type { CutOptions, LawPart, LawSlice } from './LawOperations.js';
import { partsOf, within } from './partsOf.js';

/** The elements whose words are one block of Philox, or two for float64. A key's fill can begin at their multiples. */
const BLOCK = 4;

/**
 * The slices that together are the elements [from, to) of a tensor that a key fills by a law. A law whose elements cannot be
 * drawn alone (orthogonal and sparse matrices) gives the whole tensor.
 */
export function sliceLaw(law: Law, shape: Shape, from: number, to: number): LawSlice[] {
  return slicesOf(law, shape, from, to) ?? [sliceOf(law, shape)];
}

/** Cuts the fill of a whole tensor into slices; into one if the law or the options permit no other. */
export function cutIntoSlices(law: Law, shape: Shape, { size, part }: CutOptions): LawSlice[] {
  const numel = numelOf(shape);
  const slices: LawSlice[] = [];
  for (let from = 0; from < numel; from += size) {
    const own = slicesOf(law, shape, from, Math.min(from + size, numel));
    if (own === null || own.some(({ start }) => start % part !== 0)) return [sliceOf(law, shape)];
    slices.push(...own);
  }
  return slices;
}

/** The fill of a whole tensor as one slice. */
export function sliceOf(law: Law, shape: Shape): LawSlice {
  return { start: 0, shape, law, parts: [], first: 0, zeros: [] };
}

/** The slices that are the elements [from, to); `null` if a law in them has no elements that can be drawn alone. */
function slicesOf(law: Law, shape: Shape, from: number, to: number): LawSlice[] | null {
  const slices: LawSlice[] = [];
  for (const { start, shape: own, law: inner, parts, zeros, isDiscarded } of partsOf(law, shape)) {
    // What is overwritten takes no words from a key.
    if (isDiscarded) continue;
    const first = Math.max(from - start, 0);
    const end = Math.min(to - start, numelOf(own));
    if (first >= end) continue;
    if (operationsOf(inner).isElementwise !== true) return null;
    slices.push({
      start: start + first,
      shape: [end - first],
      law: inner,
      parts,
      first,
      zeros: within(zeros, first, end),
    });
  }
  return slices;
}

/** Draws a slice into `data`, from the key of the whole tensor. */
export function* writeSlice(slice: LawSlice, data: Storage<FloatDType>, dtype: FloatDType, key: RandomKey): Steps {
  const { shape, law, first, zeros } = slice;
  const lead = first % BLOCK;
  const generator = generatorOf(keyOf(slice, key)).advance(uniformWords(first - lead, dtype));
  if (lead === 0) yield* operationsOf(law).write(law, new Tensor({ dtype, shape, data }), generator);
  else {
    const whole = createStorage(dtype, lead + data.length);
    yield* operationsOf(law).write(law, new Tensor({ dtype, shape: [whole.length], data: whole }), generator);
    data.set(whole.subarray(lead) as never);
  }
  for (const [start, end] of zeros) data.fill(0, start, end);
}

/** The key that a part or a slice of a tensor draws from, given the key of the tensor. */
export function keyOf({ parts }: Pick<LawPart, 'parts'>, key: RandomKey): RandomKey {
  return parts.reduce((outer, part) => outer.foldIn(part), key);
}
