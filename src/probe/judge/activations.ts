import { isBounded, isWeighted } from '../kinds.js';
import type { Finding, ProbedOperation, ProbedParameter } from '../Probe.js';
import { activationOf } from '../predict/activationOf.js';
import { diagnoseScale } from './diagnoseScale.js';
import type { Evidence } from './Evidence.js';
import type { Family } from './Family.js';
import { activationBehind, adviseEach, gainOfWeights, isSuitable } from './gains.js';
import { describeDependence, isBroken } from './gradientRatio.js';
import { keepingGain } from './keepingGain.js';
import { classOf, placeOf } from './recommend.js';
import { ACTIVATION_STD, GAIN, SMALL_LOGITS } from './thresholds.js';
import { number } from './words.js';

/** The size of a value: the std, and for a single channel that is the same for every sample the root of the mean square. */
const sizeOf = ({ forward }: ProbedOperation): number => Math.sqrt(forward.meanSquare);

/** Activations that vanish or explode with depth. */
export const activationScales: Family = (evidence) => {
  const judged = evidence.operations.filter(
    (operation) =>
      !isBounded(operation.kind) &&
      !evidence.isTail(operation) &&
      evidence.isScaleKept(operation) &&
      !evidence.isExplained(operation, 'forward') &&
      operation.forward.count > 1 &&
      operation.forward.nonFinite === 0 &&
      operation.inputs.length > 0 &&
      isOfSignal(operation) &&
      !isMultiplied(evidence, operation),
  );
  return (['vanishing', 'exploding'] as const).flatMap((id) => {
    const isBeyond = (operation: ProbedOperation, [low, high]: readonly [number, number]) =>
      id === 'vanishing'
        ? sizeOf(operation) < low * Math.min(1, evidence.inputSize)
        : sizeOf(operation) > high * Math.max(1, evidence.inputSize);
    const found = judged.filter((operation) => isBeyond(operation, ACTIVATION_STD.warning));
    if (found.length === 0) return [];
    const isError = found.some((operation) => isBeyond(operation, ACTIVATION_STD.error));
    return id === 'vanishing' && !isError && isSmallHead(evidence, found)
      ? []
      : [describeScales(evidence, found, id, isError)];
  });
};

/** Whether a single small layer is the last hidden one before small logits. The finding about the logits says so. */
function isSmallHead(evidence: Evidence, found: readonly ProbedOperation[]): boolean {
  const { data, operations, readout } = evidence;
  const { logitStd } = data.loss ?? {};
  if (logitStd == null || logitStd >= SMALL_LOGITS || readout === null) return false;
  const head = evidence.weightedBefore(operations[readout.inputs[0]]);
  const driving = operations.filter(
    (operation) => isFarGain(operation, 'vanishing') && evidence.isScaleKept(operation),
  );
  return head !== null && found[0].index >= head.index && driving.every((operation) => operation.index >= head.index);
}

/** Whether a value carries the signal: a layer's value, an activation, an addition; not a mask, a mean or a loss. */
function isOfSignal(operation: ProbedOperation): boolean {
  return operation.kind === 'add' || activationOf(operation) !== null || isWeighted(operation);
}

/** Whether a factor that is a constant follows, as in sin(30·x): the product has the scale that counts. */
function isMultiplied(evidence: Evidence, operation: ProbedOperation): boolean {
  const next = evidence.next(operation);
  return next !== null && (next.kind === 'mul' || next.kind === 'div') && next.inputs.length === 1;
}

/** Whether an operation is the last hidden layer, which is often small on purpose. */
function isHead(evidence: Evidence, operation: ProbedOperation): boolean {
  const { operations, readout } = evidence;
  return readout !== null && evidence.weightedBefore(operations[readout.inputs[0]]) === operation;
}

/** The bias that makes most of the value of a layer; `null` if there is none. */
function largeBias(evidence: Evidence, operation: ProbedOperation): ProbedParameter | null {
  const found = evidence.parametersOf(operation).find(({ shape }) => shape.length === 1);
  return found && found.statistics.meanSquare > operation.forward.meanSquare / 2 ? found : null;
}

/** The first operation on the way to another whose value is out of scale as well, such as a factor that is too large. */
function originOf(evidence: Evidence, first: ProbedOperation, id: 'vanishing' | 'exploding'): ProbedOperation {
  const before = new Set([first]);
  for (const { inputs } of before) for (const i of inputs) before.add(evidence.operations[i]);
  const [low, high] = ACTIVATION_STD.warning;
  const beyond = [...before].filter((operation) =>
    id === 'vanishing' ? sizeOf(operation) < low : sizeOf(operation) > high,
  );
  return beyond.reduce((a, b) => (b.index < a.index ? b : a), first);
}

