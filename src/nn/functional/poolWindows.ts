import { ArgumentError, DTypeError, describeValue, formatList, formatValue, ShapeError } from '../../errors.js';
import type { PoolAxes, PoolAxis } from '../../kernels/image/PoolAxis.js';
import { createStorage, isFloatDType } from '../../numerics/DType.js';
import type { OperationSettings } from '../../tensor/OperationSettings.js';
import { formatShape, numelOf, type Shape } from '../../tensor/Shape.js';
import { checkTensor, type Tensor } from '../../tensor/Tensor.js';
import { expandSizes } from '../sizePerDimension.js';
import { checkOutput } from './checkOutput.js';
import type { Size } from './windows.js';

/** One size for every spatial dimension, or one size for each, where `null` means the size of the input. */
export type AdaptiveSize = number | readonly (number | null)[];

/** How windows slide over an input, in PyTorch's terms. */
export interface SlideSettings {
  readonly kernel: Size;
  /** Default: the size of the kernel. */
  readonly stride: Size | null | undefined;
  readonly padding: Size;
  readonly dilation?: Size | undefined;
  readonly ceilMode?: boolean | undefined;
  /** Whether the padding counts as elements of a window. Default: true. */
  readonly countPadding?: boolean | undefined;
}

/** The largest size of a kernel: the number of elements of a window is a 32-bit integer. */
const LARGEST_KERNEL = 2 ** 30;

/** Checked windows over an input. */
export interface Pooling {
  readonly axes: PoolAxes;
  /** The number of images times the number of channels. */
  readonly planes: number;
  readonly outputShape: Shape;
  /** The number of spatial dimensions. */
  readonly dims: number;
  /** The numbers of a sliding kernel, for each spatial dimension; undefined for windows that divide the input. */
  readonly sliding?: Record<'kernel' | 'stride' | 'padding' | 'dilation', readonly number[]>;
}

/**
 * The windows of a kernel that slides over an input.
 * @param name Name of the operation, for the message.
 * @param dims Number of spatial dimensions, 1 to 3.
 * @throws ShapeError, ArgumentError or DTypeError where PyTorch refuses the arguments.
 */
export function slidingWindows(name: string, dims: number, input: Tensor, settings: SlideSettings): Pooling {
  const { shape } = checkTensor(name, input);
  const kernel = expandSizes('kernelSize', settings.kernel, dims);
  const stride = expandSizes('stride', settings.stride ?? settings.kernel, dims);
  const padding = expandSizes('padding', settings.padding, dims, 0);
  const dilation = expandSizes('dilation', settings.dilation === undefined ? 1 : settings.dilation, dims);
  const kinds = `${dims + 1}D or ${dims + 2}D`;
  if (shape.length !== dims + 1 && shape.length !== dims + 2) {
    throw new ShapeError(
      `${name}: non-empty ${kinds} (batch mode) tensor expected for input, but got: ${formatShape(shape)}`,
    );
  }
  if (shape.slice(-dims - 1).includes(0)) {
    throw new ShapeError(
      `${name}: Expected ${kinds} (batch mode) tensor with optional 0 dim batch size for input, but got: ${formatShape(shape)}`,
    );
  }
  if (kernel.some((size) => size > LARGEST_KERNEL)) {
    throw new ArgumentError(
      `${name}: kernel sizes can be at most ${LARGEST_KERNEL.toLocaleString('en')}, found ${formatShape(kernel)}`,
    );
  }
  padding.forEach((size, d) => {
    if (2 * size <= kernel[d]) return;
    throw new ArgumentError(
      `${name}: pad should be at most half of effective kernel size, but got pad=${size}, kernel_size=${kernel[d]} and dilation=${dilation[d]}`,
    );
  });
  const spatial = shape.slice(-dims);
  const reach = kernel.map((size, d) => dilation[d] * (size - 1) + 1);
  const output = spatial.map((size, d) => {
    const steps = (size + 2 * padding[d] - reach[d]) / stride[d];
    if (!settings.ceilMode) return Math.floor(steps) + 1;
    // A window must start in the input or in the padding before the input.
    const count = Math.ceil(steps) + 1;
    return (count - 1) * stride[d] >= size + padding[d] ? count - 1 : count;
  });
  if (output.some((size) => size < 1)) {
    const channels = shape.at(-dims - 1);
    throw new ShapeError(
      `${name}: Given input size: (${[channels, ...spatial].join('x')}). Calculated output size: (${[channels, ...output].join('x')}). Output size is too small`,
    );
  }
  const pooling = poolingOf(
    name,
    input,
    output,
    (d, o) => {
      const start = o * stride[d] - padding[d];
      const first = start < 0 ? start + Math.ceil(-start / dilation[d]) * dilation[d] : start;
      const end = Math.min(start + reach[d], spatial[d]);
      const counted = Math.min(start + kernel[d], spatial[d] + padding[d]) - start;
      return [first, end, (settings.countPadding ?? true) ? counted : end - first];
    },
    dilation,
  );
  return { ...pooling, sliding: { kernel, stride, padding, dilation } };
}

