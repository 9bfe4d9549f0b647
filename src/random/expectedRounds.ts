import type { FloatDType } from '../numerics/DType.js';
import { erfinv } from '../numerics/erfinv.js';
import { logDensityIn } from './acceptUnderDensity.js';
import { ROUND_TO, roundToCompute } from './roundTo.js';
import type { TruncatedNormalOptions } from './TruncatedNormalOptions.js';

/** Quantiles of N(0, 1), by which a fill of normals is approximated: an odd number of them, so that 0 is one. */
const QUANTILES = 255;
/** The octaves towards the peak of a density over which its mass is measured, and the points in each. */
const OCTAVES = 60;
const POINTS = 16;

let quantiles: readonly number[] | undefined;

/**
 * About how often a fill of `count` elements is drawn, in part or as a whole, until each element is accepted.
 * @param drawsNormals whether normals are drawn again outside [a, b]; otherwise uniforms are drawn under the density
 */
export function expectedRounds(
  options: TruncatedNormalOptions,
  dtype: FloatDType,
  count: number,
  drawsNormals: boolean,
): number {
  const accepted = Math.min(1, (drawsNormals ? acceptedNormals : acceptedUniforms)(options, dtype));
  // The largest of n geometric variables has the mean 1 + H / −ln(1 − p) or a little less, where H ≈ ln n + 0.58 is the sum
  // of 1/k up to n.
  return 1 + (Math.log(count) + 0.58) / -Math.log1p(-accepted);
}

/**
 * The share of normals that lie in [a, b] when all of these are rounded to the dtype. A spacing of the dtype that is wider
 * than [a, b] may leave none.
 */
function acceptedNormals({ mean, std, a, b }: TruncatedNormalOptions, dtype: FloatDType): number {
  quantiles ??= Array.from({ length: QUANTILES }, (_, i) => Math.SQRT2 * erfinv((2 * i + 1) / QUANTILES - 1));
  const round = ROUND_TO[dtype];
  const [low, high] = [round(a), round(b)];
  const center = roundToCompute(mean, dtype);
  const width = roundToCompute(std, dtype);
  const accepted = quantiles.filter((z) => {
    const value = round(z * width + center);
    return value >= low && value <= high;
  });
  return accepted.length / QUANTILES;
}

/**
 * The share of uniforms in [a, b] that are accepted under the density, as the fill computes it. The density is summed in
 * octaves of the distance from its peak, because it may fall to nothing within a small part of [a, b].
 */
function acceptedUniforms(options: TruncatedNormalOptions, dtype: FloatDType): number {
  const { mean, a, b } = options;
  if (a === b) return 1;
  const round = ROUND_TO[dtype];
  const logDensity = logDensityIn(options, dtype, ROUND_TO);
  const peak = Math.max(a, Math.min(mean, b));
  let accepted = 0;
  for (const end of [a, b]) {
    for (let octave = 0; octave < OCTAVES; octave++) {
      const share = (Math.abs(end - peak) / (b - a)) * 2 ** (-octave - 1);
      for (let i = 0; i < POINTS && share > 0; i++) {
        const candidate = round(peak + (end - peak) * 2 ** (-octave - 1) * (1 + (i + 0.5) / POINTS));
        const height = logDensity(candidate);
        // The comparison with NaN is false, so the fill accepts it.
        accepted += (Number.isNaN(height) ? 1 : Math.min(1, Math.exp(height))) * (share / POINTS);
      }
    }
  }
  return accepted;
}
