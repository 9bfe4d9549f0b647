import type { MeasuredOperation } from '../measure/Measurement.js';
import type { CoordinateFit, CoordinateVerdict } from './CoordinateCheck.js';
import type { Role } from './findRoles.js';
import { fitLine } from './fitLine.js';
import type { Coordinates } from './measureCoordinates.js';

/** The largest slope that counts as none: over a factor of 8 in width it is a factor of 1.23. */
export const LARGEST_SLOPE = 0.1;
/** The largest standard error of a slope that decides. */
const LARGEST_ERROR = 0.05;
/** The slope of a sum over the width of independent terms with the weights of a readout, 1/width. */
const VANISHING_SLOPE = -0.5;

/** All runs: for each width, one for each seed. */
export type Runs = readonly (readonly Coordinates[])[];

/** The fits of every operation, step and quantity. */
export function fitCoordinates(
  runs: Runs,
  widths: readonly number[],
  operations: readonly MeasuredOperation[],
  roles: readonly Role[],
): CoordinateFit[] {
  const steps = runs[0][0].sizes.length;
  const fits: CoordinateFit[] = [];
  const add = (quantity: CoordinateFit['quantity'], step: number) => {
    for (const { index, label, path, settings } of operations) {
      const { mayVanish, judgedWith } = roles[index];
      const values = runs.map((ofWidth) =>
        ofWidth.map(({ sizes, changes }) => (quantity === 'size' ? sizes : changes)[step][index]),
      );
      const expected = [quantity === 'size' && mayVanish ? VANISHING_SLOPE : 0, 0] as const;
      const line = slopeOf(widths, values);
      fits.push({
        label,
        path,
        kind: settings.kind,
        quantity,
        step,
        means: values.map(geometricMean),
        slope: line.slope,
        standardError: line.standardError,
        expected,
        verdict: judgedWith === null ? judge(line, expected) : null,
        reason: judgedWith === null ? line.reason : `judged with ${judgedWith}`,
      });
    }
  };
  for (let step = 0; step < steps; step++) add('size', step);
  for (let step = 1; step < steps; step++) add('change', step);
  return fits;
}

interface Slope {
  readonly slope: number | null;
  readonly standardError: number | null;
  readonly reason: string | null;
}

/** The slope of log₂ of the values over log₂ of the width. */
function slopeOf(widths: readonly number[], values: readonly (readonly number[])[]): Slope {
  const all = values.flat();
  const none = (reason: string) => ({ slope: null, standardError: null, reason });
  if (!all.every(Number.isFinite)) return none('not finite');
  if (all.every((value) => value === 0)) return none('0 at every width');
  if (all.some((value) => value === 0)) return none('0 at some widths');
  const x = values.flatMap((ofWidth, i) => ofWidth.map(() => Math.log2(widths[i])));
  return { ...fitLine(x, all.map(Math.log2)), reason: null };
}

function judge({ slope, standardError, reason }: Slope, [low, high]: readonly [number, number]): CoordinateVerdict {
  if (slope === null || standardError === null) {
    if (reason === 'not finite') return 'fail';
    return reason === '0 at every width' ? 'pass' : 'undecided';
  }
  const distance = Math.max(0, slope - high, low - slope);
  if (distance - 2 * standardError > LARGEST_SLOPE) return 'fail';
  // A slope within a range may be known well enough although its error is large.
  const isInside =
    slope - 2 * standardError >= low - LARGEST_SLOPE && slope + 2 * standardError <= high + LARGEST_SLOPE;
  return isInside || standardError <= LARGEST_ERROR ? 'pass' : 'undecided';
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** The worst of some verdicts. */
export function worstVerdict(fits: readonly { readonly verdict: CoordinateVerdict | null }[]): CoordinateVerdict {
  const has = (verdict: CoordinateVerdict) => fits.some((fit) => fit.verdict === verdict);
  if (has('fail')) return 'fail';
  return has('undecided') ? 'undecided' : 'pass';
}
