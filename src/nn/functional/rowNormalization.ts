import { DTypeError, describeValue, formatList, ShapeError } from '../../errors.js';
import { checkFinite } from '../../numerics/checkNumber.js';
import { isFloatDType } from '../../numerics/DType.js';
import { createNumbers } from '../../numerics/numbers.js';
import { type ReadArguments, readArguments, type Signature } from '../../readArguments.js';
import { type Dense, denseOf, numbersOf } from '../../tensor/Dense.js';
import { equalShapes, formatShape, numelOf, type Shape } from '../../tensor/Shape.js';
import { record, type Tensor } from '../../tensor/Tensor.js';
import { checkTensors } from './checkTensors.js';

const { sqrt } = Math;

/** Options of {@link layerNorm}, {@link groupNorm} and {@link instanceNorm}. */
export interface RowNormOptions {
  /** Scale, one for each channel or for each element of the normalised shape. Default: null, which means 1. */
  weight?: Tensor | null | undefined;
  /** Offset, in the shape of the scale. Default: null, which means 0. */
  bias?: Tensor | null | undefined;
  /** Number added to the variance. Default: 1e-5. */
  eps?: number | undefined;
}

/** Options of {@link rmsNorm}. */
export interface RmsNormOptions {
  /** Scale, one for each element of the normalised shape. Default: null, which means 1. */
  weight?: Tensor | null | undefined;
  /** Number added to the mean square. Default: null, which means the distance from 1 to the next number of the dtype. */
  eps?: number | null | undefined;
}

const DEFAULTS = { weight: null, bias: null, eps: 1e-5 } as const;
const LAYER_NORM: Signature<RowNormOptions> = { required: ['input', 'normalizedShape'], defaults: DEFAULTS };
const RMS_NORM: Signature<RmsNormOptions> = {
  required: ['input', 'normalizedShape'],
  defaults: { weight: null, eps: null },
};
const GROUP_NORM: Signature<RowNormOptions> = { required: ['input', 'numGroups'], defaults: DEFAULTS };
const INSTANCE_NORM: Signature<RowNormOptions> = { required: ['input'], defaults: DEFAULTS };

/** The scale, the offset and the number that is added to the variance. */
type Settings = ReadArguments<RowNormOptions>;

/** Which elements are normalised together, and which scale belongs to which element. */
interface Rows {
  /** Number of neighbouring elements that form a row; the elements of a row are normalised together. */
  readonly length: number;
  /** Number of scales. They are applied in turn, each to one run of elements. */
  readonly scales: number;
  /** Number of neighbouring elements that share a scale. */
  readonly run: number;
  /** Whether the mean is subtracted. Without it, the mean square replaces the variance. */
  readonly centred: boolean;
}

/**
 * Normalises the last dimensions to mean 0 and variance 1 (`torch.nn.functional.layer_norm`; Ba et al. 2016).
 * @param input `[*, …normalizedShape]`
 * @param normalizedShape Sizes of the last dimensions of the input.
 * @param options `weight` and `bias` in the normalised shape, and `eps`; see {@link RowNormOptions}.
 * @returns The shape of the input.
 * @throws ShapeError if the sizes do not match.
 * @throws DTypeError if the dtype is not floating.
 * @example
 * ```ts
 * import { tensor } from 'initree';
 * import * as F from 'initree/functional';
 * console.log(String(F.layerNorm(tensor([1, 2, 3]), [3]))); // tensor([-1.2247,  0.0000,  1.2247])
 * ```
 */
export function layerNorm(input: Tensor, normalizedShape: Shape, options?: RowNormOptions): Tensor {
  const settings = readArguments('F.layerNorm', arguments, LAYER_NORM);
  checkOperands('layer_norm', input, settings);
  const length = checkNormalizedShape('F.layerNorm', input, normalizedShape, settings);
  return normalize(
    'NativeLayerNormBackward0',
    'layer_norm',
    input,
    { length, scales: length, run: 1, centred: true },
    settings,
  );
}

/**
 * Divides by the root mean square of the last dimensions (`torch.nn.functional.rms_norm`; Zhang & Sennrich 2019).
 * @param input `[*, …normalizedShape]`
 * @param normalizedShape Sizes of the last dimensions of the input.
 * @param options `weight` in the normalised shape, and `eps`; see {@link RmsNormOptions}.
 * @returns The shape of the input.
 * @throws ShapeError if the sizes do not match.
 * @throws DTypeError if the dtype is not floating.
 */
