import { ArgumentError, ShapeError } from '../../errors.js';
import type { Sizes3, WindowGeometry } from '../../kernels/image/windowMap.js';
import { formatShape, type Shape } from '../../tensor/Shape.js';
import { sizePerDimension } from '../checkSize.js';

/** A size for every spatial dimension, or one for each. */
export type Size = number | readonly number[];

/** How a kernel moves, in PyTorch's terms. */
export interface WindowSettings {
  readonly kernel: Size;
  readonly stride: Size;
  readonly padding: Size | 'same' | 'valid';
  readonly dilation: Size;
}

/** A checked way over an image of one to three spatial dimensions. */
export interface Windows {
  readonly geometry: WindowGeometry;
  /** Sizes of the output in the spatial dimensions there are. */
  readonly output: readonly number[];
}

/**
 * Where the windows of a kernel lie on an image.
 * @param spatial the image's sizes, one for each spatial dimension
 * @throws ShapeError if a kernel is larger than the padded image · ArgumentError for settings that fit no image
 */
export function windowsOver(spatial: Shape, settings: WindowSettings): Windows {
  const count = spatial.length;
  const kernel = sizePerDimension('kernelSize', settings.kernel, count);
  const stride = sizePerDimension('stride', settings.stride, count);
  const dilation = sizePerDimension('dilation', settings.dilation, count);
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

/** An input's shape as [batch, channels, …spatial]; without a batch dimension the batch is 1. */
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
 * Padding before and after each dimension.
 * @param reach sizes of the dilated kernel
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
    throw new ArgumentError(`Invalid padding string '${String(padding)}', should be one of 'valid', 'same'`);
  }
  const both = sizePerDimension('padding', padding, reach.length, 0);
  return [both, both];
}

/** Sizes of a kernel with what lies between its elements. */
export function reachOf(kernel: Shape, dilation: Shape): number[] {
  return kernel.map((size, d) => dilation[d] * (size - 1) + 1);
}

/** Up to three sizes as three, the first ones filled up. */
export function threeSizes(sizes: Shape, fill: number): Sizes3 {
  const [a, b, c] = [fill, fill, ...sizes].slice(-3);
  return [a, b, c];
}
