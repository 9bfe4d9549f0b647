import { ArgumentError, DTypeError, ShapeError } from '../../errors.js';
import { checkNumber } from '../../numerics/checkNumber.js';
import { isFloatDType } from '../../numerics/DType.js';
import { createNumbers, fromNumbers, type Numbers } from '../../numerics/numbers.js';
import { type ReadArguments, readArguments, type Signature } from '../../readArguments.js';
import { type Dense, denseOf, numbersOf } from '../../tensor/Dense.js';
import { formatShape, numelOf } from '../../tensor/Shape.js';
import { record, type Tensor } from '../../tensor/Tensor.js';
import { checkTensors } from './checkTensors.js';

/** Options of {@link batchNorm}. */
export interface BatchNormOptions {
  /** Scale of each channel, `[C]`. Default: null, which means 1. */
  weight?: Tensor | null | undefined;
  /** Offset of each channel, `[C]`. Default: null, which means 0. */
  bias?: Tensor | null | undefined;
  /** Whether the statistics of the batch are used and the running statistics are updated. Default: false. */
  training?: boolean | undefined;
  /** Share of this batch in the running statistics. Default: 0.1. */
  momentum?: number | undefined;
  /** Number added to the variance: > 0 in training, otherwise ≥ 0. Default: 1e-5. */
  eps?: number | undefined;
}

const BATCH_NORM: Signature<BatchNormOptions> = {
  required: ['input', 'runningMean', 'runningVar'],
  defaults: { weight: null, bias: null, training: false, momentum: 0.1, eps: 1e-5 },
};

/**
 * Normalises each channel to mean 0 and variance 1, then scales and shifts it (`torch.nn.functional.batch_norm`; Ioffe
 * & Szegedy 2015).
 *
 * In training, the running statistics are updated in place with the mean and the unbiased variance of the batch.
 * @param input `[N, C, …]`
 * @param runningMean `[C]`, or null in training
 * @param runningVar `[C]`, or null in training
 * @param options `weight`, `bias`, `training`, `momentum`, `eps`; see {@link BatchNormOptions}.
 * @returns The shape of the input.
 * @throws ShapeError if the sizes do not match, or if each channel has a single value in training. The running
 *   statistics then stay unchanged.
 * @throws ArgumentError if there are no running statistics outside training, or if `eps` is out of its range.
 * @throws DTypeError if the dtype is not floating.
 * @example
 * ```ts
 * import { ones, zeros } from 'initree';
 * import * as F from 'initree/functional';
 * console.log(F.batchNorm(zeros([2, 3, 4, 4]), zeros([3]), ones([3])).shape); // [ 2, 3, 4, 4 ]
 * ```
 */
export function batchNorm(
  input: Tensor,
  runningMean: Tensor | null,
  runningVar: Tensor | null,
  options?: BatchNormOptions,
): Tensor {
  const settings = readArguments('F.batchNorm', arguments, BATCH_NORM);
  checkEps(settings.eps, settings.training);
  return normalizeChannels(input, runningMean, runningVar, settings);
}

