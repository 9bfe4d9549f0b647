import { bisect, geometricMean } from './bisect.js';
import {
  type ChainLayer,
  correlationRate,
  gradientFactor,
  NEAR_ZERO,
  nextCorrelation,
  nextVariance,
  varianceRate,
} from './ChainLayer.js';
import type { MeanField, MeanFieldFigure } from './MeanField.js';
import type { Reason } from './reasons.js';

/** A second moment above the first number grows without bound; one below the second decays to 0. */
const LARGEST = 1e30;
const SMALLEST = 1e-12;
/** A growth by a smaller share than this is lost in rounding: the second moment that seems fixed grows all the same. */
const SMALLEST_GROWTH = 1e-12;
/** Where the figures of a chain are evaluated whose second moment grows without bound. */
const NEAR_INFINITY = 1e16;
/** Factors and correlations nearer to 1 than this are 1. */
const NEAR_ONE = 1e-9;
/** Signals pass through about this many depth scales (Schoenholz et al. 2017, figure 5). */
const TRAINABLE_SCALES = 6;

/**
 * The figures of an infinitely wide chain of equal layers (Poole et al. 2016, Schoenholz et al. 2017).
 * @param start the second moment before the first activation, > 0. Default: 1. The fixed point is the first one in the
 *   direction in which the second moment moves from here.
 */
export function solveMeanField(layer: ChainLayer, start = 1): MeanField {
  const reasons: Partial<Record<MeanFieldFigure, Reason>> = {};
  const absent = (reason: Reason, ...figures: MeanFieldFigure[]) => {
    for (const figure of figures) reasons[figure] = reason;
    return null;
  };
  const q = fixedVariance(layer, start);
  const at = q === null ? NEAR_INFINITY : Math.max(q, NEAR_ZERO);
  const chi = gradientFactor(layer, at);
  const qDepth = q === null ? absent('grows', 'q', 'qDepth') : depthScale(Math.abs(varianceRate(layer, at)));
  if (q !== null && qDepth === null) absent('critical', 'qDepth');
  const isJumping = !layer.activation.isContinuous;
  const phase = isJumping || chi > 1 + NEAR_ONE ? 'chaotic' : chi < 1 - NEAR_ONE ? 'ordered' : 'critical';
  const isKept = layer.activation.name === 'identity' && phase === 'critical';
  const why = isJumping ? 'discontinuous' : q === null ? 'grows' : q === 0 ? 'vanishes' : isKept ? 'kept' : null;
  if (why) {
    const c = absent(why, 'c', 'cDepth', 'trainableDepth');
    return { q, chi, c, qDepth, cDepth: null, trainableDepth: null, phase, reasons };
  }
  const c = phase === 'chaotic' ? fixedCorrelation(layer, at) : 1;
  const cDepth = depthScale(c === 1 ? chi : correlationRate(layer, at, c));
  const trainableDepth = cDepth === null ? absent('critical', 'cDepth', 'trainableDepth') : TRAINABLE_SCALES * cDepth;
  return { q, chi, c, qDepth, cDepth, trainableDepth, phase, reasons };
}

/** The fixed point of the second moment; 0 if it decays to 0, `null` if it grows without bound. */
function fixedVariance(layer: ChainLayer, start: number): number | null {
  const excess = (q: number) => nextVariance(layer, q) / q - 1;
  const first = excess(start);
  if (Math.abs(first) < SMALLEST_GROWTH) return start;
  const isRising = first > 0;
  const factor = isRising ? 2 : 1 / 2;
  let from = start;
  let to = start * factor;
  while (isRising ? excess(to) > 0 : excess(to) < 0) {
    if (to > LARGEST) return null;
    if (to < SMALLEST && layer.biasVariance === 0) return 0;
    from = to;
    to *= factor;
  }
  const q = bisect(Math.min(from, to), Math.max(from, to), (x) => excess(x) > 0, geometricMean);
  if (isRising && excess(from) < SMALLEST_GROWTH) return null;
  return q < SMALLEST && layer.biasVariance === 0 ? 0 : q;
}

/** The correlation below 1 to which two inputs of a chaotic chain tend. The map is convex, so there is one. */
function fixedCorrelation(layer: ChainLayer, q: number): number {
  const excess = (c: number) => nextCorrelation(layer, q, c) - c;
  if (excess(0) <= 1e-15) return 0;
  return bisect(0, 1, (c) => excess(c) > 0);
}

/** The depth over which a difference decays by e if each layer multiplies it by `rate` ≥ 0; `null` if it does not decay. */
function depthScale(rate: number): number | null {
  return rate < 1 - NEAR_ONE ? -1 / Math.log(rate) + 0 : null;
}
