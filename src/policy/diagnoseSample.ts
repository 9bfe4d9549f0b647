import { operationsOf } from '../laws/bindLaw.js';
import type { Law } from '../laws/Law.js';
import type { Moments } from '../laws/LawOperations.js';
import type { DType, FloatDType, Storage } from '../numerics/DType.js';
import type { Floats } from '../numerics/numbers.js';
import { ROUND_TO } from '../random/roundTo.js';
import { evenlySpaced } from './SampleBuilder.js';

/** The comparison of a tensor's elements with the distribution that they are expected to follow. */
export interface LawCheck {
  /** Distance of the mean from the expected mean, in standard errors. */
  readonly zMean: number;
  /** Distance of the variance from the expected variance, in standard errors. */
  readonly zStd: number;
  /** Whether all elements are within the expected bounds, rounded to the dtype. */
  readonly withinBounds: boolean;
  /** The p-value of a Kolmogorov–Smirnov test of up to 1,024 elements; in [0, 1]. */
  readonly ksP: number;
  /** One text for each property that is not as expected; empty if the elements follow the distribution. */
  readonly complaints: readonly string[];
}

/** With fewer elements the standard errors themselves are not accurate. */
const SMALLEST = 100;
/** The number of standard errors that a complaint requires. By chance one sample in 16,000 exceeds it (2·Φ(−4) = 6.3e-5). */
const FAR = 4;
/** The probability below which the Kolmogorov–Smirnov test complains: the same chance. */
const UNLIKELY = 6e-5;

/** Half a unit in the last place, relative to the value. */
const ROUNDING = { float32: 2 ** -24, float64: 2 ** -53, float16: 2 ** -11, bfloat16: 2 ** -8 } as const;

/** What the elements of a tensor are compared with. */
export interface Expectation {
  readonly law: Law;
  readonly dtype: DType;
  /** The number of elements. */
  readonly count: number;
  readonly expected: Moments | null;
}

/** Whether elements can be compared: they have a continuous distribution, and are enough. */
export function isDiagnosed({ law, count, expected }: Expectation): boolean {
  const hasDistribution = (operationsOf(law).distribution?.(law) ?? null) !== null;
  return hasDistribution && expected !== null && count >= SMALLEST && expected.std !== 0;
}

/**
 * Compares a tensor's elements with the distribution of their law: mean, variance, bounds and distribution function.
 * @returns `null` if the law has no continuous distribution, or if the elements are too few
 */
export function diagnoseSample(
  law: Law,
  data: Storage,
  dtype: DType,
  expected: Moments | null,
  sample: Moments,
): LawCheck | null {
  const expectation = { law, dtype, count: data.length, expected };
  return isDiagnosed(expectation) ? diagnoseValues(expectation, sample, evenlySpaced(data, dtype)) : null;
}

/**
 * {@link diagnoseSample} without the elements.
 * @param values evenly spaced elements
 * @returns `null` unless {@link isDiagnosed}
 */
export function diagnoseValues(
  { law, dtype, count, expected }: Expectation,
  sample: Moments,
  values: Floats,
): LawCheck | null {
  const distribution = operationsOf(law).distribution?.(law) ?? null;
  if (distribution === null || expected === null) return null;
  const zMean = (sample.mean - expected.mean) / (expected.std / Math.sqrt(count));
  const coarseness = ROUNDING[dtype as FloatDType];
  // Rounding to the dtype adds up to this share of the variance. It matters if the mean is much larger than the deviation.
  const added = ((coarseness * expected.mean) / expected.std) ** 2 / 3;
  const excess = (sample.std / expected.std) ** 2 - 1;
  const zStd = (excess - Math.min(Math.max(excess, 0), added)) / Math.sqrt((distribution.kurtosis - 1) / count);
  const round = ROUND_TO[dtype as FloatDType];
  const withinBounds = sample.min >= round(expected.min) && sample.max <= round(expected.max);
  const ksP = kolmogorovSmirnov(values, distribution.cdf, coarseness);
  const complaints: string[] = [];
  if (!withinBounds) complaints.push(`values outside [${expected.min}, ${expected.max}]`);
  if (!(Math.abs(zMean) <= FAR)) complaints.push(`mean ${zMean.toFixed(1)} standard errors off`);
  if (!(Math.abs(zStd) <= FAR)) complaints.push(`variance ${zStd.toFixed(1)} standard errors off`);
  if (!(ksP >= UNLIKELY)) complaints.push(`distribution unlike the expected one (p = ${ksP.toExponential(1)})`);
  return { zMean, zStd, withinBounds, ksP, complaints };
}

/** The p-value of elements: Kolmogorov's limit distribution with Stephens' correction (1970). */
function kolmogorovSmirnov(elements: Floats, cdf: (x: number) => number, coarseness: number): number {
  const n = elements.length;
  const values = Float64Array.from(elements).sort();
  let distance = 0;
  for (let i = 0; i < n; i++) {
    // A stored value represents all real numbers that round to it.
    const halfStep = Math.abs(values[i]) * coarseness;
    distance = Math.max(distance, cdf(values[i] - halfStep) - i / n, (i + 1) / n - cdf(values[i] + halfStep));
  }
  const root = Math.sqrt(n);
  const lambda = (root + 0.12 + 0.11 / root) * distance;
  let p = 0;
  for (let k = 1; k <= 100; k++) p += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * lambda * lambda);
  return lambda < 0.2 ? 1 : Math.min(1, Math.max(0, p));
}
