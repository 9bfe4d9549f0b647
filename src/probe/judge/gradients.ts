import { isNormalization, isWeighted } from '../kinds.js';
import type { Finding, ProbedOperation } from '../Probe.js';
import { diagnoseScale } from './diagnoseScale.js';
import type { Evidence } from './Evidence.js';
import type { Family } from './Family.js';
import { activationBehind, adviseEach } from './gains.js';
import { describeDependence, type GradientRatio, gradientRatio } from './gradientRatio.js';
import { keepingGain } from './keepingGain.js';
import { FLOAT16, GRADIENT_RATIO } from './thresholds.js';
import { nameAll, number, percent } from './words.js';
import { zeroScaleOf } from './zeros.js';

/** Gradients that vanish or explode on their way from the last layer to the first. */
export const gradientScales: Family = (evidence) => {
  if (evidence.isScaleExplained) return [];
  const found = gradientRatio(evidence);
  if (found === null) return [];
  const { ratio } = found;
  const isBeyond = ([low, high]: readonly [number, number]) => ratio < low || ratio > high;
  // A normalisation makes the weights before it free of scale: their gradients and their steps adapt to their size.
  const isNormalized = evidence.operations.some(({ kind }) => isNormalization(kind));
  // The scale before a periodic function is its frequency, which differs from layer to layer on purpose.
  const isPeriodic = evidence.operations.some(({ kind }) => kind === 'sin' || kind === 'cos');
  if (!isBeyond(isNormalized || isPeriodic ? GRADIENT_RATIO.error : GRADIENT_RATIO.warning)) return [];
  const severity = !isNormalized && isBeyond(GRADIENT_RATIO.error) ? 'error' : 'warning';
  return [describeRatio(evidence, found, severity)];
};

function describeRatio(
  evidence: Evidence,
  { first, last, ratio }: GradientRatio,
  severity: 'error' | 'warning',
): Finding {
  const isVanishing = ratio < 1;
  const isBetween = ({ index }: ProbedOperation) => index >= first.index && index <= last.index;
  const layers = evidence.operations.filter((operation) => isWeighted(operation) && isBetween(operation));
  const [layer = first] = layers;
  const cause = causeAt(evidence, layer);
  const unsuitable = layers.filter((operation) => causeAt(evidence, operation) !== null);
  for (const operation of evidence.operations) {
    if (isBetween(operation)) evidence.explainForward(operation);
  }
  return {
    id: isVanishing ? 'vanishing-gradients' : 'exploding-gradients',
    severity,
    path: first.label,
    seen: `${describeDependence(evidence)}.${cause ? ` ${cause}` : ''}`,
    expected: `A ratio between ${GRADIENT_RATIO.warning[0]} and ${GRADIENT_RATIO.warning[1]}.`,
    why: isVanishing
      ? 'The first layers learn that much more slowly than the last ones.'
      : 'A learning rate that suits the last layers makes the first ones diverge.',
    advice:
      cause === null
        ? adviseOtherActivation(activationBehind(evidence, layer))
        : `${adviseEach(evidence, unsuitable)}${evidence.operations.some(({ kind }) => isNormalization(kind)) ? '' : ', or put a normalisation behind each layer'}.`,
    figure: 'gradients',
  };
}

/** What is wrong with the scale of a layer's weights; `null` if nothing is. */
function causeAt(evidence: Evidence, layer: ProbedOperation): string | null {
  const activation = activationBehind(evidence, layer);
  const weight = evidence.weightOf(layer);
  return weight && diagnoseScale(weight, layer, activation, keepingGain(activation));
}