export function rmsNorm(input: Tensor, normalizedShape: Shape, options?: RmsNormOptions): Tensor {
  const { weight, eps } = readArguments('F.rmsNorm', arguments, RMS_NORM);
  checkOperands('rms_norm', input, { weight, bias: null, eps: eps ?? 0 });
  const settings = { weight, bias: null, eps: eps ?? PRECISION[input.dtype as keyof typeof PRECISION] };
  const length = checkNormalizedShape('F.rmsNorm', input, normalizedShape, settings);
  return normalize('MulBackward0', 'rms_norm', input, { length, scales: length, run: 1, centred: false }, settings);
}

/**
 * Normalises groups of channels of each sample to mean 0 and variance 1 (`torch.nn.functional.group_norm`; Wu & He
 * 2018).
 * @param input `[N, C, …]`, where only N may be 0
 * @param numGroups Number of groups, ≥ 1, which divides C.
 * @param options `weight` and `bias`, each `[C]`, and `eps`; see {@link RowNormOptions}.
 * @returns The shape of the input.
 * @throws ShapeError if the sizes do not match, or if a single sample has one value in each group.
 * @throws DTypeError if the dtype is not floating.
 */
export function groupNorm(input: Tensor, numGroups: number, options?: RowNormOptions): Tensor {
  const settings = readArguments('F.groupNorm', arguments, GROUP_NORM);
  checkOperands('group_norm', input, settings);
  const [, channels] = input.shape;
  if (input.ndim < 2)
    throw new ShapeError(`Expected at least 2 dimensions for input tensor but received ${input.ndim}`);
  if (!Number.isInteger(numGroups) || numGroups < 1 || channels % numGroups !== 0) {
    throw new ShapeError(
      `Expected number of channels in input to be divisible by num_groups, but got input of shape ${formatShape(input.shape)} and num_groups=${describeValue(numGroups)}`,
    );
  }
  const run = numelOf(input.shape.slice(2));
  if (channels === 0) throw new ShapeError(`Expected number of channels to be greater than 0, got ${channels}`);
  if (run === 0) {
    throw new ShapeError(`Expected HxW to be greater than 0, got 0: the input ${formatShape(input.shape)} is empty`);
  }
  if (input.numel === numGroups) {
    throw new ShapeError(
      `Expected more than 1 value per channel when training, got input size ${formatShape(input.shape)}: each of the ` +
        `${numGroups} groups is a single value`,
    );
  }
  checkScales(settings, [channels]);
  const rows = { length: (channels / numGroups) * run, scales: channels, run, centred: true };
  return normalize('NativeGroupNormBackward0', 'group_norm', input, rows, settings);
}

/**
 * Normalises each channel of each sample to mean 0 and variance 1 (`torch.nn.functional.instance_norm`; Ulyanov et al.
 * 2016).
 * @param input `[N, C, …]`, with more than one element in each channel
 * @param options `weight` and `bias`, each `[C]`, and `eps`; see {@link RowNormOptions}.
 * @returns The shape of the input.
 * @throws ShapeError if the sizes do not match.
 * @throws DTypeError if the dtype is not floating.
 */
export function instanceNorm(input: Tensor, options?: RowNormOptions): Tensor {
  const settings = readArguments('F.instanceNorm', arguments, INSTANCE_NORM);
  checkOperands('instance_norm', input, settings);
  const [, channels, ...spatial] = input.shape;
  const run = numelOf(spatial);
  if (input.ndim < 3 || run === 1) {
    throw new ShapeError(
      `Expected more than 1 spatial element when training, got input size ${formatShape(input.shape)}`,
    );
  }
  checkScales(settings, [channels]);
  return normalize(
    'NativeBatchNormBackward0',
    'instance_norm',
    input,
    { length: run, scales: channels, run, centred: true },
    settings,
  );
}

/** The distance from 1 to the next number, PyTorch's `finfo(dtype).eps`. */
const PRECISION = { float32: 2 ** -23, float64: 2 ** -52, float16: 2 ** -10, bfloat16: 2 ** -7 } as const;

