import type { ProbedOperation } from '../Probe.js';
import type { Evidence } from './Evidence.js';
import type { Family } from './Family.js';
import { placeOf } from './recommend.js';
import { ACTIVATION_STD, ATTENTION, DEAD, RECURRENT_STD, SATURATED } from './thresholds.js';
import { nameAll, number, percent } from './words.js';

/** Activations whose elements are in the flat parts of the function. */
export const saturations: Family = (evidence) => {
  const found = evidence.operations.filter(
    (operation) =>
      Number(operation.saturated) > SATURATED.warning &&
      evidence.consumers[operation.index].length > 0 &&
      !evidence.isExplained(operation, 'forward'),
  );
  if (found.length === 0) return [];
  const [first] = found;
  explain(evidence, found);
  const weighted = evidence.weightedBefore(first);
  const weight = weighted && evidence.weightOf(weighted);
  const before = evidence.operations[first.inputs[0]];
  const bias = weighted && evidence.parametersOf(weighted).find(({ shape }) => shape.length === 1);
  const isByBias = bias && before && Math.abs(bias.statistics.mean) > before.forward.std;
  return [
    {
      id: 'saturation',
      severity: found.some(({ saturated }) => Number(saturated) > SATURATED.error) ? 'error' : 'warning',
      path: first.label,
      places: found.map(({ label }) => label),
      seen: `${percent(Number(first.saturated))} of the elements of ${first.label} are saturated${found.length > 1 ? `, and more than ${percent(SATURATED.warning)} of ${nameAll(found.filter((operation) => operation !== first).map(({ label }) => label))}` : ''}.`,
      expected: `At most ${percent(SATURATED.warning)} ${first.kind === 'tanh' ? 'beyond ±0.97' : 'below 0.03 or above 0.97'}.`,
      why: `The slope of ${first.kind} is almost 0 there, so that the layers before it get almost no gradient.`,
      advice: isByBias
        ? `The input of ${first.kind} has a mean of ${number(before.forward.mean)} beside a std of ${number(before.forward.std)}. Write init.zeros() for ${placeOf([bias])}.`
        : `${before ? `The input of ${first.kind} has a std of ${number(before.forward.std)}, where 1 is usual. ` : ''}Write init.xavierNormal()${weight ? ` for ${placeOf([weight])}` : ' for the layer before it'}, and 0 for its bias.`,
      figure: 'saturation',
    },
  ];
};

/** Units of rectifiers that are 0 for the whole batch. */
export const deadUnits: Family = (evidence) => {
  const found = evidence.operations.filter(
    (operation) =>
      Number(operation.dead) > DEAD.warning + DEAD.chance / Math.sqrt(unitsOf(operation)) &&
      samplesOf(operation) >= DEAD.samples &&
      !evidence.isExplained(operation, 'forward'),
  );
  if (found.length === 0) return [];
  const [first] = found;
  explain(evidence, found);
  const weighted = evidence.weightedBefore(first);
  const parameters = weighted ? evidence.parametersOf(weighted) : [];
  const bias = parameters.find(({ shape }) => shape.length === 1);
  const isBias = bias !== undefined && bias.statistics.mean < 0 && bias.statistics.std < -bias.statistics.mean;
  return [
    {
      id: 'dead-units',
      severity: found.some(({ dead }) => Number(dead) >= DEAD.error) ? 'error' : 'warning',
      path: first.label,
      places: found.map(({ label }) => label),
      seen: `${percent(Number(first.dead))} of the units of ${first.label} are 0 for the whole batch${found.length > 1 ? `, and more than ${percent(DEAD.warning)} of ${nameAll(found.filter((operation) => operation !== first).map(({ label }) => label))}` : ''}.${isBias ? ` ${bias.path} has a mean of ${number(bias.statistics.mean)}.` : ''}`,
      expected: 'A rectifier gives 0 for half of the samples, not for all.',
      why: 'A unit that is 0 for every sample gets no gradient, so it stays 0.',
      advice: isBias
        ? `Write init.zeros() for ${placeOf([bias])}.`
        : `Look at the input of ${first.label}: its mean is far below 0 beside its std. Write init.zeros() for the bias${weighted ? ` of ${weighted.path}` : ''}, and center the input of the layer.`,
      figure: 'saturation',
    },
  ];
};

/** The number of units: of channels, or of features. */
const unitsOf = ({ shape }: ProbedOperation): number => (shape.length < 2 ? 1 : Math.max(shape[1], 1));

/** The number of values of each unit. */
const samplesOf = (operation: ProbedOperation): number => operation.forward.count / unitsOf(operation);