function describeScales(
  evidence: Evidence,
  found: readonly ProbedOperation[],
  id: 'vanishing' | 'exploding',
  isError: boolean,
): Finding {
  const [first] = found;
  const worst = found.reduce((a, b) => {
    const isFarther = id === 'vanishing' ? sizeOf(b) < sizeOf(a) : sizeOf(b) > sizeOf(a);
    return isFarther ? b : a;
  });
  const weighted = evidence.weightedBefore(first) ?? first;
  const driving = evidence.operations.filter(
    (operation) =>
      ((isFarGain(operation, id) && operation.index <= worst.index) || isHiddenByBias(evidence, operation, id)) &&
      evidence.weightOf(operation) !== null,
  );
  const unsuitable = driving.filter(
    (operation) => isHiddenByBias(evidence, operation, id) || !isSuitable(evidence, operation),
  );
  const layers = unsuitable.length > 0 ? unsuitable : driving.length > 0 ? driving : [weighted];
  const isSlow = unsuitable.length === 0 && driving.length > 0 && id === 'vanishing';
  const named = mainCause(evidence, layers);
  // The last hidden layer of a classifier is often small on purpose, like the last layer itself.
  const isSingle = id === 'vanishing' && layers.length === 1 && isHead(evidence, named);
  // The scale of the weights is the cause of both, so the worse one decides.
  const isGradientBroken = unsuitable.length > 0 && isBroken(evidence, id);
  for (const operation of [...found, ...layers]) {
    evidence.explainForward(operation);
    evidence.explainBackward(operation);
  }
  const bias = id === 'exploding' ? largeBias(evidence, named) : null;
  const origin = unsuitable.length > 0 || isSlow ? first : originOf(evidence, first, id);
  const activation = activationBehind(evidence, named);
  const weight = evidence.weightOf(named);
  const cause =
    bias !== null
      ? `The root mean square of ${bias.path} is ${number(Math.sqrt(bias.statistics.meanSquare))}.`
      : unsuitable.length > 0 && weight && diagnoseScale(weight, named, activation, keepingGain(activation));
  const { forwardRate } = evidence.data.depth;
  const theory = worst.theory.std === null ? '' : ` Theory predicts ${number(worst.theory.std)} there.`;
  return {
    id: `${id}-activations`,
    // Weights that suit their activation leave a slow decay, which no other scale would mend.
    severity: isError || isGradientBroken ? 'error' : isSlow || isSingle ? 'note' : 'warning',
    path: bias?.path ?? (unsuitable.length > 0 || isSlow ? (weight?.path ?? first.label) : origin.label),
    places: [...found.map(({ label }) => label), ...(bias ? [bias.path] : weight ? [weight.path] : [])],
    seen: `The activations ${id === 'vanishing' ? 'shrink' : 'grow'}: their root mean square is ${number(sizeOf(first))} at ${first.label}${worst === first ? '' : ` and ${number(sizeOf(worst))} at ${worst.label}`}${forwardRate === null || isGradientBroken || layers.length < GAIN.inARow ? '' : `, and each layer multiplies the std by ${number(forwardRate)}`}.${layers.length < GAIN.inARow && named.gain !== null && origin === first ? ` ${named.label}${activation ? ` with ${activation.kind}` : ''} multiplies the mean square by ${number(named.gain)}.` : ''}${theory}${isGradientBroken ? ` ${describeDependence(evidence)}.` : ''}${cause ? ` ${cause}` : ''}`,
    expected: `A root mean square between ${ACTIVATION_STD.warning[0]} and ${ACTIVATION_STD.warning[1]} in every layer.`,
    why:
      id === 'vanishing'
        ? isSingle
          ? 'A single small layer makes small logits. It learns slowly until the last layer has grown.'
          : 'The output hardly depends on the input, and the gradients of the weights are as small.'
        : 'The output and the loss are dominated by the scale, and the first steps of training overshoot.',
    advice:
      bias !== null
        ? `Write init.zeros() for ${placeOf([bias])}.`
        : unsuitable.length > 0
          ? `${adviseEach(evidence, [named, ...layers])}.`
          : isSlow
            ? `The weights have the scale that suits ${activation?.kind ?? 'them'}, and the decay is no more than a power of the depth. For a deeper network add skips or normalisations.`
            : `The weights before it have the scale that suits them. Look at ${origin.label} and at the operations before it for a factor or a sum that changes the scale.`,
    figure: 'depth',
  };
}

/** Whether a layer's gain drives the scale towards the side of the finding. */
function isFarGain({ gain }: ProbedOperation, id: 'vanishing' | 'exploding'): boolean {
  return gain !== null && (id === 'vanishing' ? gain < GAIN.note[0] : gain > GAIN.note[1]);
}

/** Whether weights drive the scale to the side of the finding although biases keep the measured one. */
function isHiddenByBias(evidence: Evidence, operation: ProbedOperation, id: 'vanishing' | 'exploding'): boolean {
  const gain = gainOfWeights(evidence, operation);
  if (id === 'exploding' || operation.gain === null || gain === null || evidence.isTail(operation)) return false;
  return gain < GAIN.warning[0] && evidence.parametersOf(operation).some(isBias);
}

const isBias = ({ shape, statistics }: ProbedParameter): boolean => shape.length === 1 && statistics.meanSquare > 0;

/**
 * The layer that is the cause before all others. The layers of one rule, or of one class without a policy, act together: those are
 * taken whose gains contribute most to the logarithm of the change, and the first of them that contributes as much as the others.
 */
function mainCause(evidence: Evidence, layers: readonly ProbedOperation[]): ProbedOperation {
  const share = ({ gain }: ProbedOperation) => Math.abs(Math.log(gain || 1));
  const groups = new Map<string, ProbedOperation[]>();
  for (const layer of layers) {
    const key = evidence.weightOf(layer)?.rule ?? classOf(evidence, layer);
    groups.set(key, [...(groups.get(key) ?? []), layer]);
  }
  const total = (group: readonly ProbedOperation[]) => group.reduce((sum, layer) => sum + share(layer), 0);
  const main = [...groups.values()].reduce((a, b) => (total(b) > total(a) ? b : a));
  const largest = Math.max(...main.map(share));
  return main.find((layer) => share(layer) >= largest / 2) ?? main[0];
}
