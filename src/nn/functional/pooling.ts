import { ArgumentError, DTypeError } from '../../errors.js';
import { isFloatDType } from '../../kernels/DType.js';
import { maxPool } from '../../kernels/maxPool.js';
import { createNumbers } from '../../kernels/numbers.js';
import { denseOf, numbersOf } from '../../tensor/Dense.js';
import { numelOf } from '../../tensor/Shape.js';
import { isGradEnabled } from '../../tensor/Tape.js';
import { record, type Tensor } from '../../tensor/Tensor.js';
import { sizePerDimension } from '../checkSize.js';
import { readImages, type Size, windowsOver } from './windows.js';

/** Options of {@link maxPool2d}. */
export interface MaxPoolOptions {
  /** Rows and columns of −∞ around the input, at most half the kernel; 0 when absent. */
  padding?: Size | undefined;
  /** Distance between the elements of a window; 1 when absent. */
  dilation?: Size | undefined;
  /** Whether windows may reach over the far edge; false when absent. */
  ceilMode?: boolean | undefined;
}

/**
 * The largest element of each window (`torch.nn.functional.max_pool2d`). NaN is larger than everything; the gradient goes
 * to the first of equals.
 * @param input [N, C, H, W] or [C, H, W]
 * @param kernelSize size of the window, one number or [height, width]
 * @param stride step from window to window; the kernel size when absent
 * @throws ShapeError or ArgumentError where the sizes do not fit
 */
export function maxPool2d(
  input: Tensor,
  kernelSize: Size,
  stride: Size = kernelSize,
  options: MaxPoolOptions = {},
): Tensor {
  return pool('max_pool2d', 2, input, kernelSize, stride, options);
}

function pool(
  name: string,
  dims: number,
  input: Tensor,
  kernelSize: Size,
  stride: Size,
  { padding = 0, dilation = 1, ceilMode = false }: MaxPoolOptions,
): Tensor {
  if (!isFloatDType(input.dtype)) throw new DTypeError(`"${name}" not implemented for '${input.dtype}'`);
  const { batch, channels, spatial } = readImages(name, input.shape, dims);
  checkPadding(padding, kernelSize, dims);
  const { geometry, output } = windowsOver(spatial, { kernel: kernelSize, stride, padding, dilation, ceilMode });
  const planes = batch * channels;
  const image = numbersOf(input);
  const values = createNumbers(input.dtype, planes * numelOf(output)) as Float32Array | Float64Array;
  const places = new Int32Array(isGradEnabled() && input.requiresGrad ? values.length : 0);
  maxPool(image, 0, values, places, 0, { ...geometry, channels: planes });
  const value = denseOf(values, [...input.shape.slice(0, -dims), ...output], input.dtype);
  return record('MaxPool2DWithIndicesBackward0', [input], value, (g) => {
    const gradient = numbersOf(g);
    const result = createNumbers(g.dtype, image.length);
    const [planeSize, windowCount] = [numelOf(spatial), numelOf(output)];
    for (let i = 0; i < gradient.length; i++) {
      result[Math.floor(i / windowCount) * planeSize + places[i]] += gradient[i];
    }
    return [denseOf(result, input.shape, g.dtype)];
  });
}

function checkPadding(padding: Size, kernelSize: Size, dims: number): void {
  const kernel = sizePerDimension('kernelSize', kernelSize, dims);
  const sizes = sizePerDimension('padding', padding, dims, 0);
  if (sizes.some((size, d) => size * 2 > kernel[d])) {
    throw new ArgumentError(
      `pad should be at most half of effective kernel size, but got pad=[${sizes.join(', ')}], kernel_size=[${kernel.join(', ')}]`,
    );
  }
}
