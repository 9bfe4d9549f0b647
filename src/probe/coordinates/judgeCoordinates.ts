import type { MeasuredOperation } from '../measure/Measurement.js';
import { parametersOf } from '../predict/graph.js';
import type { CoordinateFinding, CoordinateFit, CoordinateVerdict } from './CoordinateCheck.js';
import type { Role } from './findRoles.js';
import { fitLine } from './fitLine.js';
import type { Coordinates } from './measureCoordinates.js';

/** The largest slope that counts as none: over a factor of 8 in width it is a factor of 1.23. */
const LARGEST_SLOPE = 0.1;
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
  const fit = (quantity: CoordinateFit['quantity'], step: number) => {
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
  for (let step = 0; step < steps; step++) fit('size', step);
  for (let step = 1; step < steps; step++) fit('change', step);
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
  return standardError > LARGEST_ERROR ? 'undecided' : 'pass';
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

/** How the model was trained, for the advice. */
export interface Training {
  readonly optimizer: string;
  readonly learningRate: number;
  readonly hasFactors: boolean;
}

/**
 * For each operation that does not pass: its first failure; if it has none, the first slope that is undecided. The first finding of a
 * failure is the likely cause of the others: it has the fewest steps, and among these the first operation.
 */
export function findCoordinates(
  fits: readonly CoordinateFit[],
  operations: readonly MeasuredOperation[],
  training: Training,
): CoordinateFinding[] {
  const place = new Map(operations.map(({ label }, i) => [label, i]));
  const placeOf = ({ label }: CoordinateFit) => place.get(label) ?? 0;
  const isSize = ({ quantity }: CoordinateFit) => Number(quantity === 'size');
  const byStep = [...fits].sort((a, b) => a.step - b.step || placeOf(a) - placeOf(b) || isSize(a) - isSize(b));
  const found: CoordinateFinding[] = [];
  const [cause] = byStep.filter(({ verdict }) => verdict === 'fail');
  for (const verdict of ['fail', 'undecided'] as const) {
    const known = new Set(found.map(({ label }) => label));
    for (const fit of byStep) {
      if (fit.verdict !== verdict || known.has(fit.label)) continue;
      known.add(fit.label);
      const isLater = verdict === 'fail' && fit.step > cause.step;
      found.push(
        describe(fit, verdict, isLater ? `Mend ${cause.label} first: this may follow from it.` : null, {
          parameters: parametersOf(operations[placeOf(fit)]),
          training,
        }),
      );
    }
  }
  return found;
}

function describe(
  fit: CoordinateFit,
  verdict: CoordinateFinding['verdict'],
  given: string | null,
  { parameters, training }: { readonly parameters: readonly string[]; readonly training: Training },
): CoordinateFinding {
  const {
    label,
    quantity,
    step,
    slope,
    standardError,
    reason,
    expected: [low],
  } = fit;
  const subject =
    quantity === 'size'
      ? `the mean size of its values ${afterSteps(step)}`
      : `the mean change of its values ${afterSteps(step)}`;
  const range = low === 0 ? `0 ± ${LARGEST_SLOPE}` : `from ${low} to 0, ± ${LARGEST_SLOPE}`;
  const seen =
    slope === null || standardError === null
      ? `${subject} is ${reason}`
      : `${subject} is multiplied by ${(2 ** slope).toPrecision(3)} when the width doubles (slope ${formatSlope(slope)}, standard error ${standardError.toFixed(2)})`;
  return {
    label,
    verdict,
    quantity,
    step,
    seen,
    expected: low === 0 ? `a size that does not depend on the width: slope ${range}` : `a slope ${range}`,
    advice: given ?? (verdict === 'undecided' ? undecided(fit) : advise(fit, parameters, training)),
  };
}

/** A slope with its sign. */
export function formatSlope(slope: number): string {
  const text = Math.abs(slope).toFixed(2);
  return text === '0.00' ? text : `${slope < 0 ? '−' : '+'}${text}`;
}

const afterSteps = (step: number): string =>
  step === 0 ? 'before the training' : `after ${step} ${step === 1 ? 'step' : 'steps'}`;

function undecided({ slope }: CoordinateFit): string {
  return slope === null
    ? 'Give an input and seeds with which the values are not 0.'
    : 'Use more seeds, more widths, or a larger batch, until the standard error is at most 0.05.';
}

function advise(
  { label, quantity, step, slope, expected: [low] }: CoordinateFit,
  parameters: readonly string[],
  { optimizer, learningRate, hasFactors }: Training,
): string {
  const [weight] = parameters;
  if (slope === null) return `Lower the learning rate, which is ${learningRate}.`;
  const isReadout = low < 0;
  if (quantity === 'size' && step === 0) {
    if (weight === undefined)
      return `Look at the layers before ${label}: it repeats how their values depend on the width.`;
    const growth = slope > 0 ? 'grow' : 'shrink';
    return isReadout
      ? `Let the values of ${weight} have the standard deviation 1/width, or multiply the input of this layer by base width / width.`
      : `Let the variance of ${weight} be proportional to 1/fan-in (init.kaimingNormal()); its values ${growth} with the width.`;
  }
  if (slope > 0) {
    const rule =
      weight === undefined
        ? `Look at the layers before ${label}: their updates grow with the width.`
        : optimizer === 'adam'
          ? `Multiply the learning rate of ${weight} by base width / width: under Adam each element moves by the learning rate, so that the change of a sum over the width grows with the width.`
          : `Lower the learning rate of ${weight} as the width grows.`;
    return hasFactors ? rule : `${rule} presets.mup() has the initialisation and the factors of the learning rates.`;
  }
  return weight === undefined
    ? `Look at the layers before ${label}: what they learn vanishes as the width grows.`
    : `What ${weight} learns vanishes as the width grows: raise its learning rate with the width, or use presets.mup().`;
}
