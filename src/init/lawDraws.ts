import { NORMAL_GROUP } from '../kernels/draw/DrawKernels.js';
import type { FloatDType } from '../numerics/DType.js';
import type { StreamPosition } from '../random/StreamPosition.js';
import { drawsNormalsFirst } from '../random/truncatedNormalSteps.js';
import { normalWords, randpermWords, uniformWords } from '../random/wordsDrawn.js';
import { numelOf, type Shape } from '../tensor/Shape.js';
import type { Law, TruncatedNormalLaw } from './Law.js';

/**
 * The farthest a normal can lie from its mean, in standard deviations: fills of 16 and more have a uniform of at least
 * 2⁻²⁴ under the logarithm, √(2·ln 2²⁴) = 5.768; double ones and small fills have 2⁻⁵³, √(2·ln 2⁵³) = 8.572.
 */
const FARTHEST_FLOAT32 = 5.77;
const FARTHEST_FLOAT64 = 8.58;

/**
 * Where the stream stands after filling a tensor by a law; `null` where only drawing can tell, which is the case for a
 * truncated normal that may draw again.
 */
export function placeAfter(law: Law, shape: Shape, dtype: FloatDType, place: StreamPosition): StreamPosition | null {
  const numel = numelOf(shape);
  switch (law.kind) {
    case 'uniform':
      return { ...place, words: place.words + uniformWords(numel, dtype) };
    case 'normal':
    case 'orthogonal':
      return afterNormal(numel, dtype, place);
    case 'deltaOrthogonal':
      return afterNormal(shape[0] * shape[1], dtype, place);
    case 'sparse': {
      const [rows, columns] = shape;
      const after = afterNormal(numel, dtype, place);
      return { ...after, words: after.words + columns * randpermWords(rows) };
    }
    case 'truncatedNormal':
      if (law.method === 'inverse') return { ...place, words: place.words + uniformWords(numel, dtype) };
      return neverRedraws(law, numel, dtype) ? afterNormal(numel, dtype, place) : numel === 0 ? place : null;
    case 'blocks': {
      const block = [shape[0] / law.count, ...shape.slice(1)];
      let after: StreamPosition | null = place;
      for (let i = 0; i < law.count && after !== null; i++) after = placeAfter(law.law, block, dtype, after);
      return after;
    }
    case 'overwriting': {
      const after = placeAfter(law.discarded, shape, dtype, place);
      return after && placeAfter(law.law, shape, dtype, after);
    }
    case 'zeroRow':
      return placeAfter(law.law, shape, dtype, place);
    default:
      return place;
  }
}

/** Whether filling a tensor by a law leaves the stream where it is. */
export function drawsNothing(law: Law, shape: Shape, dtype: FloatDType): boolean {
  const after = placeAfter(law, shape, dtype, { words: 0, cachedFrom: null });
  return after !== null && after.words === 0;
}

function afterNormal(numel: number, dtype: FloatDType, { words, cachedFrom }: StreamPosition): StreamPosition {
  const drawn = normalWords(numel, dtype, cachedFrom !== null);
  if (numel >= NORMAL_GROUP || numel === 0) return { words: words + drawn.words, cachedFrom };
  const end = words + drawn.words;
  // The last pair drawn left its second sample; where none was drawn the sample that was there is used up.
  return { words: end, cachedFrom: drawn.cached ? end - 4 : null };
}

function neverRedraws(law: TruncatedNormalLaw, numel: number, dtype: FloatDType): boolean {
  const farthest = dtype === 'float64' || numel < NORMAL_GROUP ? FARTHEST_FLOAT64 : FARTHEST_FLOAT32;
  const { mean, std, a, b } = law;
  return drawsNormalsFirst(law) && a <= mean - farthest * std && b >= mean + farthest * std;
}