/** Trainable layers whose value reaches the loss while no gradient comes back, as behind `detach`. */
export const detached: Family = (evidence) => {
  const { operations, consumers, data } = evidence;
  if (data.loss === null) return [];
  const reaching = operations.map(({ gradient }) => gradient !== null);
  for (let i = operations.length - 1; i >= 0; i--) reaching[i] ||= consumers[i].some(({ index }) => reaching[index]);
  const found = operations.filter(
    (operation) =>
      operation.gradient === null &&
      reaching[operation.index] &&
      evidence.parametersOf(operation).some(({ isFrozen, gradient }) => !isFrozen && gradient === null),
  );
  const last = found.at(-1);
  if (!last) return [];
  for (const operation of found) evidence.explainBackward(operation);
  return [
    {
      id: 'detached',
      severity: 'error',
      path: last.label,
      places: found.map(({ label }) => label),
      seen: `No gradient comes back to ${nameAll(found.map(({ label }) => label))}, although the loss depends on ${found.length === 1 ? 'its value' : 'their values'}.`,
      expected: 'A gradient for each trainable parameter.',
      why: 'The parameters before the cut do not learn at all.',
      advice: `Look behind ${last.label} for detach(), noGrad() or a tensor that is made anew of its data. If the layers are not to learn, freeze their parameters.`,
      figure: 'gradients',
    },
  ];
};

/** What to do where the weights suit their activation. */
function adviseOtherActivation(activation: ProbedOperation | null): string {
  const isSigmoid = activation?.kind === 'sigmoid';
  const slope = isSigmoid
    ? ' Its slope is at most 1/4, so each layer shrinks the gradient: take tanh or relu instead.'
    : '';
  return `The weights have the scale that suits ${activation?.kind ?? 'them'}.${slope} Otherwise add skips, or put a normalisation behind each layer.`;
}

/** Gradients that are exactly 0 although nothing explains it. */
export const zeroGradients: Family = (evidence) => {
  if (evidence.data.loss === null) return [];
  const found = evidence.operations.filter(
    (operation) =>
      isWeighted(operation) &&
      operation.gradient !== null &&
      operation.gradient.meanSquare === 0 &&
      operation.gradient.nonFinite === 0 &&
      !evidence.isExplained(operation, 'backward') &&
      !isStoppedByZero(evidence, operation),
  );
  const last = found.at(-1);
  if (!last) return [];
  for (const operation of found) evidence.explainBackward(operation);
  const [user] = evidence.consumers[last.index];
  return [
    {
      id: 'zero-gradients',
      severity: 'error',
      path: last.label,
      seen: `The gradient of ${last.label}${found.length > 1 ? ` and of ${found.length - 1} weighted layers more` : ''} is exactly 0.`,
      expected: 'A gradient other than 0.',
      why: 'The layer does not learn at all.',
      advice: `Look at ${user ? user.label : 'the loss'}, which uses its value: it passes no gradient on.`,
      figure: 'gradients',
    },
  ];
};

/** Whether the gradient ends at a scale that is 0 on purpose, such as a zero-γ. */
function isStoppedByZero(evidence: Evidence, operation: ProbedOperation): boolean {
  for (let at = evidence.next(operation); at; at = evidence.next(at)) {
    if (zeroScaleOf(evidence, at) !== null) return true;
    if (at.gradient === null || at.gradient.meanSquare > 0) return false;
  }
  return false;
}

/** Half-precision tensors whose small elements became 0. */
export const underflows: Family = (evidence) => {
  const found = evidence.operations.filter(
    ({ dtype, gradient, forward, gradientStep }) =>
      dtype === 'float16' &&
      gradient !== null &&
      gradient.nonFinite === 0 &&
      Math.max(-gradient.min, gradient.max) < FLOAT16.smallest &&
      (gradient.zeros > forward.zeros + FLOAT16.zeros || (gradientStep.std ?? 0) > 2 * Math.sqrt(gradient.meanSquare)),
  );
  if (found.length === 0) return [];
  for (const operation of evidence.operations) evidence.explainBackward(operation);
  const worst = found.reduce((a, b) => (Number(b.gradient?.zeros) > Number(a.gradient?.zeros) ? b : a));
  return [
    {
      id: 'underflow',
      severity: 'warning',
      path: worst.label,
      seen: `${percent(Number(worst.gradient?.zeros))} of the gradient of ${worst.label} are 0 in float16, and the largest element is ${number(Math.max(Number(worst.gradient?.max), -Number(worst.gradient?.min)))}.`,
      expected: `Gradients above ${number(FLOAT16.smallest)}, the smallest float16 with all its digits.`,
      why: 'What is below 6e-8 becomes 0, so that these parameters do not learn.',
      advice:
        'Multiply the loss by a factor such as 1,024 and divide the gradients by it (loss scaling), or use bfloat16.',
      figure: 'gradients',
    },
  ];
};
