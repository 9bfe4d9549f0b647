import { isNormalization, isWeighted } from '../kinds.js';
import type { Predicted, Prediction, ProbedOperation } from '../Probe.js';
import type { Evidence } from './Evidence.js';
import type { Family } from './Family.js';
import { placeOf } from './recommend.js';
import { nameAll, number } from './words.js';

const isOutside = (std: number, prediction: Prediction): prediction is Predicted =>
  prediction.std !== null &&
  Number.isFinite(std) &&
  (std < prediction.band[0] || std > prediction.band[1]) &&
  // Rounding alone makes a predicted 0 a little more.
  !(prediction.std === 0 && std < 1e-12);

/** Layers whose value is not what their weights' law and their measured input give. */
export const stepDisagreements: Family = (evidence) => {
  const found = evidence.operations.filter(
    (operation) =>
      operation.step.std !== null &&
      operation.step.source === 'law' &&
      operation.forward.nonFinite === 0 &&
      isOutside(operation.forward.std, operation.step) &&
      !evidence.isExplained(operation, 'forward'),
  );
  if (found.length === 0) return [];
  for (const operation of found) evidence.explainForward(operation);
  const worst = found.reduce((a, b) => (deviation(b) > deviation(a) ? b : a));
  const step = worst.step as Predicted;
  const weights = found.map((operation) => evidence.weightOf(operation)).filter((weight) => weight !== null);
  return [
    {
      id: 'step',
      severity: 'warning',
      path: worst.label,
      seen: `${worst.label} does not do what its law says: the std of its value is ${number(worst.forward.std)}${found.length > 1 ? `. The same is true of ${nameAll(found.filter((operation) => operation !== worst).map(({ label }) => label))}` : ''}.`,
      expected: `A std of ${number(step.std)}, between ${number(step.band[0])} and ${number(step.band[1])}, for its law and the measured input.`,
      why: 'The weights are not independent of each other or of the input, or they are not what the law says.',
      advice: `Look for code that changes or copies ${placeOf(weights)} after the policy ran.`,
      figure: 'activations',
    },
  ];
};

const deviation = ({ forward, step }: ProbedOperation): number => Math.abs(Math.log(forward.std / Number(step.std)));

/** Networks whose every layer does what its law says, while the whole is not what theory says. */
export const theoryDisagreements: Family = (evidence) => {
  if (evidence.isScaleExplained) return [];
  const first = evidence.operations.find(
    (operation) =>
      operation.theory.std !== null &&
      operation.theory.restarted !== true &&
      isOutside(operation.forward.std, operation.theory) &&
      !isOutside(operation.forward.std, operation.step) &&
      !evidence.isExplained(operation, 'forward') &&
      isAfterChain(evidence, operation),
  );
  if (!first) return [];
  const theory = first.theory as Predicted;
  return [
    {
      id: 'theory',
      severity: 'note',
      path: first.label,
      seen: `Correlations accumulate from ${first.label}: its std is ${number(first.forward.std)}, while every single layer does what its law says.`,
      expected: `A std of ${number(theory.std)}, between ${number(theory.band[0])} and ${number(theory.band[1])}, in a chain of independent layers.`,
      why: 'The theory takes the channels and positions of a value as independent of each other. Here they are not; that is no fault.',
      advice: 'Nothing has to be done. The step prediction is the one to compare with.',
      figure: 'depth',
    },
  ];
};

/** Whether the chain of the theory led through at least three weighted layers before an operation. */
function isAfterChain(evidence: Evidence, operation: ProbedOperation): boolean {
  let layers = 0;
  let at: ProbedOperation | undefined = operation;
  while (at !== undefined && layers < LAYERS && at.theory.std !== null && at.theory.restarted !== true) {
    // A normalisation sets the moments anew.
    if (isNormalization(at.kind)) return false;
    if (isWeighted(at)) layers++;
    at = evidence.operations[at.inputs[0]];
  }
  return layers === LAYERS;
}

/** A shorter chain has no depth over which correlations could accumulate. */
const LAYERS = 3;
