import { type Activation, activation } from '../../gaussian/activations.js';
import type { MeasuredOperation } from '../measure/Measurement.js';
import { activationOf } from './activationOf.js';
import { bisect } from './bisect.js';
import { unweighted, withoutWeights } from './elementRules.js';
import type { Use } from './graph.js';
import { unknown } from './Moments.js';
import { averagePoolStep, maxPoolStep } from './poolingStep.js';
import { numelOf } from './Reading.js';
import type { BackwardRule, ForwardRule } from './Rule.js';
import { averagePoolGradient, maxPoolGradient, type Winners } from './stepBackward.js';
import { countTaps, type Taps } from './taps.js';

/** Means of windows. */
export const averagePoolForward: ForwardRule = ({ operation, channels, isTheory }) => {
  const correlations = operation.extra.windowCorrelation;
  const input = channels(0);
  if (isTheory || correlations === undefined || correlations.length !== input.means.length)
    return unknown('no formula');
  return withoutWeights(averagePoolStep({ input, correlations, size: tapsOf(operation).perNarrow }));
};

export const averagePoolBackward: BackwardRule = ({ operation }, _operand, { meanSquare }) => {
  const kernel = operation.settings.values?.kernel as readonly number[] | undefined;
  const { perNarrow, perWide } = tapsOf(operation);
  return unweighted(averagePoolGradient(meanSquare, kernel?.reduce((a, b) => a * b, 1) ?? perNarrow, perWide), 0);
};

/** Maxima of windows. Where an activation precedes, its inputs are normal, not its values. */
export const maxPoolForward: ForwardRule = ({ operation, channels, activated, isTheory }) => {
  const measured = operation.extra.windowCorrelation;
  const before = activated(0);
  const input = before?.channels ?? channels(0);
  if (isTheory || measured === undefined || measured.length !== input.means.length) return unknown('no formula');
  const correlations = correlationsBefore(before?.activation, measured);
  const pool = { input, correlations, size: tapsOf(operation).perNarrow };
  return withoutWeights(maxPoolStep(pool, before?.activation ?? activation('identity')));
};

export const maxPoolBackward: BackwardRule = ({ operation }, operand, { meanSquare }) =>
  unweighted(maxPoolGradient(meanSquare, numelOf(operation) / numelOf(operation.operands[operand])), 0);

/**
 * The windows whose largest elements alone pass a gradient to an activation: those of the max pools that use its value.
 * @param uses the uses of the activation's value
 * @returns `undefined` if something else uses it too, or if the windows are not known
 */
export function winnersOf({ settings }: MeasuredOperation, uses: readonly Use[]): Winners | undefined {
  const pools = uses.map(({ operation }) => operation);
  if (pools.length === 0 || pools.some((pool) => pool.settings.kind !== 'max_pool')) return undefined;
  const measured = pools[0].extra.windowCorrelation;
  if (measured === undefined) return undefined;
  const correlations = correlationsBefore(activationOf(settings) ?? undefined, measured);
  return { size: tapsOf(pools[0]).perNarrow, correlations };
}

/** The correlations of the elements of windows before an activation, given those behind it. */
function correlationsBefore(before: Activation | undefined, measured: Float64Array): ArrayLike<number> {
  return before?.name === 'relu' ? Array.from(measured, correlationBeforeRelu) : measured;
}

function tapsOf({ settings, shape, operands: [input] }: MeasuredOperation): Taps {
  const { kernel, stride, padding, dilation } = (settings.values ?? {}) as Record<string, readonly number[]>;
  if (!kernel) return { perNarrow: numelOf(input) / numelOf({ shape }), perWide: 1 };
  return countTaps({
    wide: input.shape.slice(-kernel.length),
    narrow: shape.slice(-kernel.length),
    kernel,
    stride,
    padding,
    dilation,
  });
}

/** The correlation of two normals of mean 0 whose rectified values have the correlation `after`. */
function correlationBeforeRelu(after: number): number {
  if (!(after > 0)) return 0;
  if (after >= 1) return 1;
  const square = 1 / (2 * Math.PI);
  const excess = (c: number) =>
    ((Math.sqrt(1 - c * c) + (Math.PI - Math.acos(c)) * c) / (2 * Math.PI) - square) / (1 / 2 - square) - after;
  return bisect(0, 1, (c) => excess(c) < 0);
}
