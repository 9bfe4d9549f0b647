import { activationOf } from './activationOf.js';
import { type Known, type Step, unknown } from './Moments.js';
import { numelOf, overall } from './Reading.js';
import { type BackwardRule, type Forecast, type ForwardRule, NO_NOISE } from './Rule.js';
import { activationGradient, dropoutGradient } from './stepBackward.js';
import { activationStep, additionStep, concatenationStep, dropoutStep, lookupStep } from './stepForward.js';

/** A step without weights as a forecast. */
export function withoutWeights(step: Step, meanVariance = 0): Forecast | Exclude<Step, Known> {
  return step.reason === null ? { ...step, meanVariance, noise: NO_NOISE, source: null } : step;
}

/** Activations of one operand. */
export const activationForward: ForwardRule = ({ operation, channels }) => {
  const activation = activationOf(operation.settings);
  if (activation === null) return unknown('no formula');
  const step = activationStep(activation, channels(0));
  const width = operation.channels.means.length;
  return step.reason === null
    ? { ...step, meanVariance: 0, noise: { added: 0, activation: { function: activation, width } }, source: null }
    : step;
};

export const activationBackward: BackwardRule = ({ operation, channels }, _operand, gradient) => {
  const activation = activationOf(operation.settings);
  if (activation === null) return unknown('no formula');
  const input = channels(0);
  const n = input.means.length;
  const arriving = gradient.channels.length === n ? gradient.channels : new Float64Array(n).fill(gradient.meanSquare);
  const winners = gradient.winners?.correlations.length === n ? gradient.winners : undefined;
  return unweighted(activationGradient(activation, input, arriving, winners), 1 / operation.channels.means.length);
};

/** Sums and differences, with PyTorch's `alpha`. */
export const additionForward: ForwardRule = ({ operation, channels, product }) => {
  if (operation.operands.length < 2) return unknown('no formula');
  const [first, second] = [overall(channels(0)), overall(channels(1))];
  return withoutWeights(additionStep(first, second, product(), [1, factorOf(operation.settings)]));
};

export const additionBackward: BackwardRule = ({ operation }, operand, { meanSquare }) => {
  const factor = operand === 1 ? factorOf(operation.settings) : 1;
  return spread(meanSquare * factor ** 2, operation, operand);
};

const factorOf = ({
  kind,
  values,
}: {
  kind: string;
  values?: { readonly [name: string]: unknown } | undefined;
}): number => Number(values?.alpha ?? 1) * (kind === 'sub' ? -1 : 1);

/** Products with a number, or with a parameter such as a layer's scale. Two values depend on each other in general. */
export const productForward: ForwardRule = ({ operation, channels }) => {
  const { operands } = operation;
  const isValue = operands.map(({ from }) => from.kind === 'operation');
  if (operands.length !== 2 || (isValue[0] && isValue[1])) return unknown('no formula');
  const [first, second] = [overall(channels(0)), overall(channels(1))];
  const step = { mean: first.mean * second.mean, meanSquare: first.meanSquare * second.meanSquare, reason: null };
  return withoutWeights(step);
};

export const productBackward: BackwardRule = ({ operation, channels }, operand, { meanSquare }) => {
  if (operation.operands.length !== 2) return unknown('no formula');
  const other = overall(channels(1 - operand));
  return spread(meanSquare * other.meanSquare, operation, operand);
};

/** Copies, and other operations that keep every element. */
export const identityForward: ForwardRule = ({ channels }) => withoutWeights({ ...overall(channels(0)), reason: null });
export const identityBackward: BackwardRule = (_reading, _operand, { meanSquare }) => ({
  meanSquare,
  noise: 0,
  source: null,
});

/** Dropout as it is recorded: in training. */
export const dropoutForward: ForwardRule = ({ operation, channels }) =>
  withoutWeights(dropoutStep(overall(channels(0)), Number(operation.settings.values?.p ?? 0)));
export const dropoutBackward: BackwardRule = ({ operation }, _operand, { meanSquare }) =>
  unweighted(dropoutGradient(meanSquare, Number(operation.settings.values?.p ?? 0)), 0);

/** Concatenations and stacks. */
export const concatenationForward: ForwardRule = ({ operation, channels }) =>
  withoutWeights(
    concatenationStep(operation.operands.map((operand, i) => ({ ...overall(channels(i)), count: numelOf(operand) }))),
  );

/** Rows of a table. */
export const lookupForward: ForwardRule = ({ operation, weight }) => {
  const operand = operation.operands.findIndex(({ from }) => from.kind !== 'constant');
  const table = weight(Math.max(0, operand));
  const step = lookupStep(table);
  if (step.reason !== null) return step;
  const rows = operation.operands[Math.max(0, operand)].shape[0];
  return { ...step, meanVariance: 0, noise: { added: 2 / rows, activation: null }, source: table.source };
};

/** A gradient step without weights as a forecast. */
export function unweighted(step: Step, noise: number) {
  return step.reason === null ? { meanSquare: step.meanSquare, noise, source: null } : step;
}

/** The gradient at an operand that was broadcast is a sum over the copies, which count as independent. */
function spread(
  meanSquare: number,
  operation: Parameters<typeof numelOf>[0] & { operands: readonly Parameters<typeof numelOf>[0][] },
  operand: number,
) {
  const copies = numelOf(operation) / numelOf(operation.operands[operand]);
  return { meanSquare: meanSquare * copies, noise: 0, source: null };
}
