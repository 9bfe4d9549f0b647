import { ArgumentError, DTypeError, describeValue, formatValue, isNameIn, ShapeError } from '../../errors.js';
import { type ResampleAxis, resample, resampleBackward } from '../../kernels/image/resample.js';
import { isFloatDType } from '../../numerics/DType.js';
import { createNumbers, type Floats } from '../../numerics/numbers.js';
import { readArguments, type Signature } from '../../readArguments.js';
import { denseOf } from '../../tensor/Dense.js';
import { formatShape, numelOf, type Shape } from '../../tensor/Shape.js';
import { checkTensor, record, type Tensor } from '../../tensor/Tensor.js';
import { adaptiveAvgPool1d, adaptiveAvgPool2d, adaptiveAvgPool3d } from './averagePooling.js';
import { checkOutput } from './checkOutput.js';
import { floatsOf } from './floatsOf.js';
import { type Interpolation, resampleAxis } from './resampleAxis.js';
import type { Size } from './windows.js';

/**
 * The modes of resampling. `linear` requires one spatial dimension, `bilinear` and `bicubic` require two, `trilinear`
 * requires three. The other modes accept one to three spatial dimensions.
 */
export type InterpolateMode = keyof typeof MODES;

/** Options of {@link interpolate}. Exactly one of `size` and `scaleFactor` is required. */
export interface InterpolateOptions {
  /** Spatial sizes of the output, each ≥ 1: one number, or one for each spatial dimension. Default: null. */
  size?: Size | null | undefined;
  /**
   * Factor of each spatial size, > 0: one number, or one for each spatial dimension. The new sizes are rounded down.
   * Default: null.
   */
  scaleFactor?: Size | null | undefined;
  /** Mode of resampling. Default: `'nearest'`. */
  mode?: InterpolateMode | undefined;
  /**
   * Whether the corner elements of input and output are aligned; only for the linear and cubic modes. Default: null,
   * which means false
   */
  alignCorners?: boolean | null | undefined;
  /** Whether the scale is computed from the sizes instead of `scaleFactor`. Default: null, which means false. */
  recomputeScaleFactor?: boolean | null | undefined;
}

/** The defaults of {@link InterpolateOptions}. */
export const INTERPOLATE_DEFAULTS = {
  size: null,
  scaleFactor: null,
  mode: 'nearest',
  alignCorners: null,
  recomputeScaleFactor: null,
} as const;

/**
 * For each mode: the interpolation along one dimension, the possible numbers of spatial dimensions, and PyTorch's name
 * of the gradient.
 */
const MODES = {
  nearest: { kind: 'nearest', dims: [1, 2, 3], name: 'UpsampleNearest' },
  'nearest-exact': { kind: 'nearest-exact', dims: [1, 2, 3], name: 'UpsampleNearestExact' },
  linear: { kind: 'linear', dims: [1], name: 'UpsampleLinear' },
  bilinear: { kind: 'linear', dims: [2], name: 'UpsampleBilinear' },
  trilinear: { kind: 'linear', dims: [3], name: 'UpsampleTrilinear' },
  bicubic: { kind: 'cubic', dims: [2], name: 'UpsampleBicubic' },
  area: { kind: 'area', dims: [1, 2, 3], name: '' },
} as const satisfies Record<string, { kind: Interpolation | 'area'; dims: readonly number[]; name: string }>;

const INTERPOLATE: Signature<InterpolateOptions> = {
  required: ['input'],
  defaults: INTERPOLATE_DEFAULTS,
  lacks: { antialias: 'images are resampled without antialiasing' },
};

/**
 * Resamples images by PyTorch's rules for the position of an output element in the input
 * (`torch.nn.functional.interpolate` without antialiasing).
 *
 * The gradient is the gradient of the values. PyTorch's gradient of nearest neighbours differs for some uneven factors,
 * where its values and its gradient use different positions.
 * @param input `[N, C, L]`, `[N, C, H, W]` or `[N, C, D, H, W]`
 * @param options `size` or `scaleFactor`, `mode`, `alignCorners`, `recomputeScaleFactor`; see
 *   {@link InterpolateOptions}.
 * @returns The shape of the input with the new spatial sizes.
 * @throws ShapeError or ArgumentError if the sizes do not match.
 * @throws DTypeError if the dtype is not floating.
 * @example
 * ```ts
 * import { zeros } from 'initree';
 * import * as F from 'initree/functional';
 * console.log(F.interpolate(zeros([1, 3, 16, 16]), { scaleFactor: 2, mode: 'bicubic' }).shape); // [ 1, 3, 32, 32 ]
 * ```
 */
