import type { MeasuredOperation } from '../measure/Measurement.js';
import { normalOf } from './channels.js';
import { unweighted } from './elementRules.js';
import { unknown } from './Moments.js';
import type { Reading } from './Reading.js';
import { overall } from './Reading.js';
import { type BackwardRule, type ForwardRule, NO_NOISE } from './Rule.js';
import { normalizationGradient } from './stepBackward.js';
import { keptByEps, normalizationStep } from './stepForward.js';

/** Normalisations: operands are the input, γ and β. */
export const normalizationForward: ForwardRule = (reading) => {
  const { operation } = reading;
  if (usesRunningStatistics(operation)) return unknown('no formula');
  const [scale, shift] = affineOf(reading);
  const step = normalizationStep({
    scaleSquare: scale,
    shift,
    kept: keptByEps(variancesOf(reading), epsOf(operation)),
  });
  return step.reason === null ? { ...step, meanVariance: 0, noise: NO_NOISE, source: null } : step;
};

export const normalizationBackward: BackwardRule = (reading, operand, gradient) => {
  const { operation } = reading;
  if (operand !== 0) return null;
  if (usesRunningStatistics(operation)) return unknown('no formula');
  const eps = epsOf(operation);
  const { length } = operation.settings.values ?? {};
  const elements = operation.shape.reduce((n, size) => n * size, 1);
  const step = normalizationGradient({
    scaleSquares: [affineOf(reading)[0]],
    variances: variancesOf(reading).map((variance) => variance + eps),
    gradient: gradient.channels,
    count: typeof length === 'number' ? length : elements / reading.channels(0).means.length,
    lost: operation.settings.kind === 'rms_norm' ? 1 : 2,
  });
  return unweighted(step, 0);
};

const epsOf = ({ settings }: MeasuredOperation): number => Number(settings.values?.eps ?? 0);

/** Batch normalisation in eval divides by numbers that are no moments of the batch. */
const usesRunningStatistics = ({ settings }: MeasuredOperation): boolean =>
  settings.kind === 'batch_norm' && settings.values?.training === false;

/** E[γ²], and the moments of β. */
function affineOf({
  operation,
  channels,
}: Reading): [scaleSquare: number, shift: { mean: number; meanSquare: number }] {
  const { operands } = operation;
  return [
    operands.length > 1 ? overall(channels(1)).meanSquare : 1,
    operands.length > 2 ? overall(channels(2)) : { mean: 0, meanSquare: 0 },
  ];
}

/** The variance of each group: of the channels for batch normalisation, of the whole otherwise (RMS normalisation: mean square). */
function variancesOf({ operation, channels }: Reading): number[] {
  const input = channels(0);
  const { kind } = operation.settings;
  if (kind === 'batch_norm' || kind === 'instance_norm') {
    return Array.from(input.means, (_, c) => normalOf(input, c).variance);
  }
  const { mean, meanSquare } = overall(input);
  return [kind === 'rms_norm' ? meanSquare : Math.max(0, meanSquare - mean * mean)];
}
