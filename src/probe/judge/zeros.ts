import { isNormalization, isWeighted } from '../kinds.js';
import type { ProbedOperation, ProbedParameter } from '../Probe.js';
import type { Evidence } from './Evidence.js';
import type { Family } from './Family.js';
import { initializerFor, placeOf } from './recommend.js';
import { nameAll } from './words.js';

const isZeroParameter = ({ statistics }: ProbedParameter): boolean =>
  statistics.meanSquare === 0 && statistics.nonFinite === 0 && statistics.count > 0;

/**
 * Weights, or scales of normalisations, that are 0 and by that stop the signal. Zeros on purpose are none: at the end of a residual
 * branch (zero-γ, LoRA's B) the skip goes on, and the last layer learns in the first step.
 */
export const zeroWeights: Family = (evidence) => {
  const causes = evidence.operations.filter(
    (operation) =>
      operation !== evidence.readout &&
      zeroScaleOf(evidence, operation) !== null &&
      (!isBranch(evidence, operation) || isDead(evidence, operation)),
  );
  if (causes.length === 0) return [];
  const [first] = causes;
  evidence.explainForward(first);
  for (const operation of evidence.operations) evidence.explainBackward(operation);
  const zeros = causes.map((operation) => zeroScaleOf(evidence, operation) as ProbedParameter);
  const isNorm = isNormalization(first.kind);
  const isInBranch = isBranch(evidence, first);
  return [
    {
      id: isNorm ? 'zero-scale' : 'zero-weights',
      severity: 'error',
      path: zeros[0].path,
      seen: `All elements of ${nameAll(zeros.map(({ path }) => path))} are 0, so the value of ${first.label} is the same for every input.`,
      expected: isNorm
        ? 'A scale γ of 1, or of 0 only at the end of a residual branch.'
        : 'Random weights, or zeros only in the last layer and at the end of a residual branch.',
      why: isInBranch
        ? 'A function such as ReLU behind it has the slope 0 at 0, so no gradient comes back, and the branch stays 0 for ever.'
        : 'Nothing of the input passes this layer. The gradients of the layers before it are exactly 0 where no other way leads to the loss, and equal units stay equal for ever.',
      advice: isNorm
        ? `Write init.ones() for ${placeOf(zeros)}.`
        : `Write ${initializerFor(evidence.next(first))} for ${placeOf(zeros)}.`,
      figure: 'activations',
    },
  ];
};

/** The weight or the scale γ of an operation, if all its elements are 0; otherwise `null`. */
export function zeroScaleOf(evidence: Evidence, operation: ProbedOperation): ProbedParameter | null {
  const parameters = evidence.parametersOf(operation);
  const scale = isWeighted(operation)
    ? evidence.weightOf(operation)
    : isNormalization(operation.kind)
      ? parameters.find(({ path }) => /(^|\.)weight$/.test(path))
      : null;
  return scale && isZeroParameter(scale) ? scale : null;
}

/**
 * Whether an operation lies on a branch: every path from it meets an operation with another operand, such as the addition of the
 * skip, before the output and before another zero, which would stop the gradients of both for ever.
 */
function isBranch(evidence: Evidence, operation: ProbedOperation): boolean {
  const visited = new Set<ProbedOperation>([operation]);
  for (const found of visited) {
    const next = evidence.consumers[found.index];
    if (next.length === 0) return false;
    for (const consumer of next) {
      if (isJoin(consumer)) continue;
      if (zeroScaleOf(evidence, consumer) !== null) return false;
      visited.add(consumer);
    }
  }
  return true;
}

/** Whether the zeros of a branch get no gradient. Zeros on purpose get one in the first step, unless the last layer is 0 as well. */
function isDead(evidence: Evidence, operation: ProbedOperation): boolean {
  const { data, readout } = evidence;
  const zero = zeroScaleOf(evidence, operation);
  const isStopped = readout !== null && zeroScaleOf(evidence, readout) !== null;
  return data.loss !== null && !isStopped && zero?.gradient?.meanSquare === 0;
}

/** Whether an operation has another operand that depends on the input. A concatenation keeps the zeros as they are. */
const isJoin = ({ kind, inputs, usesInput }: ProbedOperation): boolean =>
  kind !== 'cat' && (new Set(inputs).size > 1 || (usesInput && inputs.length > 0));

/** Matrices of a recurrent layer or of an attention that are 0. The layer's value hides them. */
export const zeroRecurrence: Family = (evidence) => {
  const found = evidence.operations
    .filter((operation) => !isWeighted(operation) && !isNormalization(operation.kind))
    .flatMap((operation) =>
      evidence
        .parametersOf(operation)
        .filter((parameter) => parameter.shape.length > 1 && /(^|\.)weight_(ih|hh|hr)/.test(parameter.path))
        .filter(isZeroParameter),
    );
  if (found.length === 0) return [];
  const isState = found.some(({ path }) => /weight_hh/.test(path));
  return [
    {
      id: 'zero-recurrence',
      severity: 'warning',
      path: found[0].path,
      seen: `All elements of ${nameAll(found.map(({ path }) => path))} are 0.`,
      expected: 'Random or orthogonal recurrent weights.',
      why: isState
        ? 'The state does not depend on the earlier steps except through the gates, and no gradient passes from step to step through these weights.'
        : 'The layer ignores its input.',
      advice: `Write ${isState ? 'init.orthogonal()' : 'init.xavierUniform()'} for ${placeOf(found)}; init.blocks applies it to each gate.`,
      figure: 'parameters',
    },
  ];
};