function normalize(name: string, kind: string, input: Tensor, rows: Rows, { weight, bias, eps }: Settings): Tensor {
  const { dtype, shape } = input;
  if (!isFloatDType(dtype))
    throw new DTypeError(`normalisation is not implemented for '${dtype}': expected a floating dtype`);
  const { length, scales, run, centred } = rows;
  const x = numbersOf(input);
  const count = length === 0 ? 0 : x.length / length;
  const means = new Float64Array(count);
  const inverses = new Float64Array(count);
  const y = createNumbers(dtype, x.length);
  const scale = weight && numbersOf(weight);
  const shift = bias && numbersOf(bias);
  for (let row = 0; row < count; row++) {
    const start = row * length;
    const end = start + length;
    let sum = 0;
    if (centred) for (let i = start; i < end; i++) sum += x[i];
    const mean = sum / length;
    let squares = 0;
    for (let i = start; i < end; i++) squares += (x[i] - mean) * (x[i] - mean);
    const inverse = 1 / sqrt(squares / length + eps);
    means[row] = mean;
    inverses[row] = inverse;
    for (let i = start, c = Math.floor(start / run) % scales; i < end; c = c + 1 === scales ? 0 : c + 1) {
      const factor = scale ? inverse * scale[c] : inverse;
      const offset = shift ? shift[c] : 0;
      for (const stop = i + run; i < stop; i++) y[i] = (x[i] - mean) * factor + offset;
    }
  }
  const inputs = [input, weight, bias].filter((operand) => operand !== null);
  return record(
    name,
    inputs,
    denseOf(y, shape, dtype),
    (g) => {
      const gradient = numbersOf(g);
      const result = createNumbers(dtype, x.length);
      const products = new Float64Array(scales);
      const sums = new Float64Array(scales);
      for (let row = 0; row < count; row++) {
        const start = row * length;
        const end = start + length;
        const mean = means[row];
        const inverse = inverses[row];
        let level = 0;
        let slope = 0;
        for (let i = start, c = Math.floor(start / run) % scales; i < end; c = c + 1 === scales ? 0 : c + 1) {
          const factor = scale ? scale[c] : 1;
          for (const stop = i + run; i < stop; i++) {
            const normal = (x[i] - mean) * inverse;
            level += gradient[i] * factor;
            slope += gradient[i] * factor * normal;
            products[c] += gradient[i] * normal;
            sums[c] += gradient[i];
          }
        }
        // The mean and the variance of the row depend on each element; these are their parts of the gradient.
        const meanPart = centred ? level / length : 0;
        const variancePart = slope / length;
        for (let i = start, c = Math.floor(start / run) % scales; i < end; c = c + 1 === scales ? 0 : c + 1) {
          const factor = scale ? scale[c] : 1;
          for (const stop = i + run; i < stop; i++) {
            const normal = (x[i] - mean) * inverse;
            result[i] = (gradient[i] * factor - meanPart - normal * variancePart) * inverse;
          }
        }
      }
      const gradients: Dense[] = [denseOf(result, shape, dtype)];
      if (weight) gradients.push(denseOf(products, weight.shape, weight.dtype));
      if (bias) gradients.push(denseOf(sums, bias.shape, bias.dtype));
      return gradients;
    },
    { kind, values: { eps, length } },
  );
}

/** Checks that the operands are tensors and that `eps` is a number. */
function checkOperands(name: string, input: Tensor, { weight, bias, eps }: Settings): void {
  checkTensors(name, { input }, { weight, bias });
  checkFinite('eps', eps);
}

function checkNormalizedShape(caller: string, input: Tensor, normalizedShape: Shape, settings: Settings): number {
  if (!Array.isArray(normalizedShape)) {
    throw new ShapeError(
      `normalized_shape must be an array of sizes, found ${describeValue(normalizedShape)}; write ${caller}(input, [${typeof normalizedShape === 'number' ? normalizedShape : 'size'}])`,
    );
  }
  const own = input.shape.slice(Math.max(0, input.ndim - normalizedShape.length));
  if (normalizedShape.length === 0 || !equalShapes(own, normalizedShape)) {
    throw new ShapeError(
      `Given normalized_shape=${formatShape(normalizedShape)}, expected input with shape ${formatList(['*', ...normalizedShape])}, ` +
        `but got input of size${formatShape(input.shape)}`,
    );
  }
  checkScales(settings, normalizedShape);
  return numelOf(normalizedShape);
}

function checkScales({ weight, bias }: Settings, expected: Shape): void {
  for (const [name, operand] of Object.entries({ weight, bias })) {
    if (operand && !equalShapes(operand.shape, expected)) {
      throw new ShapeError(
        `Expected ${name} to be of shape ${formatShape(expected)}, but got ${formatShape(operand.shape)}`,
      );
    }
  }
}
