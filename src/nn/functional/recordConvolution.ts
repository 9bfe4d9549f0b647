import type { ConvolutionPlan } from '../../kernels/image/convolution.js';
import { buildWindowMap } from '../../kernels/image/windowMap.js';
import { createNumbers, type Floats } from '../../numerics/numbers.js';
import { type Dense, denseOf, numbersOf } from '../../tensor/Dense.js';
import type { OperationSettings } from '../../tensor/OperationSettings.js';
import { numelOf, type Shape } from '../../tensor/Shape.js';
import { record, type Tensor } from '../../tensor/Tensor.js';
import { floatsOf } from './floatsOf.js';
import type { Windows } from './windows.js';

/** Adds a gradient of one operand to `sums`, given the gradient of the output. */
type AddGradient = (gradient: Floats, sums: Floats) => void;

/**
 * Records the output of a convolution or of a transposed convolution as a tensor.
 * @param shape Shape of the output of one image.
 */
export function recordConvolution(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  output: Floats,
  shape: Shape,
  add: { readonly input: AddGradient; readonly weight: AddGradient },
  settings: OperationSettings,
): Tensor {
  const { dtype } = input;
  const gradientOf = (operand: Tensor, gradient: Floats, addTo: AddGradient): Dense | null => {
    if (!operand.requiresGrad) return null;
    const sums = createNumbers(dtype, operand.numel) as Floats;
    addTo(gradient, sums);
    return denseOf(sums, operand.shape, dtype);
  };
  const value = denseOf(output, [...input.shape.slice(0, -shape.length), ...shape], dtype);
  return record(
    'ConvolutionBackward0',
    bias ? [input, weight, bias] : [input, weight],
    value,
    (g) => {
      const gradient = floatsOf(g);
      return [
        gradientOf(input, gradient, add.input),
        gradientOf(weight, gradient, add.weight),
        bias?.requiresGrad
          ? denseOf(channelSums(gradient, shape[0], numelOf(shape.slice(1))), bias.shape, dtype)
          : null,
      ];
    },
    settings,
  );
}

/**
 * Plans how a convolution moves over its images.
 * @param weight `[out, channels / groups, …kernel]`; for a transposed convolution the weight of the convolution that it
 *   transposes.
 */
export function planConvolution(
  batch: number,
  groups: number,
  weight: Shape,
  spatial: Shape,
  { geometry, output }: Windows,
): ConvolutionPlan {
  const [outputs, channels, ...kernel] = weight;
  const isOne = (sizes: Shape) => sizes.every((size) => size === 1);
  const seesItself = isOne(kernel) && isOne(geometry.stride) && geometry.padding.every((size) => size === 0);
  return {
    batch,
    groups,
    channels,
    rows: outputs / groups,
    depth: channels * numelOf(kernel),
    positions: numelOf(output),
    imageSize: channels * numelOf(spatial),
    windows: seesItself ? null : buildWindowMap(geometry),
  };
}

/** Creates an output that starts as the bias of each channel, or as zeros. */
export function filled(
  dtype: Tensor['dtype'],
  batch: number,
  channels: number,
  channelSize: number,
  bias: Tensor | null,
): Floats {
  const output = createNumbers(dtype, batch * channels * channelSize) as Floats;
  if (bias === null) return output;
  const values = numbersOf(bias);
  for (let c = 0, at = 0; at < output.length; c++, at += channelSize) {
    output.fill(values[c % channels], at, at + channelSize);
  }
  return output;
}

/** The sum of each channel over all images, which is the gradient of a bias. */
function channelSums(gradient: Floats, channels: number, channelSize: number): Float64Array {
  const sums = new Float64Array(channels);
  for (let c = 0, at = 0; at < gradient.length; c = c + 1 === channels ? 0 : c + 1) {
    let sum = 0;
    for (const end = at + channelSize; at < end; at++) sum += gradient[at];
    sums[c] += sum;
  }
  return sums;
}
