import { isNormalization } from '../kinds.js';
import type { ProbedOperation, ProbedParameter } from '../Probe.js';
import type { Family } from './Family.js';
import { placeOf } from './recommend.js';
import { ACTIVATION_STD, EMBEDDING_STD, NORM_SCALE, SAME_OPERANDS } from './thresholds.js';
import { nameAll, number } from './words.js';

/** Inputs of the model whose scale is far from 1. */
export const inputScale: Family = (evidence) => {
  const { data } = evidence;
  const [low, high] = ACTIVATION_STD.warning;
  const index = data.inputs.findIndex(({ statistics }) => {
    const size = statistics === null ? 1 : Math.sqrt(statistics.meanSquare);
    return (size > 0 || data.inputs.length === 1) && (size < low || size > high);
  });
  const statistics = data.inputs[index]?.statistics;
  if (!statistics) return [];
  evidence.isScaleExplained = true;
  evidence.inputSize = Math.sqrt(statistics.meanSquare);
  if (statistics.meanSquare === 0) evidence.explainEverything();
  const name = data.inputs.length > 1 ? `Input ${index}` : 'The input';
  return [
    {
      id: 'input-scale',
      // Beside another input, a small one can be an adjacency matrix, a mask or a weight of samples.
      severity: data.inputs.length > 1 && evidence.inputSize < low ? 'note' : 'warning',
      path: '',
      seen: `${name} has a mean of ${number(statistics.mean)} and a std of ${number(statistics.std)}.`,
      expected: `A root of the mean square between ${low} and ${high}.`,
      why: 'The laws of initialisers expect inputs with a mean square of 1. Every layer shows the scale of the input.',
      advice: 'Subtract the mean of the data set from the input, and divide the result by the std.',
      figure: 'activations',
    },
  ];
};

/** Embeddings whose rows are so large that nothing that is added to them counts. */
export const embeddings: Family = (evidence) => {
  const found = evidence.operations
    .filter(({ kind, forward }) => (kind === 'embedding' || kind === 'embedding_bag') && forward.std > EMBEDDING_STD)
    .filter((operation) => !evidence.isExplained(operation, 'forward'));
  const tables = [...new Set(found.map((operation) => evidence.weightOf(operation)).filter((table) => table !== null))];
  if (tables.length === 0) return [];
  for (const operation of found) {
    evidence.explainForward(operation);
    evidence.explainBackward(operation);
  }
  const [{ path, statistics }] = tables;
  return [
    {
      id: 'embedding-scale',
      severity: 'warning',
      path,
      seen: `The rows of ${nameAll(tables.map(({ path }) => path))} have a std of ${number(statistics.std)}.`,
      expected: `A std of at most ${EMBEDDING_STD}: 1 is the default, and language models use 0.02.`,
      why: 'The branches of the network add next to nothing to such vectors, and with a tied head the logits are as large.',
      advice: `Write init.normal(0, 0.02) for ${placeOf(tables)}.`,
      figure: 'parameters',
    },
  ];
};

/** Normalisations whose scale γ is far from 1. At the end of a residual branch a small γ is on purpose. */
export const normScales: Family = (evidence) => {
  const [low, high] = NORM_SCALE;
  const scaleOf = (operation: ProbedOperation): ProbedParameter | undefined =>
    evidence.parametersOf(operation).find(({ path, statistics }) => {
      const size = Math.sqrt(statistics.meanSquare);
      return /(^|\.)weight$/.test(path) && size > 0 && (size < low || size > high);
    });
  const found = evidence.operations.filter(
    (operation) =>
      isNormalization(operation.kind) &&
      scaleOf(operation) !== undefined &&
      evidence.next(operation)?.kind !== 'add' &&
      !evidence.isExplained(operation, 'forward'),
  );
  if (found.length === 0) return [];
  const scales = found.map(scaleOf) as ProbedParameter[];
  for (const operation of found) {
    evidence.explainForward(operation);
    evidence.explainBackward(operation);
  }
  return [
    {
      id: 'norm-scale',
      severity: 'warning',
      path: scales[0].path,
      seen: `The scale γ of ${nameAll(scales.map(({ path }) => path))} has the size ${number(Math.sqrt(scales[0].statistics.meanSquare))}.`,
      expected: 'A scale of 1.',
      why: 'A normalisation gives its output the std γ, so that the layers after it see that scale instead of 1.',
      advice: `Write init.ones() for ${placeOf(scales)}.`,
      figure: 'parameters',
    },
  ];
};

/** Additions whose operands are the same value. */
export const doubledSkips: Family = (evidence) => {
  const { operations } = evidence;
  const found = operations.filter((operation) => isDoubled(operations, operation));
  if (found.length === 0) return [];
  for (const operation of found) {
    evidence.explainForward(operation);
    evidence.explainBackward(operation);
  }
  const [first] = found;
  const [a, b] = first.inputs.map((i) => operations[i]?.label);
  return [
    {
      id: 'doubled-skip',
      severity: 'warning',
      path: first.label,
      seen: `${found.length > 1 ? `${found.length} additions, the first of them ${first.label}, add` : `${first.label} adds`} a value to itself: ${b === undefined || a === b ? `${a} contains the value already` : `${a} and ${b} are the same value, or contain it`}.`,
      expected: 'A skip and a branch that differ from it.',
      why: 'Each such addition doubles the activations and the gradients, so l of them make 2^l.',
      advice: 'Add the skip once: write x.add(branch), and look for a second .add(x).',
      figure: 'residual',
    },
  ];
};

/** Whether an addition adds a value to itself, or to a sum that contains the value already. */
function isDoubled(
  operations: readonly ProbedOperation[],
  { kind, inputs, usesInput, forward }: ProbedOperation,
): boolean {
  if (kind !== 'add') return false;
  if (inputs.length === 1) {
    const [sum] = inputs.map((i) => operations[i]);
    return usesInput && sum.kind === 'add' && sum.usesInput && sum.forward.count === forward.count;
  }
  if (inputs.length !== 2) return false;
  const [a, b] = inputs.map((i) => operations[i]);
  if (a.forward.count !== forward.count || b.forward.count !== forward.count) return false;
  const contains = (sum: ProbedOperation, part: ProbedOperation) =>
    sum.kind === 'add' && sum.inputs.includes(part.index);
  if (a === b || contains(a, b) || contains(b, a)) return true;
  const [s, t] = [a.forward.meanSquare, b.forward.meanSquare];
  return s * t > 0 && (forward.meanSquare - s - t) / 2 > SAME_OPERANDS * Math.sqrt(s * t);
}
