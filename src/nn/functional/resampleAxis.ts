import type { ResampleAxis } from '../../kernels/image/resample.js';
import { createStorage, type FloatDType } from '../../numerics/DType.js';

/** How output elements are computed from input elements along one dimension. */
export type Interpolation = 'nearest' | 'nearest-exact' | 'linear' | 'cubic';

/** One dimension to resample. */
export interface ResampleSettings {
  readonly input: number;
  readonly output: number;
  /** The requested factor; `null` if the factor follows from the sizes. */
  readonly scale: number | null;
  /** Whether the first and the last elements of input and output are aligned. */
  readonly alignCorners: boolean;
  /** Determines the rounding of positions: PyTorch computes them in float32 for every dtype except float64. */
  readonly dtype: FloatDType;
}

/** PyTorch's coefficient of the cubic convolution (Keys 1981 uses −0.5). */
const CUBIC = -0.75;

/** The input elements and weights of each output element, by PyTorch's rules and with its rounding. */
export function resampleAxis(kind: Interpolation, settings: ResampleSettings): ResampleAxis {
  const { input, output, alignCorners, dtype } = settings;
  // Linear interpolation to the same size copies the elements for every factor.
  if (kind === 'linear' && input === output) return resampleAxis('nearest', { ...settings, scale: 1 });
  const round = dtype === 'float64' ? (x: number) => x : Math.fround;
  const step = stepOf(settings, round);
  const taps = kind === 'cubic' ? 4 : kind === 'linear' ? 2 : 1;
  const indices = createStorage('int32', output * taps);
  const weights = createStorage('float64', output * taps).fill(1);
  for (let o = 0; o < output; o++) {
    const centred = round(round(step * (o + 0.5)) - 0.5);
    const corner = round(step * o);
    const position = alignCorners || kind === 'nearest' ? corner : kind === 'cubic' ? centred : Math.max(centred, 0);
    // PyTorch's `floorf` converts a position to float32, also if it was computed in float64.
    const floor = Math.floor(Math.fround(kind === 'nearest-exact' ? position + 0.5 : position));
    const first = Math.min(floor, input - 1);
    const rest = Math.min(Math.max(round(position - first), 0), 1);
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

/** The number of input elements from one output element to the next. */
function stepOf({ input, output, scale, alignCorners }: ResampleSettings, round: (x: number) => number): number {
  if (alignCorners) return output > 1 ? round((input - 1) / (output - 1)) : 0;
  return round(scale === null ? input / output : 1 / scale);
}

/** The weight of the cubic convolution at a distance of at most 2. */
function cubicWeight(x: number): number {
  if (x <= 1) return ((CUBIC + 2) * x - (CUBIC + 3)) * x * x + 1;
  return ((CUBIC * x - 5 * CUBIC) * x + 8 * CUBIC) * x - 4 * CUBIC;
}
