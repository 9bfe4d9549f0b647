import { ArgumentError, formatValue, ShapeError } from '../../errors.js';
import type { Sizes3, WindowGeometry } from '../../kernels/image/windowMap.js';
import { formatShape, type Shape } from '../../tensor/Shape.js';
import { expandSizes } from '../sizePerDimension.js';

/** One size for every spatial dimension, or one size for each. */
export type Size = number | readonly number[];

/** How a kernel moves, in PyTorch's terms. */
export interface WindowSettings {
  readonly kernel: Size;
  readonly stride: Size;
  readonly padding: Size | 'same' | 'valid';
  readonly dilation: Size;
}

/** The checked windows of a kernel over an image of one to three spatial dimensions. */
export interface Windows {
  readonly geometry: WindowGeometry;
  /** The sizes of the output, one for each spatial dimension. */
  readonly output: readonly number[];
}

/**
 * The windows of a kernel over an image.
 * @param spatial Sizes of the image, one for each spatial dimension.
 * @throws ShapeError if the kernel is larger than the padded image.
 * @throws ArgumentError if a setting is out of its range.
 */
export function windowsOver(spatial: Shape, settings: WindowSettings): Windows {
  const count = spatial.length;
  const kernel = expandSizes('kernelSize', settings.kernel, count);
  const stride = expandSizes('stride', settings.stride, count);
  const dilation = expandSizes('dilation', settings.dilation, count);
  const reach = reachOf(kernel, dilation);
  const [before, after] = paddingOf(settings.padding, reach, stride);
  const padded = spatial.map((size, d) => size + before[d] + after[d]);
  if (padded.some((size, d) => size < reach[d])) {
    throw new ShapeError(
      `Calculated padded input size per channel: (${padded.join(' x ')}). Kernel size: (${reach.join(' x ')}). ` +
        "Kernel size can't be greater than actual input size",
    );
  }
  const output = padded.map((size, d) => Math.floor((size - reach[d]) / stride[d]) + 1);
  return {
    output,
    geometry: {
      input: threeSizes(spatial, 1),
      kernel: threeSizes(kernel, 1),
      stride: threeSizes(stride, 1),
      dilation: threeSizes(dilation, 1),
      padding: threeSizes(before, 0),
      output: threeSizes(output, 1),
    },
  };
}

/**
 * Reads the shape of an input as batch, channels and spatial sizes. Without a batch dimension the batch is 1.
 * @param name Name of the operation, for the message.
 * @throws ShapeError if the number of dimensions of the input is wrong.
 */
export function readImages(
  name: string,
  shape: Shape,
  dims: number,
): { batch: number; channels: number; spatial: Shape } {
  const batched = shape.length === dims + 2;
  if (!batched && shape.length !== dims + 1) {
    throw new ShapeError(
      `Expected ${dims + 1}D (unbatched) or ${dims + 2}D (batched) input to ${name}, but got input of size: ${formatShape(shape)}`,
    );
  }
  const [batch, channels, ...spatial] = batched ? shape : [1, ...shape];
  return { batch, channels, spatial };
}

/**
 * The padding before and after each dimension.
 * @param reach Sizes of the dilated kernel.
 * @throws ArgumentError if the padding is unknown, or if it is `'same'` and a stride is not 1.
 */
export function paddingOf(
  padding: WindowSettings['padding'],
  reach: readonly number[],
  stride: readonly number[],
): [number[], number[]] {
  if (padding === 'valid') return [reach.map(() => 0), reach.map(() => 0)];
  if (padding === 'same') {
    if (stride.some((step) => step !== 1)) {
      throw new ArgumentError("padding='same' is not supported for strided convolutions");
    }
    const before = reach.map((size) => Math.floor((size - 1) / 2));
    return [before, reach.map((size, d) => size - 1 - before[d])];
  }
  if (typeof padding === 'string') {
    throw new ArgumentError(`Invalid padding string '${formatValue(padding)}', should be one of 'valid', 'same'`);
  }
  const both = expandSizes('padding', padding, reach.length, 0);
  return [both, both];
}

/** The sizes of a dilated kernel, from its first element to its last element. */
export function reachOf(kernel: Shape, dilation: Shape): number[] {
  return kernel.map((size, d) => dilation[d] * (size - 1) + 1);
}

/** How a kernel moves, for each spatial dimension, as plain data; `padding` is that before the image. */
export function slidingSettings(
  { stride, padding, dilation }: WindowGeometry,
  dims: number,
): Record<'stride' | 'padding' | 'dilation', readonly number[]> {
  return { stride: stride.slice(-dims), padding: padding.slice(-dims), dilation: dilation.slice(-dims) };
}

/** Extends one to three sizes to three sizes, with `fill` in front. */
export function threeSizes(sizes: Shape, fill: number): Sizes3 {
  const [a, b, c] = [fill, fill, ...sizes].slice(-3);
  return [a, b, c];
}
