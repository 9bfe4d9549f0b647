import type { MeasuredOperation } from '../measure/Measurement.js';
import type { Predicted, Prediction } from '../Probe.js';
import { bandOf } from './band.js';
import type { Use } from './graph.js';
import { findSharing, hasWeights, usesOf } from './graph.js';
import { winnersOf } from './poolingRules.js';
import { type ChainState, type Laws, readCarried, readMeasured } from './predictForward.js';
import { numelOf, type Reading } from './Reading.js';
import type { ArrivingGradient } from './Rule.js';
import { REASONS } from './reasons.js';
import { rulesOf } from './rules.js';
import { sumOfGradients } from './stepBackward.js';

/** The predictions of the gradients of all operations, as roots of mean squares. */
export interface BackwardPredictions {
  readonly step: readonly Prediction[];
  readonly theory: readonly Prediction[];
}

/**
 * Predicts every gradient twice: from the measured gradients of the consumers (step), and along the chain (theory).
 * @param isLossIndependent whether the gradient of the loss hardly depends on the weights of the last layer, as that of a
 *   cross-entropy of small logits
 */
export function predictBackward(
  operations: readonly MeasuredOperation[],
  laws: Laws,
  states: readonly ChainState[],
  isLossIndependent: boolean,
): BackwardPredictions {
  const uses = usesOf(operations);
  const sharing = findSharing(operations).backward;
  const readout = operations.findLast(hasWeights)?.index ?? 0;
  const step: Prediction[] = [];
  const theory: Prediction[] = [];
  const carried: { readonly meanSquare: number; readonly noise: number }[] = [];
  for (const operation of operations.toReversed()) {
    const { index, gradient } = operation;
    if (gradient === null) {
      step[index] = theory[index] = { std: null, reason: REASONS['no gradient'] };
      continue;
    }
    const dtype = operation.dtype === 'float16' || operation.dtype === 'bfloat16' ? operation.dtype : undefined;
    const predict = (read: (use: Use) => Reading, arriving: (use: Use) => ArrivingGradient) =>
      uses[index].some((use) => sharing.has(use.operation.index))
        ? ('shared' as const)
        : !isLossIndependent && uses[index].some((use) => use.operation.index >= readout)
          ? ('loss' as const)
          : arrivingSum(operation, uses[index], read, arriving);

    const measured = predict(
      ({ operation }) => readMeasured(operations, operation, laws),
      ({ operation }) => ({
        meanSquare: operation.gradient?.meanSquare ?? 0,
        channels: operation.gradient?.channels.meanSquares ?? [0],
        winners: winnersOf(operation, uses[operation.index]),
      }),
    );
    step[index] =
      typeof measured === 'string'
        ? { std: null, reason: REASONS[measured] }
        : toPrediction(
            measured.meanSquare + (operation.extra.gradientProducts ?? 0),
            measured.noise,
            measured.source,
            dtype,
          );

    const chained = predict(
      ({ operation }) => readCarried(operations, operation, laws, states),
      ({ operation }) => {
        const { meanSquare } = carried[operation.index];
        return { meanSquare, channels: [meanSquare], winners: winnersOf(operation, uses[operation.index]) };
      },
    );
    if (typeof chained === 'string') {
      carried[index] = { meanSquare: gradient.meanSquare, noise: 0 };
      theory[index] = { ...toPrediction(gradient.meanSquare, 0, null, dtype), restarted: true };
    } else {
      const before = Math.max(0, ...uses[index].map(({ operation }) => carried[operation.index]?.noise ?? 0));
      carried[index] = { meanSquare: chained.meanSquare, noise: before + chained.noise };
      theory[index] = toPrediction(chained.meanSquare, before + chained.noise, chained.source, dtype);
    }
  }
  return { step, theory };
}

/** The sum of the gradients that the consumers of a value send, as a mean square over its elements; or why there is none. */
function arrivingSum(
  operation: MeasuredOperation,
  uses: readonly Use[],
  read: (use: Use) => Reading,
  arriving: (use: Use) => ArrivingGradient,
): { meanSquare: number; noise: number; source: 'law' | 'sample' | null } | keyof typeof REASONS {
  const parts: number[] = [];
  let noise = 0;
  let source: 'law' | 'sample' | null = null;
  for (const use of uses) {
    if (use.operation.gradient === null) continue;
    const rule = rulesOf(use.operation.settings.kind)?.backward;
    if (rule === undefined) return 'no formula';
    const found = rule(read(use), use.operand, arriving(use));
    if (found === null) continue;
    if (found.reason) return found.reason;
    // A consumer may use a part of the value only; the other elements get no gradient from it.
    parts.push((found.meanSquare * numelOf(use.operation.operands[use.operand])) / numelOf(operation));
    noise = Math.max(noise, 'noise' in found ? found.noise : 0);
    source ??= 'source' in found ? found.source : null;
  }
  if (parts.length === 0) return 'output';
  const sum = sumOfGradients(parts);
  return sum.reason === null ? { meanSquare: sum.meanSquare, noise, source } : sum.reason;
}

function toPrediction(
  meanSquare: number,
  noise: number,
  source: 'law' | 'sample' | null,
  dtype: 'float16' | 'bfloat16' | undefined,
): Predicted {
  const std = Math.sqrt(Math.max(0, meanSquare));
  return { std, band: bandOf(std, [noise], dtype), source };
}
