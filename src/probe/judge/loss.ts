import type { Finding, ProbedParameter } from '../Probe.js';
import type { Evidence } from './Evidence.js';
import type { Family } from './Family.js';
import { placeOf } from './recommend.js';
import { BIAS_RANGE, LOSS, SMALL_LOGITS } from './thresholds.js';
import { number } from './words.js';

/** The initial cross-entropy beside that of a network without a preference. */
export const initialLoss: Family = (evidence) => {
  const { loss } = evidence.data;
  if (loss === null) return [];
  if (!Number.isFinite(loss.value)) {
    if (evidence.operations.some((operation) => evidence.isExplained(operation, 'forward'))) return [];
    return [
      {
        ...place(evidence),
        id: 'loss-not-finite',
        severity: 'error',
        seen: `The loss is ${loss.value}.`,
        expected: 'A finite loss.',
        why: 'No parameter can learn from it.',
        advice: 'Look at the loss function: a logarithm of 0 or a division by 0 makes it infinite.',
      },
    ];
  }
  if (loss.expected === null || loss.value <= LOSS.note * loss.expected) return [];
  const { readout } = evidence;
  const isCaused = readout?.inputs.some((i) => evidence.isExplained(evidence.operations[i], 'forward')) === true;
  if (isCaused || evidence.inputSize !== 1) return [];
  const [bias, weight] = [biasOf(evidence), readout && evidence.weightOf(readout)];
  const isBias =
    bias !== null &&
    bias.statistics.max - bias.statistics.min > BIAS_RANGE &&
    bias.statistics.std > 0.5 * Number(loss.logitStd ?? 0);
  const ratio = loss.value / loss.expected;
  const isTied = evidence.operations.some(
    ({ kind, parameters }) => kind === 'embedding' && weight !== null && parameters.includes(weight.path),
  );
  if (readout) evidence.explainBackward(readout);
  return [
    {
      ...place(evidence),
      id: 'initial-loss',
      severity: ratio > LOSS.warning ? 'warning' : 'note',
      path: (isBias ? bias.path : weight?.path) ?? '',
      seen: `The loss is ${number(loss.value)}, ${number(ratio)} times that of equal probabilities${loss.logitStd === null ? '' : `; the logits have a std of ${number(loss.logitStd)}`}.${isBias ? ` ${bias.path} reaches from ${number(bias.statistics.min)} to ${number(bias.statistics.max)}.` : ''}`,
      expected: `ln(classes) = ${number(loss.expected)}.`,
      why: isBias
        ? 'The bias prefers some classes before a sample was seen. If the frequencies of the classes in the batch are not like that, the first steps only undo it.'
        : 'The network is confident at random, and the first steps of training only make the logits smaller.',
      advice: isBias
        ? `Write init.zeros() for ${placeOf([bias])}, or the logarithms of the true frequencies.`
        : weight
          ? isTied
            ? `Write init.normal(0, 0.02) for ${placeOf([weight])}, the embedding that the last layer shares.`
            : `Write init.normal(0, 0.01) for ${placeOf([weight])}, the last layer.`
          : 'Make the values before the loss smaller.',
    },
  ];
};

/** A cross-entropy of probabilities, to which it applies a second softmax. */
export const probabilities: Family = (evidence) => {
  const { operations, data, readout } = evidence;
  const last = operations.findLast(({ index }) => evidence.consumers[index].length === 0);
  if (data.loss?.kind !== 'cross-entropy' || last?.kind !== 'softmax' || readout === null) return [];
  evidence.passOver(readout);
  return [
    {
      id: 'probabilities',
      severity: 'note',
      path: last.label,
      seen: `The output is that of ${last.label}, and the cross-entropy applies a softmax to it again.`,
      expected: 'Logits: the output of the last layer.',
      why: 'The cross-entropy of probabilities cannot fall below ln(1 + (classes − 1) / e), and its gradients are small.',
      advice:
        'For a training with the cross-entropy, return the logits. With a loss of probabilities nothing has to be done; name it with the option loss.',
      figure: 'loss',
    },
  ];
};

/** Logits that are nearly equal, by a last layer that is 0 or small. It is meant in many networks. */
export const smallLogits: Family = (evidence) => {
  const { loss } = evidence.data;
  const { readout } = evidence;
  if (loss?.logitStd === null || loss?.logitStd === undefined || readout === null) return [];
  if (!(loss.logitStd < SMALL_LOGITS) || evidence.isExplained(readout, 'forward')) return [];
  const weight = evidence.weightOf(readout);
  const isZero = weight !== null && weight.statistics.meanSquare === 0;
  // The zero layer alone lets no gradient pass in the first step.
  if (isZero) evidence.explainBackward(readout);
  const head = evidence.weightedBefore(evidence.operations[readout.inputs[0]]);
  if (head) evidence.passOver(head);
  return [
    {
      ...place(evidence),
      id: 'small-logits',
      severity: 'note',
      seen: `The logits are almost equal: their std is ${number(loss.logitStd)}${weight === null ? '' : isZero ? `, because ${weight.path} is 0` : `; ${weight.path} has a std of ${number(weight.statistics.std)}`}.`,
      expected: 'Logits with a std below 1. That is kept.',
      why: isZero
        ? 'Every class has the same probability at the start. The last layer learns in the first step, and the layers before it from the second step on.'
        : `Every class has the same probability at the start, and the gradients of the hidden layers are small until the last layer has grown. That is meant where the last layer is small on purpose.`,
      advice: 'Nothing has to be done if the small last layer is meant.',
    },
  ];
};

/** Where findings about the loss stand. */
function place({ readout }: Evidence): Pick<Finding, 'path' | 'figure'> {
  return { path: readout?.label ?? '', figure: 'loss' };
}

function biasOf(evidence: Evidence): ProbedParameter | null {
  const { readout } = evidence;
  if (readout === null) return null;
  return evidence.parametersOf(readout).find(({ shape }) => shape.length === 1) ?? null;
}
