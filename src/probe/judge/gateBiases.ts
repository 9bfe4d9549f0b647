import { erf } from '../../numerics/erf.js';
import type { ProbedOperation, ProbedParameter } from '../Probe.js';
import { gatesOf } from '../recurrentGates.js';
import type { Evidence } from './Evidence.js';
import type { Family } from './Family.js';
import { placeOf } from './recommend.js';
import { GATE_BIAS } from './thresholds.js';
import { nameAll, number } from './words.js';

/** What a gate does that is closed, or open for ever. */
const CLOSED: Readonly<Record<string, string>> = {
  input: 'The gate is closed, so that nothing of the input gets into the state.',
  forget: 'The gate is closed, so that the state is forgotten in each step: the layer has no memory.',
  output: 'The gate is closed, so that the value of the layer is almost 0.',
  reset: 'The gate is closed, so that new states never depend on the last one.',
  update: 'The gate is closed, so that the state is replaced in each step: the layer has no memory.',
};

/** A gate of a recurrent operation with the sum of its biases. */
interface Gate {
  readonly operation: ProbedOperation;
  readonly gate: string;
  readonly biases: readonly ProbedParameter[];
  readonly mean: number;
}

/** Gates of recurrent layers that their biases saturate for more than half of the units. The fused operation hides its gates. */
export const gateBiases: Family = (evidence) => {
  // A cell that runs many times has its gates once.
  const layers = evidence.operations.filter(
    ({ kind, parameters }, i, all) =>
      gatesOf(kind) && all.findIndex((other) => other.parameters.join() === parameters.join()) === i,
  );
  const found = layers.flatMap((operation) =>
    (gatesOf(operation.kind) ?? []).flatMap((gate) => saturatedGate(evidence, operation, gate) ?? []),
  );
  if (found.length === 0) return [];
  const [{ operation, gate, biases, mean }] = found;
  const others = found.slice(1).map(nameOf);
  const [low, high] = GATE_BIAS[gate];
  const parameters = biases.filter((bias) => Math.abs(meanOf(bias, gate)) >= Math.abs(mean) / biases.length);
  const isLstm = operation.kind === 'lstm';
  return [
    {
      id: 'gate-bias',
      severity: 'warning',
      path: parameters[0].path,
      places: parameters.map(({ path }) => path),
      seen: `The bias of ${nameOf(found[0])} is ${number(mean)} on average (${nameAll(parameters.map(({ path }) => path))}).${others.length > 0 ? ` The same is true of ${nameAll(others)}.` : ''}`,
      expected: `A bias between ${number(low)} and ${number(high)}${gate === 'forget' ? '; 1 lets an LSTM remember' : ''}.`,
      why: `${mean < 0 && gate in CLOSED ? CLOSED[gate] : gate in CLOSED ? 'The gate is open whatever the input is.' : 'The tanh is saturated, so that new states are the same for every input.'} Its slope is almost 0 there, so it hardly learns.`,
      advice: `Write ${isLstm ? 'init.lstmForgetBias(1)' : 'init.zeros()'} for ${placeOf(parameters)}${isLstm ? ', and init.zeros() for the other bias' : ''}.`,
      figure: 'parameters',
    },
  ];
};

/** The gate in words; a plain recurrent layer has none. */
function nameOf({ gate, operation }: Gate): string {
  return gate === 'state' ? operation.label : `the ${gate} gate of ${operation.label}`;
}

/** A gate whose biases saturate more than half of its units; `null` if they do not. */
function saturatedGate(evidence: Evidence, operation: ProbedOperation, gate: string): Gate | null {
  const biases = evidence.parametersOf(operation).filter(({ gates }) => gates !== null);
  if (biases.length === 0 || (gate === 'state' && !isTanh(operation))) return null;
  const mean = biases.reduce((sum, bias) => sum + meanOf(bias, gate), 0);
  const variance = biases.reduce((sum, bias) => sum + stdOf(bias, gate) ** 2, 0);
  const [low, high] = GATE_BIAS[gate];
  const share = below(low, mean, variance) + 1 - below(high, mean, variance);
  return share > 0.5 ? { operation, gate, biases, mean } : null;
}

const meanOf = ({ gates }: ProbedParameter, gate: string): number => gates?.find((own) => own.gate === gate)?.mean ?? 0;
const stdOf = ({ gates }: ProbedParameter, gate: string): number => gates?.find((own) => own.gate === gate)?.std ?? 0;

/** Whether the values of a plain recurrent layer are those of tanh and not of ReLU. */
const isTanh = ({ forward }: ProbedOperation): boolean => forward.min >= -1 && forward.max <= 1;

/** The share of a normal distribution below a number. */
function below(x: number, mean: number, variance: number): number {
  if (variance === 0) return Number(mean < x);
  return (1 + erf((x - mean) / Math.sqrt(2 * variance))) / 2;
}
