import type { MeasuredOperation } from '../measure/Measurement.js';
import { inputsOf, parametersOf } from '../predict/graph.js';
import type { CoordinateFinding, CoordinateFit } from './CoordinateCheck.js';
import { LARGEST_SLOPE } from './fitCoordinates.js';

/** How the model was trained, for the advice. */
export interface Training {
  readonly optimizer: string;
  readonly learningRate: number;
  readonly hasFactors: boolean;
}

/**
 * For each operation that does not pass: its first failure; if it has none, the first slope that is undecided. Causes come first, then
 * what may follow from them.
 */
export function findCoordinates(
  fits: readonly CoordinateFit[],
  operations: readonly MeasuredOperation[],
  training: Training,
): CoordinateFinding[] {
  const place = new Map(operations.map(({ label }, i) => [label, i]));
  const placeOf = ({ label }: CoordinateFit) => place.get(label) ?? 0;
  const isSize = ({ quantity }: CoordinateFit) => Number(quantity === 'size');
  const failures = fits.filter(({ verdict }) => verdict === 'fail');
  failures.sort((a, b) => a.step - b.step || placeOf(a) - placeOf(b) || isSize(a) - isSize(b));
  const firstTrained = failures.find(({ step }) => step > 0);
  const causeOf = (fit: CoordinateFit): string | null => {
    if (firstTrained && fit.step > firstTrained.step) return firstTrained.label;
    const before = failingBefore(fit, operations, placeOf(fit), fits);
    return before === null ? null : (causeOf(before) ?? before.label);
  };
  const describeFit = (fit: CoordinateFit, verdict: CoordinateFinding['verdict']) =>
    describe(fit, verdict, verdict === 'fail' ? causeOf(fit) : null, parametersOf(operations[placeOf(fit)]), training);
  const failing = firstOfEach(failures);
  const failed = failing.map((fit) => describeFit(fit, 'fail'));
  const isKnown = new Set(failing.map(({ label }) => label));
  const open = fits.filter(({ label, verdict }) => verdict === 'undecided' && !isKnown.has(label));
  return [
    ...failed.filter(({ cause }) => cause === null),
    ...failed.filter(({ cause }) => cause !== null),
    ...firstOfEach(open).map((fit) => describeFit(fit, 'undecided')),
  ];
}

function firstOfEach(fits: readonly CoordinateFit[]): CoordinateFit[] {
  return fits.filter(({ label }, i) => fits.findIndex((other) => other.label === label) === i);
}

/**
 * The failure, at the same step, of an operation whose value another one uses, itself or through multipliers, which have no verdict; `null`
 * if there is none.
 */
function failingBefore(
  { quantity, step }: CoordinateFit,
  operations: readonly MeasuredOperation[],
  index: number,
  fits: readonly CoordinateFit[],
): CoordinateFit | null {
  const visited = new Set(inputsOf(operations[index]));
  for (const input of visited) {
    const { label } = operations[input];
    const found = fits.find((fit) => fit.label === label && fit.step === step && fit.quantity === quantity);
    if (found?.verdict === 'fail') return found;
    if (found?.verdict === null) for (const further of inputsOf(operations[input])) visited.add(further);
  }
  return null;
}

function describe(
  fit: CoordinateFit,
  verdict: CoordinateFinding['verdict'],
  cause: string | null,
  parameters: readonly string[],
  training: Training,
): CoordinateFinding {
  const { label, quantity, step, slope, standardError, reason, expected } = fit;
  const [low] = expected;
  const subject = `the mean ${quantity === 'size' ? 'size' : 'change'} of its values ${afterSteps(step)}`;
  return {
    label,
    verdict,
    quantity,
    step,
    cause,
    seen:
      slope === null || standardError === null
        ? `${subject} is ${reason}`
        : `${subject} is multiplied by ${(2 ** slope).toPrecision(3)} when the width doubles (slope ${formatSlope(slope)}, standard error ${standardError.toFixed(2)})`,
    expected:
      low === 0
        ? `no dependence on the width: slope 0 ± ${LARGEST_SLOPE}`
        : `a slope from −${-low} to 0, ± ${LARGEST_SLOPE}`,
    advice: adviceFor(fit, verdict, cause, parameters, training),
  };
}

/** A slope with its sign. */
export function formatSlope(slope: number): string {
  const text = Math.abs(slope).toFixed(2);
  return text === '0.00' ? text : `${slope < 0 ? '−' : '+'}${text}`;
}

const afterSteps = (step: number): string =>
  step === 0 ? 'before the training' : `after ${step} ${step === 1 ? 'step' : 'steps'}`;

function adviceFor(
  fit: CoordinateFit,
  verdict: CoordinateFinding['verdict'],
  cause: string | null,
  parameters: readonly string[],
  training: Training,
): string {
  const { label, quantity, step, slope, expected } = fit;
  const [weight] = parameters;
  if (verdict === 'undecided') {
    return slope === null
      ? 'Give an input and seeds with which the values are not 0.'
      : 'Use more seeds, more widths, or a larger batch, until the standard error is at most 0.05.';
  }
  if (cause !== null) return `Mend ${cause} first: this may follow from it.`;
  if (slope === null) return `Lower the learning rate, which is ${training.learningRate}.`;
  if (weight === undefined) return `Look at what ${label} computes: the values that it uses pass.`;
  if (quantity === 'size' && step === 0) {
    return expected[0] < 0
      ? `Let the values of ${weight} have a standard deviation ∝ 1/width, or multiply the input of this layer by base width / width.`
      : `Let the variance of ${weight} be ∝ 1/fan-in, as init.kaimingNormal() does.`;
  }
  return trainingAdvice(weight, slope, training);
}

function trainingAdvice(weight: string, slope: number, { optimizer, hasFactors }: Training): string {
  if (slope < 0) return `What ${weight} learns vanishes as the width grows: raise its learning rate with the width.`;
  const rule =
    optimizer === 'adam'
      ? `Multiply the learning rate of ${weight} by base width / width: under Adam each element moves by about the learning rate, and a sum over the width adds these moves up.`
      : `Lower the learning rate of ${weight} as the width grows.`;
  return hasFactors ? rule : `${rule} presets.mup() has the initialisation and the learning rates for every width.`;
}
