import type { ProbedOperation } from '../Probe.js';
import type { Evidence } from './Evidence.js';
import type { Family } from './Family.js';
import { classOf } from './recommend.js';
import { RESIDUAL_GROWTH } from './thresholds.js';
import { count, number } from './words.js';

/** Residual streams that grow with each branch. */
export const residualGrowth: Family = (evidence) => {
  const streams = streamsOf(evidence);
  const found = streams
    .map((additions) => ({ additions, growth: growthOf(additions) }))
    .filter(({ growth }) => growth > RESIDUAL_GROWTH.warning)
    .sort((a, b) => b.growth - a.growth);
  if (found.length === 0) return [];
  const [{ additions, growth }] = found;
  for (const { additions } of found) {
    for (const operation of additions) {
      evidence.explainForward(operation);
      evidence.explainBackward(operation);
    }
  }
  const last = additions.at(-1) as ProbedOperation;
  const share = additions.reduce((sum, { branchShare }) => sum + Number(branchShare), 0) / additions.length;
  const before = additions.map((operation) => branchEnd(evidence, operation)).filter((end) => end !== null);
  const [end] = before;
  const jump = jumpOf(additions);
  const jumpEnd = jump && branchEnd(evidence, jump);
  const jumpWeight = jumpEnd && evidence.parametersOf(jumpEnd)[0];
  if (jump && jumpEnd && jumpWeight) {
    return [
      {
        id: 'residual-growth',
        severity: growth > RESIDUAL_GROWTH.error ? 'error' : 'warning',
        path: jumpWeight.path,
        places: [jump.label, jumpWeight.path],
        seen: `The residual stream grows by a factor of ${number(growth)} over ${count(additions.length, 'addition')}, most of it at ${jump.label} alone: the branch of ${jumpWeight.path} has ${number(Number(jump.branchShare) * 100)} % of the mean square there.`,
        expected: `A growth of at most ${RESIDUAL_GROWTH.warning}, and branches that are no larger than the skip.`,
        why: 'After this addition the stream consists of one branch. The blocks before it hardly count, and the blocks behind it add next to nothing.',
        advice: `Give ${jumpWeight.path} (${classOf(evidence, jumpEnd)}) the scale of the same layer in the other blocks.`,
        figure: 'residual',
      },
    ];
  }
  const isNorm = end?.kind.endsWith('_norm');
  const parameter = end ? evidence.parametersOf(end)[0] : undefined;
  return [
    {
      id: 'residual-growth',
      severity: growth > RESIDUAL_GROWTH.error ? 'error' : 'warning',
      path: last.label,
      places: additions.map(({ label }) => label),
      seen: `The residual stream grows by a factor of ${number(growth)} over ${count(additions.length, 'addition')} up to ${last.label}. A branch has ${number(share * 100)} % of the mean square on average.`,
      expected: `A growth of at most ${RESIDUAL_GROWTH.warning}, or branches whose share falls like 1 / (l + 1).`,
      why: 'Each branch adds its own scale to the skip. The last blocks then change the sum hardly at all, and the gradients of the first ones are as large.',
      advice: `${isNorm ? `Start the last normalisation of each branch at 0 (zero-γ): write init.zeros() for the weight of layers such as ${parameter?.path ?? end.label}` : `Scale the last layer of each branch${end ? `, such as ${parameter?.path ?? end.label} (${classOf(evidence, end)}),` : ''} by 1 / √${2 * additions.length}, or start it at 0`}.`,
      figure: 'residual',
    },
  ];
};

/** The additions of each residual stream, in order: the skip of each comes from the one before, through activations at most. */
function streamsOf(evidence: Evidence): ProbedOperation[][] {
  const streams: ProbedOperation[][] = [];
  const ends = new Map<ProbedOperation, ProbedOperation[]>();
  for (const operation of evidence.operations) {
    if (operation.branchShare === null || evidence.isExplained(operation, 'forward')) continue;
    const before = operation.inputs.map((i) => lastAddition(evidence, i)).find((found) => found && ends.has(found));
    const stream = before ? (ends.get(before) as ProbedOperation[]) : [];
    if (stream.length === 0) streams.push(stream);
    stream.push(operation);
    ends.set(operation, stream);
  }
  return streams;
}

/** The addition whose value reaches an operand unweighted. */
function lastAddition({ operations }: Evidence, index: number): ProbedOperation | null {
  for (let at = operations[index]; at; at = operations[at.inputs[0]]) {
    if (at.branchShare !== null) return at;
    if (at.inputs.length !== 1 || at.parameters.length > 0) return null;
  }
  return null;
}

/** The root of the ratio of the mean squares at an addition and at the larger operand of the first one. */
function growthOf(additions: readonly ProbedOperation[]): number {
  const [first] = additions;
  const share = Number(first.branchShare);
  const start = first.forward.meanSquare * Math.max(share, 1 - share);
  const growths = additions.map(({ forward }) => Math.sqrt(forward.meanSquare / start));
  return start > 0 ? Math.max(...growths.filter(Number.isFinite)) : 0;
}

/** The addition that makes more than three quarters of the logarithm of the growth among at least three; `null` if there is none. */
function jumpOf(additions: readonly ProbedOperation[]): ProbedOperation | null {
  const [first] = additions;
  if (additions.length < 3) return null;
  const share = Number(first.branchShare);
  let before = first.forward.meanSquare * Math.max(share, 1 - share);
  const steps = additions.map((operation) => {
    const step = Math.log(operation.forward.meanSquare / before);
    before = operation.forward.meanSquare;
    return step;
  });
  const largest = Math.max(...steps);
  const total = steps.reduce((sum, step) => sum + Math.max(step, 0), 0);
  return largest > 0.75 * total ? additions[steps.indexOf(largest)] : null;
}

/** The last operation of the branch of an addition: that operand with parameters which was computed last, behind the skip. */
function branchEnd({ operations }: Evidence, { inputs }: ProbedOperation): ProbedOperation | null {
  const ends = inputs.map((i) => operations[i]).filter(({ parameters }) => parameters.length > 0);
  return ends.reduce<ProbedOperation | null>((a, b) => (a === null || b.index > a.index ? b : a), null);
}
