import type { MeasuredOperation } from '../measure/Measurement.js';
import { unknown } from './Moments.js';
import { overall } from './Reading.js';
import type { BackwardRule, ForwardRule } from './Rule.js';
import { countTaps } from './taps.js';
import { weightedSum } from './weightedSum.js';

/** The numbers of products in a sum: forwards for each output, backwards for each input. */
interface Terms {
  readonly forward: number;
  readonly backward: number;
}

/** Linear layers, convolutions and transposed convolutions: operands are the input, the weight and the bias. */
export const weightedForward: ForwardRule = (reading) => {
  const { operation } = reading;
  if (!hasMatrix(operation)) return unknown('no formula');
  const terms = termsOf(operation).forward;
  const weight = reading.weight(1);
  const bias = operation.operands.length > 2 ? reading.weight(2) : undefined;
  const channels = reading.channels(0);
  const step = weightedSum({
    terms,
    weight,
    bias,
    input: overall(channels),
    squaredSum: reading.isTheory ? undefined : operation.extra.squaredSum,
  });
  if (step.reason !== null) return step;
  const width = outputsOf(operation);
  const meanSquares = Array.from(channels.means).reduce((sum, mean) => sum + mean * mean, 0) / channels.means.length;
  const spread = terms * weight.variance * meanSquares + (bias?.variance ?? 0);
  return {
    ...step,
    // The mean over the outputs is a random number itself: each output has its own weights.
    meanVariance: reading.isTheory ? 0 : spread / width,
    noise: { added: LINEAR_NOISE / width, activation: null },
    source: weight.source,
  };
};

/** The mean square of the gradient at the input. */
export const weightedBackward: BackwardRule = (reading, operand, gradient) => {
  if (!hasMatrix(reading.operation)) return unknown('no formula');
  if (operand !== 0) return null;
  const { mean, variance, source } = reading.weight(1);
  const step = weightedSum({
    terms: termsOf(reading.operation).backward,
    weight: { mean, variance },
    input: { mean: 0, meanSquare: gradient.meanSquare },
  });
  return step.reason === null
    ? { meanSquare: step.meanSquare, noise: LINEAR_NOISE / inputsOf(reading.operation), source }
    : step;
};

/** Whether the second operand is a weight; a matrix product of two values has no formula. */
const hasMatrix = ({ settings, operands: [, weight] }: MeasuredOperation): boolean =>
  weight !== undefined &&
  (settings.kind !== 'matmul' || (weight.from.kind === 'parameter' && weight.shape.length === 2));

/** n times the relative variance of the mean of n squared normals. */
const LINEAR_NOISE = 2;

function termsOf({ settings, shape, operands: [input, weight] }: MeasuredOperation): Terms {
  const { kind, values = {} } = settings;
  const [rows, columns, ...kernel] = weight.shape;
  if (kind === 'matmul') return { forward: rows, backward: columns };
  if (kind === 'linear') return { forward: weight.shape.at(-1) ?? 1, backward: weight.shape.length > 1 ? rows : 1 };
  const sizes = (name: string) => values[name] as readonly number[];
  const [inside, outside] = [input.shape.slice(-kernel.length), shape.slice(-kernel.length)];
  const isTransposed = kind === 'conv_transpose';
  const { perNarrow, perWide } = countTaps({
    wide: isTransposed ? outside : inside,
    narrow: isTransposed ? inside : outside,
    kernel,
    stride: sizes('stride'),
    padding: sizes('padding'),
    dilation: sizes('dilation'),
  });
  const grouped = rows / Number(values.groups ?? 1);
  return isTransposed
    ? { forward: grouped * perWide, backward: columns * perNarrow }
    : { forward: columns * perNarrow, backward: grouped * perWide };
}

/** The number of output channels or features. */
function outputsOf({ settings, operands: [, weight] }: MeasuredOperation): number {
  const { kind, values = {} } = settings;
  if (kind === 'matmul') return weight.shape[1];
  if (kind === 'conv_transpose') return weight.shape[1] * Number(values.groups ?? 1);
  return weight.shape.length > 1 ? weight.shape[0] : 1;
}

/** The number of input channels or features. */
function inputsOf({ settings, operands: [, weight] }: MeasuredOperation): number {
  const { kind, values = {} } = settings;
  if (kind === 'conv_transpose' || kind === 'matmul') return weight.shape[0];
  return (weight.shape.length > 1 ? weight.shape[1] : weight.shape[0]) * Number(values.groups ?? 1);
}

/** The number of products in each output. */
export function fanOf(operation: MeasuredOperation): number {
  return termsOf(operation).forward;
}
