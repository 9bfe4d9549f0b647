import { type Dense, numbersOf } from '../../tensor/Dense.js';
import type { OperationSettings } from '../../tensor/OperationSettings.js';
import { equalShapes, type Shape } from '../../tensor/Shape.js';
import type { ChannelMoments } from '../Statistics.js';
import { spatialDims } from './channelAxis.js';
import type { ExtraFigures, MeasuredOperand } from './Measurement.js';
import { meanProduct, squaredSumOfRows, squaredSumOfWindows, windowCorrelations } from './operandSums.js';
import { dividingTaps, slidingTaps, type Taps, transposedTaps } from './windowTaps.js';

/** Activations whose result may be 0 for a whole range of inputs. */
const RECTIFIERS = new Set(['relu', 'relu6', 'hardtanh', 'threshold', 'hardswish', 'hardsigmoid', 'clamp']);

/** The figures that the predictions and the judgement of some kinds of operations need besides moments. */
export function extraFigures(
  settings: OperationSettings,
  inputs: readonly Dense[],
  operands: readonly MeasuredOperand[],
  value: Dense,
  channels: ChannelMoments,
): ExtraFigures {
  const { kind } = settings;
  const [first, second] = inputs;
  if ((kind === 'add' || kind === 'sub') && equalShapes(first.shape, second.shape)) {
    return { product: meanProduct(first, second) };
  }
  if (kind === 'linear') return { squaredSum: squaredSumOfRows(first) };
  if (kind === 'conv' || kind === 'conv_transpose') {
    const { groups } = settings.values ?? {};
    return { squaredSum: squaredSumOfWindows(first, Number(groups), tapsOfConvolution(settings, inputs, value.shape)) };
  }
  if (kind.endsWith('_pool') && kind !== 'lp_pool') {
    const { channels: read } = operands[0];
    if (read === null) return {};
    const taps = tapsOfPooling(settings, first.shape, value.shape);
    return { windowCorrelation: windowCorrelations(first, taps, read.means, read.meanSquares) };
  }
  if (kind === 'tanh') return { saturated: shareWhere(value, (y) => y > 0.97 || y < -0.97) };
  if (kind === 'sigmoid') return { saturated: shareWhere(value, (y) => y > 0.97 || y < 0.03) };
  if (RECTIFIERS.has(kind) && channels.axis !== null) {
    const { meanSquares } = channels;
    return { dead: { units: meanSquares.filter((square) => square === 0).length, of: meanSquares.length } };
  }
  return {};
}

function tapsOfConvolution(
  { kind, values }: OperationSettings,
  [input, weight]: readonly Dense[],
  shape: Shape,
): Taps[] {
  const { stride, padding, dilation } = values as Record<'stride' | 'padding' | 'dilation', readonly number[]>;
  const kernel = weight.shape.slice(2);
  return kernel.map((size, d) => {
    const sliding = { kernel: size, stride: stride[d], padding: padding[d], dilation: dilation[d] };
    const [from, to] = [input.shape, shape].map((sizes) => sizes[sizes.length - kernel.length + d]);
    return kind === 'conv' ? slidingTaps(from, to, sliding) : transposedTaps(from, to, sliding);
  });
}

function tapsOfPooling({ values }: OperationSettings, input: Shape, output: Shape): Taps[] {
  const dims = spatialDims(values);
  return Array.from({ length: dims }, (_, d) => {
    const [from, to] = [input, output].map((sizes) => sizes[sizes.length - dims + d]);
    const sizes = values as Record<'kernel' | 'stride' | 'padding' | 'dilation', readonly number[]>;
    if (!Array.isArray(sizes.kernel)) return dividingTaps(from, to);
    const { kernel, stride, padding, dilation } = sizes;
    return slidingTaps(from, to, {
      kernel: kernel[d],
      stride: stride[d],
      padding: padding[d],
      dilation: dilation[d],
    });
  });
}

function shareWhere(value: Dense, holds: (y: number) => boolean): number {
  const y = numbersOf(value);
  let count = 0;
  for (let i = 0; i < y.length; i++) if (holds(y[i])) count++;
  return y.length === 0 ? 0 : count / y.length;
}
