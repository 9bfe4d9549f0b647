import type { ResampleAxis } from '../../kernels/image/resample.js';
import type { FloatDType } from '../../numerics/DType.js';

/** How output elements are made of input elements along a dimension. */
export type Interpolation = 'nearest' | 'nearest-exact' | 'linear' | 'cubic';

/** A dimension to be resampled. */
export interface ResampleSettings {
  readonly input: number;
  readonly output: number;
  /** The factor that was asked for; `null` where it follows from the sizes. */
  readonly scale: number | null;
  /** Whether the first and last elements of input and output lie on one another. */
  readonly alignCorners: boolean;
  /** Decides how places are rounded: PyTorch computes them in float32 for all but float64. */
  readonly dtype: FloatDType;
}

/** PyTorch's coefficient of the cubic convolution (Keys 1981 has −0.5). */
const CUBIC = -0.75;

/** Where the elements of a resampled dimension come from, by PyTorch's rules and with its rounding. */
export function resampleAxis(kind: Interpolation, settings: ResampleSettings): ResampleAxis {
  const { input, output, alignCorners, dtype } = settings;
  // Linear interpolation to the same size copies, whatever the factor.
  if (kind === 'linear' && input === output) return resampleAxis('nearest', { ...settings, scale: 1 });
  const round = dtype === 'float64' ? (x: number) => x : Math.fround;
  const step = stepOf(settings, round);
  const taps = kind === 'cubic' ? 4 : kind === 'linear' ? 2 : 1;
  const indices = new Int32Array(output * taps);
  const weights = new Float64Array(output * taps).fill(1);
  for (let o = 0; o < output; o++) {
    const centred = round(round(step * (o + 0.5)) - 0.5);
    const corner = round(step * o);
    const place = alignCorners || kind === 'nearest' ? corner : kind === 'cubic' ? centred : Math.max(centred, 0);
    // PyTorch's `floorf`: places are float32 here, whatever they were computed in.
    const floor = Math.floor(Math.fround(kind === 'nearest-exact' ? place + 0.5 : place));
    const first = Math.min(floor, input - 1);
    const rest = Math.min(Math.max(round(place - first), 0), 1);
    if (kind === 'cubic') {
      for (let t = 0; t < 4; t++) {
        indices[4 * o + t] = Math.min(Math.max(first + t - 1, 0), input - 1);
        weights[4 * o + t] = cubicWeight(Math.abs(rest + 1 - t));
      }
    } else if (kind === 'linear') {
      indices[2 * o] = first;
      indices[2 * o + 1] = Math.min(first + 1, input - 1);
      weights[2 * o] = round(1 - rest);
      weights[2 * o + 1] = rest;
    } else indices[o] = first;
  }
  return { size: input, taps, indices, weights };
}

/** Input elements from one output element to the next. */
function stepOf({ input, output, scale, alignCorners }: ResampleSettings, round: (x: number) => number): number {
  if (alignCorners) return output > 1 ? round((input - 1) / (output - 1)) : 0;
  return round(scale === null ? input / output : 1 / scale);
}

/** Cubic convolution at a distance of at most 2. */
function cubicWeight(x: number): number {
  if (x <= 1) return ((CUBIC + 2) * x - (CUBIC + 3)) * x * x + 1;
  return ((CUBIC * x - 5 * CUBIC) * x + 8 * CUBIC) * x - 4 * CUBIC;
}