/** Softmax rows inside of the network, and fused attentions, that choose a single entry. */
export const attentionScales: Family = (evidence) => {
  const { operations } = evidence;
  const concentration = ({ shape, forward }: ProbedOperation) => forward.meanSquare * (shape.at(-1) ?? 1);
  const isSharp = (operation: ProbedOperation) =>
    operation.kind === 'softmax' &&
    evidence.consumers[operation.index].length > 0 &&
    (operation.shape.at(-1) ?? 1) >= ATTENTION.entries &&
    concentration(operation) > ATTENTION.concentration;
  const logitsOf = ({ inputs, values }: ProbedOperation): number => {
    const rms = [inputs[0], inputs[1] ?? inputs[0]].map((i) => Math.sqrt(operations[i]?.forward.meanSquare ?? 0));
    const width = typeof values.scale === 'number' && values.scale > 0 ? 1 / values.scale ** 2 : 1;
    // A sum over the width of products, times the scale, which is 1 / √width by default.
    return rms[0] * rms[1] * Math.sqrt(width) * (typeof values.scale === 'number' ? values.scale : 1);
  };
  const isLarge = (operation: ProbedOperation) =>
    operation.kind === 'attention' && operation.inputs.length > 0 && logitsOf(operation) > ATTENTION.logitStd;
  const found = operations.filter(
    (operation) => (isSharp(operation) || isLarge(operation)) && !evidence.isExplained(operation, 'forward'),
  );
  if (found.length === 0) return [];
  const [first] = found;
  const weights = [...new Set(found.flatMap((operation) => projectionsOf(evidence, operation)))];
  const seen = isSharp(first)
    ? `The rows of ${first.label} put ${percent(concentration(first))} of their weight on single entries.`
    : `The logits of ${first.label} have a std of about ${number(logitsOf(first))}.`;
  return [
    {
      id: 'attention-logits',
      severity: 'warning',
      path: first.label,
      places: found.map(({ label }) => label),
      seen: `${seen}${found.length > 1 ? ` The same is true of ${nameAll(found.slice(1).map(({ label }) => label))}.` : ''}`,
      expected: `Logits with a std near 1, so that each row attends to many entries.`,
      why: 'A softmax that chooses a single entry has a gradient of almost 0, so that queries and keys hardly learn.',
      advice: isSharp(first)
        ? `${weights.length > 0 ? `Write init.xavierUniform() for ${placeOf(weights)}, and divide` : 'Divide'} the products of queries and keys by √(width of a head).`
        : weights.length > 0
          ? `Write init.xavierUniform() for ${placeOf(weights)}.`
          : 'Make the queries and keys smaller.',
      figure: 'saturation',
    },
  ];
};

/** Recurrent layers whose weights are so large that their gates saturate. The fused operation hides its gates. */
export const recurrentScales: Family = (evidence) => {
  const tooLarge = (operation: ProbedOperation) =>
    evidence
      .parametersOf(operation)
      .filter(({ shape, statistics }) => shape.length === 2 && statistics.std * Math.sqrt(shape[1]) > RECURRENT_STD);
  const operations = evidence.operations.filter(
    (operation) => RECURRENT.test(operation.kind) && tooLarge(operation).length > 0,
  );
  const weights = [...new Set(operations.flatMap(tooLarge))];
  if (weights.length === 0) return [];
  const [{ kind, forward }] = operations;
  const [{ path, shape, statistics }] = weights;
  // A plain layer has no gates. With ReLU its values are not bounded.
  const isUnbounded = kind === 'rnn' && (forward.max > 1 || forward.min < -1);
  if (isUnbounded) for (const operation of operations) evidence.explainForward(operation);
  const target = kind === 'rnn' ? 'the states' : 'the gates';
  return [
    {
      id: 'recurrent-scale',
      severity: isUnbounded && Math.sqrt(forward.meanSquare) > ACTIVATION_STD.error[1] ? 'error' : 'warning',
      path,
      seen: `The elements of ${nameAll(weights.map(({ path }) => path))} have a std of ${number(statistics.std)}, so for inputs with a mean square of 1 ${target} get values with a std of ${number(statistics.std * Math.sqrt(shape[1]))}.${isUnbounded ? ` The largest value is ${number(forward.max)}.` : ''}`,
      expected: `A std of at most ${RECURRENT_STD} before ${target}, where 1 is usual.`,
      why: isUnbounded
        ? 'Each step multiplies the state by about this factor, so that the values and the gradients explode with the number of steps.'
        : kind === 'rnn'
          ? 'The tanh of the states is saturated, so that they pass almost no gradient from step to step.'
          : 'The gates are saturated: they are open or closed whatever the input is, and pass almost no gradient.',
      advice: `Write init.xavierUniform() for ${placeOf(weights)}, or init.orthogonal() for recurrent ones${kind === 'rnn' ? '' : '; init.blocks applies it to each gate'}.`,
      figure: 'parameters',
    },
  ];
};

const RECURRENT = /^(lstm|gru|rnn)/;

/** The weights of the projections that an attention uses. */
function projectionsOf(evidence: Evidence, operation: ProbedOperation) {
  const found = new Set<ProbedOperation>([operation]);
  const weights = [];
  for (const at of found) {
    const weight = at === operation ? null : evidence.weightOf(at);
    if (weight) weights.push(weight);
    else for (const i of at.inputs) found.add(evidence.operations[i]);
  }
  return weights.slice(0, 3);
}

/** Explains the scale of activations and of the weighted operations before them. */
function explain(evidence: Evidence, found: readonly ProbedOperation[]): void {
  for (const operation of found) {
    const weighted = evidence.weightedBefore(operation);
    evidence.explainForward(weighted ?? operation);
    evidence.explainBackward(operation);
  }
}
