import { isWeighted } from '../kinds.js';
import type { ProbedOperation } from '../Probe.js';
import type { Evidence } from './Evidence.js';
import { GRADIENT_RATIO } from './thresholds.js';
import { number } from './words.js';

/** The gradients at the two ends of the main path. */
export interface GradientRatio {
  readonly first: ProbedOperation;
  readonly last: ProbedOperation;
  /** The dependence of the loss on the first value over that on the last one. */
  readonly ratio: number;
}

/**
 * How much the loss depends on a value: the norm of its gradient times the root mean square of the value. It is the change of the loss
 * for a relative change of all elements, so neither the width nor the scale of the layer counts.
 */
const dependenceOn = ({ gradient, forward }: ProbedOperation): number =>
  gradient === null ? NaN : Math.sqrt(gradient.meanSquare * forward.count * forward.meanSquare);

/** The ratio of the gradients at the first and at the last operation of the main path; `null` if there are no two. */
export function gradientRatio(evidence: Evidence): GradientRatio | null {
  const judged = longestStretch(
    evidence,
    mainPath(evidence).filter((operation) => dependenceOn(operation) > 0),
  );
  const first = judged[0];
  const last = judged.at(-1);
  if (!first || !last || first === last) return null;
  return { first, last, ratio: dependenceOn(first) / dependenceOn(last) };
}

/** Whether gradients vanish or explode so far that it is an error. */
export function isBroken(evidence: Evidence, side: 'vanishing' | 'exploding'): boolean {
  const found = gradientRatio(evidence);
  const [low, high] = GRADIENT_RATIO.error;
  return found !== null && (side === 'vanishing' ? found.ratio < low : found.ratio > high);
}

/** The gradients at both ends of the main path as a clause; `''` if there are no two. */
export function describeDependence(evidence: Evidence): string {
  const found = gradientRatio(evidence);
  if (found === null) return '';
  const { first, last, ratio } = found;
  const change = ratio < 1 ? `${number(1 / ratio)} times smaller` : `${number(ratio)} times larger`;
  const layers = evidence.operations.filter(
    (operation) => isWeighted(operation) && operation.index > first.index && operation.index <= last.index,
  ).length;
  const rate =
    layers < 3 ? '' : `; on average each of the ${layers} layers multiplies it by ${number(ratio ** (1 / layers))}`;
  return `The gradient at ${first.label}, beside its value, is ${change} than at ${last.label}${rate}`;
}

/**
 * The stretch with most weighted layers between averages over many positions. The loss depends on all elements of an average in the same
 * way, so the norm of their gradient is smaller than that of the average by the root of their number, whatever the weights are.
 */
function longestStretch({ operations }: Evidence, judged: readonly ProbedOperation[]): readonly ProbedOperation[] {
  const stretches: ProbedOperation[][] = [[]];
  for (const operation of judged) {
    const before = Math.max(0, ...operation.inputs.map((i) => operations[i].forward.count));
    if (AVERAGES.has(operation.kind) && before > MANY_POSITIONS * operation.forward.count) stretches.push([]);
    stretches.at(-1)?.push(operation);
  }
  const layers = (stretch: readonly ProbedOperation[]) => stretch.filter(isWeighted).length;
  return stretches.reduce((a, b) => (layers(b) > layers(a) ? b : a));
}

const AVERAGES: ReadonlySet<string> = new Set(['mean', 'avg_pool', 'adaptive_avg_pool']);

/** A small window changes the norm by at most its root, which is 2 here. */
const MANY_POSITIONS = 4;

/**
 * The operations before the last layer through which every path leads from the input to the output: all of a chain, and those outside
 * of the branches elsewhere. What is on a branch has a part of the gradient only, and cannot be compared.
 */
function mainPath({ operations, consumers, readout }: Evidence): ProbedOperation[] {
  let reach = operations.findLast(({ usesInput }) => usesInput)?.index ?? 0;
  return operations.filter((operation) => {
    const isOnPath = reach <= operation.index && operation.gradient !== null;
    for (const { index } of consumers[operation.index]) reach = Math.max(reach, index);
    return isOnPath && (readout === null || operation.index < readout.index);
  });
}
