import { NORMAL_GROUP } from '../kernels/draw/DrawKernels.js';
import { checkFinite } from '../numerics/checkNumber.js';
import type { FloatDType } from '../numerics/DType.js';
import { ROUND_ONCE, ROUND_TO, roundToCompute } from '../random/roundTo.js';
import { truncatedDistribution } from '../random/truncatedDistribution.js';
import { checkTruncatedNormal, drawsNormalsFirst, truncatedNormalSteps } from '../random/truncatedNormalSteps.js';
import { normalWords, uniformWords } from '../random/wordsDrawn.js';
import { numelOf } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import { bindLaw } from './bindLaw.js';
import { checkFloatDType } from './checkFloatDType.js';
import type { TruncatedNormalLaw } from './Law.js';
import type { LawOperations } from './LawOperations.js';
import { afterNormals } from './normal.js';
import { writePieces } from './writeElements.js';

/** N(mean, std²) restricted to [a, b], then multiplied by `scale` and shifted by `shift`. */
export function truncatedNormalLaw(settings: Omit<TruncatedNormalLaw, 'kind'>): TruncatedNormalLaw {
  return bindLaw({ kind: 'truncatedNormal', ...settings }, TRUNCATED_NORMAL);
}

export const TRUNCATED_NORMAL: LawOperations<TruncatedNormalLaw> = {
  check(law, dtype, count) {
    checkTruncatedNormal(law, checkFloatDType(law.kind, dtype), count);
    checkFinite('std', law.scale);
    checkFinite('mean', law.shift);
  },

  moments({ mean, std, a, b, scale, shift }) {
    const truncated = truncatedDistribution(mean, std, a, b);
    const ends = [a * scale + shift, b * scale + shift];
    return {
      mean: truncated.mean * scale + shift,
      std: truncated.std * Math.abs(scale),
      min: Math.min(...ends),
      max: Math.max(...ends),
    };
  },

  positionAfter(law, shape, dtype, position) {
    const numel = numelOf(shape);
    if (law.method === 'inverse') return { ...position, words: position.words + uniformWords(numel, dtype) };
    if (neverRedraws(law, numel, dtype)) return afterNormals(numel, dtype, position);
    return numel === 0 ? position : null;
  },

  *write(law, tensor, generator) {
    const { data, dtype } = tensor as Tensor<FloatDType>;
    yield* truncatedNormalSteps(data, dtype, law, generator);
    if (law.scale === 1 && law.shift === 0) return;
    yield* writePieces(tensor, (piece) => piece.mul_(law.scale).add_(law.shift));
  },

  cost: (law, shape) => (law.method === 'inverse' ? 100 : drawsNormalsFirst(law) ? 20 : 65) * numelOf(shape),

  isElementwise: true,

  wordsOfRound(law, shape, dtype) {
    const numel = numelOf(shape);
    const isKnown = law.method === 'inverse' || numel < NORMAL_GROUP || neverRedraws(law, numel, dtype);
    if (isKnown) return null;
    return drawsNormalsFirst(law) ? normalWords(numel, dtype, false).words : uniformWords(numel, dtype);
  },

  distribution({ mean, std, a, b, scale, shift }) {
    const { cdf, kurtosis } = truncatedDistribution(mean, std, a, b);
    const within = (x: number) => cdf((x - shift) / scale);
    return { cdf: scale < 0 ? (x) => 1 - within(x) : within, kurtosis };
  },

  warnings: ({ mean, std, a, b }) => (mean < a - 2 * std || mean > b + 2 * std ? [FAR_OUTSIDE] : []),
};

const FAR_OUTSIDE =
  'mean is more than 2 std from [a, b] in nn.init.trunc_normal_. The distribution of values may be incorrect.';

/**
 * The farthest that a normal can lie from its mean, in standard deviations. In fills of 16 elements and more, the uniform
 * under the logarithm is at least 2⁻²⁴: √(2·ln 2²⁴) = 5.768. In float64 and in small fills it is at least 2⁻⁵³:
 * √(2·ln 2⁵³) = 8.572.
 */
const FARTHEST_FLOAT32 = 5.77;
const FARTHEST_FLOAT64 = 8.58;

/** Whether no normal can fall outside the bounds, so that the fill takes the words of a fill of normals. */
function neverRedraws(law: TruncatedNormalLaw, numel: number, dtype: FloatDType): boolean {
  const farthest = dtype === 'float64' || numel < NORMAL_GROUP ? FARTHEST_FLOAT64 : FARTHEST_FLOAT32;
  // What is drawn has the rounded mean and deviation, and is compared with the rounded bounds.
  const center = roundToCompute(law.mean, dtype);
  const reach = farthest * roundToCompute(law.std, dtype);
  // This holds for every reference, however it rounds.
  return (
    drawsNormalsFirst(law) &&
    [ROUND_TO[dtype], ROUND_ONCE[dtype]].every(
      (round) => round(law.a) <= round(center - reach) && round(law.b) >= round(center + reach),
    )
  );
}