export function interpolate(input: Tensor, options: InterpolateOptions): Tensor {
  const settings = readArguments('F.interpolate', arguments, INTERPOLATE);
  const { dtype, shape } = checkTensor('interpolate', input);
  const { mode, alignCorners } = settings;
  for (const name of ['alignCorners', 'recomputeScaleFactor'] as const) {
    if (settings[name] === null || typeof settings[name] === 'boolean') continue;
    throw new ArgumentError(
      `interpolate(): ${name} must be true, false or null, found ${describeValue(settings[name])}`,
    );
  }
  const dims = shape.length - 2;
  const { kind, name } = checkMode(mode, shape, alignCorners);
  const spatial = shape.slice(2);
  const { output, scales } = outputSizes(spatial, settings);
  checkOutput('interpolate', [...shape.slice(0, 2), ...output], dims);
  if (kind === 'area') return [adaptiveAvgPool1d, adaptiveAvgPool2d, adaptiveAvgPool3d][dims - 1](input, output);
  if (!isFloatDType(dtype))
    throw new DTypeError(`"${mode} interpolation" not implemented for '${dtype}': expected a floating dtype`);
  if (shape[1] === 0) {
    throw new ShapeError(
      `Non-empty ${dims + 2}D data tensor expected but got a tensor with sizes ${formatShape(shape)}`,
    );
  }
  // For small images PyTorch computes neighbours in float32. It computes the nearest neighbour from the sizes if the
  // output is as large as the input or twice as large.
  const isSmall = kind.startsWith('nearest') && dims === 2 && output[0] + output[1] <= 128;
  const axes = spatial.map((size, d) => {
    const goesBySizes = isSmall && kind === 'nearest' && (output[d] === size || output[d] === 2 * size);
    return resampleAxis(kind, {
      input: size,
      output: output[d],
      scale: goesBySizes ? null : (scales?.[d] ?? null),
      alignCorners: alignCorners ?? false,
      dtype: isSmall ? 'float32' : dtype,
    });
  });
  // The intermediate shapes: dimensions are resampled from the first to the last.
  const shapes = axes.map((_, d) => [...shape.slice(0, 2), ...output.slice(0, d), ...spatial.slice(d)]);
  const outputShape = [...shape.slice(0, 2), ...output];
  const stepTo = (to: Shape, step: typeof resample, source: Floats, axis: ResampleAxis, d: number): Floats => {
    const target = createNumbers(dtype, numelOf(to)) as Floats;
    step(source, axis, numelOf(to.slice(d + 3)), target);
    return target;
  };
  const values = axes.reduce(
    (source, axis, d) => stepTo(shapes[d + 1] ?? outputShape, resample, source, axis, d),
    floatsOf(input),
  );
  return record(
    `${name}${dims}DBackward0`,
    [input],
    denseOf(values, outputShape, dtype),
    (g) => {
      const gradient = axes.reduceRight(
        (source, axis, d) => stepTo(shapes[d], resampleBackward, source, axis, d),
        floatsOf(g),
      );
      return [denseOf(gradient, shape, dtype)];
    },
    { kind: 'interpolate' },
  );
}

function checkMode(mode: InterpolateMode, shape: Shape, alignCorners: boolean | null | undefined) {
  const found = isNameIn(MODES, mode) ? MODES[mode] : undefined;
  if (found && !['linear', 'cubic'].includes(found.kind) && alignCorners !== null && alignCorners !== undefined) {
    throw new ArgumentError(
      'align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear',
    );
  }
  const dims = shape.length - 2;
  if (found?.kind === 'linear' && dims >= 1 && dims <= 3 && found.dims[0] !== dims) {
    throw new ShapeError(`Got ${shape.length}D input, but ${mode} mode needs ${found.dims[0] + 2}D input`);
  }
  if (!found || !(found.dims as readonly number[]).includes(dims)) {
    throw new (found ? ShapeError : ArgumentError)(
      `Input Error: Only 3D, 4D and 5D input Tensors supported (got ${shape.length}D) for the modes: ${Object.keys(MODES).join(' | ')} (got ${formatValue(mode)})`,
    );
  }
  return found;
}

function outputSizes(spatial: Shape, options: InterpolateOptions): { output: Shape; scales: Shape | null } {
  const { size = null, scaleFactor = null, recomputeScaleFactor: recompute } = options;
  if (size !== null && scaleFactor !== null) {
    throw new ArgumentError('only one of size or scale_factor should be defined');
  }
  if (size !== null && recompute) {
    throw new ArgumentError('recompute_scale_factor is not meaningful with an explicit size.');
  }
  const given = size ?? scaleFactor;
  if (given === null) throw new ArgumentError('either size or scale_factor should be defined');
  const numbers =
    typeof given === 'number' ? spatial.map(() => given) : Array.isArray(given) ? Array.from(given) : given;
  if (!Array.isArray(numbers) || !numbers.every((number) => typeof number === 'number')) {
    throw new ArgumentError(
      `size and scale_factor must be one number or one for each dimension, found ${describeValue(given)}`,
    );
  }
  if (numbers.length !== spatial.length) {
    const what = size === null ? 'scale_factor' : 'output';
    throw new ShapeError(
      `Input and ${what} must have the same number of spatial dimensions, but got input with spatial dimensions of ${formatShape(spatial)} and ${what} of ${formatShape(numbers)}`,
    );
  }
  if (size !== null && !numbers.every(Number.isInteger)) {
    throw new ArgumentError(
      `expected size to be one integer or one for each dimension, but got ${formatShape(numbers)}`,
    );
  }
  const output = size === null ? spatial.map((length, d) => Math.trunc(length * numbers[d])) : numbers;
  if (![...spatial, ...output].every((length) => Number.isSafeInteger(length) && length > 0)) {
    throw new ShapeError(
      `Input and output sizes should be greater than 0, but got input ${formatShape(spatial)} output ${formatShape(output)}`,
    );
  }
  return { output, scales: size === null && !recompute ? numbers : null };
}
