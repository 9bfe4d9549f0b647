import { NORMAL_GROUP } from '../kernels/draw/DrawKernels.js';
import type { FloatDType } from '../numerics/DType.js';
import { WORDS_OF_PAIR } from '../random/drawNormal.js';
import { checkNormal } from '../random/fillNormal.js';
import { normalSteps } from '../random/fillSteps.js';
import { normalCdf } from '../random/normalCdf.js';
import type { StreamPosition } from '../random/StreamPosition.js';
import { normalWords } from '../random/wordsDrawn.js';
import { numelOf } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import { bindLaw } from './bindLaw.js';
import { checkFloatDType } from './checkFloatDType.js';
import type { NormalLaw } from './Law.js';
import type { LawOperations, Moments } from './LawOperations.js';

/** N(mean, std²). */
export function normalLaw(mean: number, std: number): NormalLaw {
  return bindLaw({ kind: 'normal', mean, std }, NORMAL);
}

export const NORMAL: LawOperations<NormalLaw> = {
  check({ kind, mean, std }, dtype) {
    checkFloatDType(kind, dtype);
    checkNormal(mean, std);
  },

  moments: ({ mean, std }) => normalMoments(mean, std),

  positionAfter: (_law, shape, dtype, position) => afterNormals(numelOf(shape), dtype, position),

  write({ mean, std }, tensor, generator) {
    const { data, dtype } = tensor as Tensor<FloatDType>;
    return normalSteps(data, dtype, mean, std, generator);
  },

  cost: (_law, shape, dtype) => (dtype === 'float64' ? 25 : 4) * numelOf(shape),

  isElementwise: true,

  distribution: ({ mean, std }) => ({ cdf: (x) => normalCdf((x - mean) / std), kurtosis: 3 }),
};

/** The moments of N(mean, std²). */
export function normalMoments(mean: number, std: number): Moments {
  return std === 0 ? { mean, std, min: mean, max: mean } : { mean, std, min: -Infinity, max: Infinity };
}

/** The position in the stream after a fill of `count` normals. */
export function afterNormals(count: number, dtype: FloatDType, { words, cachedFrom }: StreamPosition): StreamPosition {
  const drawn = normalWords(count, dtype, cachedFrom !== null);
  const end = words + drawn.words;
  if (count >= NORMAL_GROUP || count === 0) return { words: end, cachedFrom };
  // The last pair drawn leaves its second sample in the cache; a fill that draws no pair has used the cached sample up.
  return { words: end, cachedFrom: drawn.cached ? end - WORDS_OF_PAIR : null };
}
