import type { Normal } from '../../gaussian/expectation.js';
import { known, type Moments, type Step } from './Moments.js';

/** The moments of each channel; `ChannelMoments` of a measurement is one. */
export interface Channels {
  readonly means: ArrayLike<number>;
  readonly meanSquares: ArrayLike<number>;
}

/** The normal distribution with the moments of one channel. Rounding never makes the variance negative. */
export function normalOf({ means, meanSquares }: Channels, channel: number): Normal {
  const mean = means[channel];
  return { mean, variance: Math.max(0, meanSquares[channel] - mean * mean) };
}

/** The mean over all channels of a figure of each. */
export function meanOverChannels(count: number, figure: (channel: number) => number): number {
  let sum = 0;
  for (let channel = 0; channel < count; channel++) sum += figure(channel);
  return sum / count;
}

/** The mean over all channels of the moments of each. */
export function meanOfMoments(count: number, momentsOf: (channel: number) => Moments): Step {
  let mean = 0;
  let meanSquare = 0;
  for (let channel = 0; channel < count; channel++) {
    const moments = momentsOf(channel);
    mean += moments.mean;
    meanSquare += moments.meanSquare;
  }
  return known(mean / count, meanSquare / count);
}

/** Whether all moments are finite. */
export function areFinite({ means, meanSquares }: Channels): boolean {
  return Array.from(means).every(Number.isFinite) && Array.from(meanSquares).every(Number.isFinite);
}