/** {@link batchNorm} for every `eps`. PyTorch restricts `eps` in batch normalisation, but not in instance normalisation. */
export function normalizeChannels(
  input: Tensor,
  runningMean: Tensor | null,
  runningVar: Tensor | null,
  { weight, bias, training, momentum, eps }: ReadArguments<BatchNormOptions>,
): Tensor {
  checkTensors('batch_norm', { input }, { running_mean: runningMean, running_var: runningVar, weight, bias });
  checkNumber('momentum', momentum);
  checkNumber('eps', eps);
  checkOperands(input, { running_mean: runningMean, running_var: runningVar, weight, bias }, training);
  const channels = input.shape[1];
  const inner = numelOf(input.shape.slice(2));
  const count = input.shape[0] * inner;
  const x = numbersOf(input);
  const own = training ? channelMoments(x, channels, inner) : null;
  const mean = own?.mean ?? numbersOf(runningMean as Dense);
  const inverse = Float64Array.from(own?.variance ?? numbersOf(runningVar as Dense), (v) => 1 / Math.sqrt(v + eps));
  const scale = weight ? numbersOf(weight) : new Float32Array(channels).fill(1);
  const shift = bias ? numbersOf(bias) : new Float32Array(channels);
  const y = createNumbers(input.dtype, x.length);
  forEachChannel(y.length, channels, inner, (c, start, end) => {
    const factor = inverse[c] * scale[c];
    const centre = mean[c];
    const level = shift[c];
    for (let i = start; i < end; i++) y[i] = (x[i] - centre) * factor + level;
  });
  // An empty batch has no statistics.
  if (own && count > 0) {
    updateRunning(runningMean, own.mean, momentum, 1);
    updateRunning(runningVar, own.variance, momentum, count / (count - 1));
  }
  const inputs = [input, weight, bias].filter((operand) => operand !== null);
  return record(
    'NativeBatchNormBackward0',
    inputs,
    denseOf(y, input.shape, input.dtype),
    (g) => {
      const gradient = numbersOf(g);
      const sums = new Float64Array(channels);
      const products = new Float64Array(channels);
      forEachChannel(x.length, channels, inner, (c, start, end) => {
        const centre = mean[c];
        const scaling = inverse[c];
        let sum = sums[c];
        let product = products[c];
        for (let i = start; i < end; i++) {
          sum += gradient[i];
          product += gradient[i] * (x[i] - centre) * scaling;
        }
        sums[c] = sum;
        products[c] = product;
      });
      const result = createNumbers(g.dtype, x.length);
      forEachChannel(x.length, channels, inner, (c, start, end) => {
        const factor = inverse[c] * scale[c];
        // The mean and the variance of the batch depend on each element; these are their parts of the gradient.
        const level = own ? sums[c] / count : 0;
        const slope = own ? (products[c] / count) * inverse[c] : 0;
        const centre = mean[c];
        for (let i = start; i < end; i++) result[i] = (gradient[i] - level - (x[i] - centre) * slope) * factor;
      });
      const gradients: Dense[] = [denseOf(result, input.shape, g.dtype)];
      if (weight) gradients.push(denseOf(products, weight.shape, weight.dtype));
      if (bias) gradients.push(denseOf(sums, bias.shape, bias.dtype));
      return gradients;
    },
    { kind: 'batch_norm', values: { training, eps, momentum } },
  );
}

/** The mean and the biased variance of each channel, in two passes. */
function channelMoments(x: Numbers, channels: number, inner: number): { mean: Float64Array; variance: Float64Array } {
  const count = x.length / channels;
  const mean = new Float64Array(channels);
  const variance = new Float64Array(channels);
  forEachChannel(x.length, channels, inner, (c, start, end) => {
    let sum = 0;
    for (let i = start; i < end; i++) sum += x[i];
    mean[c] += sum / count;
  });
  forEachChannel(x.length, channels, inner, (c, start, end) => {
    let squares = 0;
    for (let i = start; i < end; i++) squares += (x[i] - mean[c]) ** 2;
    variance[c] += squares / count;
  });
  return { mean, variance };
}

function updateRunning(
  running: Tensor | null | undefined,
  batch: Float64Array,
  momentum: number,
  correction: number,
): void {
  if (!running) return;
  const mixed = numbersOf(running).map((value, c) => (1 - momentum) * value + momentum * batch[c] * correction);
  running.data.set(fromNumbers(mixed, running.dtype) as never);
}

/** Calls `visit` with every run of neighbouring elements of one channel. */
function forEachChannel(
  length: number,
  channels: number,
  inner: number,
  visit: (channel: number, start: number, end: number) => void,
): void {
  if (inner === 0) return;
  for (let start = 0, c = 0; start < length; start += inner, c = c + 1 === channels ? 0 : c + 1) {
    visit(c, start, start + inner);
  }
}

function checkEps(eps: number, training: boolean): void {
  const range = training ? 'positive during training' : 'non-negative';
  if (checkNumber('eps', eps) < 0 || (training && eps === 0)) {
    throw new ArgumentError(`batch_norm eps must be ${range}, but got ${eps}`);
  }
}

function checkOperands(input: Tensor, operands: Readonly<Record<string, Tensor | null>>, training: boolean): void {
  const { shape, dtype } = input;
  if (!isFloatDType(dtype))
    throw new DTypeError(`"batch_norm" not implemented for '${dtype}': expected a floating dtype`);
  if (shape.length < 2) throw new ShapeError(`batch norm expects an input [N, C, …], found ${formatShape(shape)}`);
  for (const [name, operand] of Object.entries(operands)) {
    if (operand && (operand.ndim !== 1 || operand.numel !== shape[1])) {
      throw new ShapeError(`${name} should contain ${shape[1]} elements not ${operand.numel}`);
    }
    if (operand && !isFloatDType(operand.dtype)) {
      throw new DTypeError(`${name} should be of a floating dtype, found ${operand.dtype}`);
    }
  }
  if (!training && !(operands.running_mean && operands.running_var)) {
    throw new ArgumentError('Expected running_mean and running_var to be defined when training=False');
  }
  if (training && input.numel > 0 && input.numel === shape[1]) {
    throw new ShapeError(`Expected more than 1 value per channel when training, got input size ${formatShape(shape)}`);
  }
}