/**
 * Windows that divide an input into the same number of parts as the output has elements; neighbouring parts may overlap
 * by one element.
 * @param name Name of the operation, for the message.
 * @param dims Number of spatial dimensions, 1 to 3.
 * @throws ShapeError, ArgumentError or DTypeError where PyTorch refuses the arguments.
 */
export function adaptiveWindows(name: string, dims: number, input: Tensor, outputSize: AdaptiveSize): Pooling {
  const { shape } = checkTensor(name, input);
  if (shape.length !== dims + 1 && shape.length !== dims + 2) {
    throw new ShapeError(`${name}(): Expected ${dims + 1}D or ${dims + 2}D tensor, but got: ${formatShape(shape)}`);
  }
  const empty = shape.indexOf(0, shape.length - dims - 1);
  if (empty !== -1) {
    throw new ShapeError(
      `${name}(): Expected input to have non-zero size for non-batch dimensions, but input has sizes ${formatShape(shape)} with dimension ${empty} being empty`,
    );
  }
  const spatial = shape.slice(-dims);
  const sizes = typeof outputSize === 'number' ? spatial.map(() => outputSize) : outputSize;
  if (!Array.isArray(sizes) || sizes.length !== dims) {
    const found = Array.isArray(outputSize) ? formatList(outputSize) : describeValue(outputSize);
    throw new ArgumentError(`${name}: output_size must be ${dims}: expected a number or ${dims} sizes, found ${found}`);
  }
  // A hole of the array is a size that is missing, not one of the input.
  const output = Array.from(sizes, (size, d) => (size === null ? spatial[d] : size));
  if (!output.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw new ArgumentError(
      `${name}: elements of output_size must be greater than or equal to 0 but received {${output.map(formatValue).join(', ')}}`,
    );
  }
  return poolingOf(name, input, output, (d, o) => {
    const start = Math.floor((o * spatial[d]) / output[d]);
    const end = Math.ceil(((o + 1) * spatial[d]) / output[d]);
    return [start, end, end - start];
  });
}

/** PyTorch's name of the gradient. PyTorch pools one dimension as two dimensions, and then squeezes. */
export function backwardName(dims: number, kind: string): string {
  return dims === 1 ? 'SqueezeBackward1' : `${kind.replace('_', `${dims}D`)}Backward0`;
}

/** What a pooling computes, for code that observes operations. */
export function poolingSettings(kind: string, { sliding, dims }: Pooling): OperationSettings {
  return sliding ? { kind, values: sliding } : { kind: `adaptive_${kind}`, values: { dims } };
}

/**
 * Tabulates the windows of a pooling.
 * @param windowAt The first element, the end and the number of counted elements of the window of an output element
 *   along a dimension.
 * @throws DTypeError if the dtype is not floating.
 */
function poolingOf(
  name: string,
  { dtype, shape }: Tensor,
  output: Shape,
  windowAt: (dim: number, index: number) => readonly [start: number, end: number, count: number],
  steps: readonly number[] = output.map(() => 1),
): Pooling {
  if (!isFloatDType(dtype)) throw new DTypeError(`"${name}" not implemented for '${dtype}': expected a floating dtype`);
  const dims = output.length;
  const leading = shape.slice(0, -dims);
  checkOutput(name, [...leading, ...output], dims);
  const axes = output.map((count, d): PoolAxis => {
    const starts = createStorage('int32', count);
    const ends = createStorage('int32', count);
    const counts = createStorage('int32', count);
    for (let o = 0; o < count; o++) [starts[o], ends[o], counts[o]] = windowAt(d, o);
    return { size: shape[leading.length + d], starts, ends, counts, step: steps[d] };
  });
  const whole: PoolAxis = {
    size: 1,
    starts: Int32Array.of(0),
    ends: Int32Array.of(1),
    counts: Int32Array.of(1),
    step: 1,
  };
  const [a, b, c] = [whole, whole, ...axes].slice(-3);
  return { axes: [a, b, c], planes: numelOf(leading), outputShape: [...leading, ...output], dims };
}
