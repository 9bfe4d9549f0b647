import { readArguments, refuseSurplus, type Signature } from '../../readArguments.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { formatPython, formatPythonFloat } from '../formatPython.js';
import {
  INTERPOLATE_DEFAULTS,
  type InterpolateMode,
  type InterpolateOptions,
  interpolate,
} from '../functional/interpolate.js';
import type { Size } from '../functional/windows.js';
import { Module } from '../Module.js';

const UPSAMPLE: Signature<InterpolateOptions> = { defaults: INTERPOLATE_DEFAULTS };

const EXTENT: Signature<Pick<InterpolateOptions, 'size' | 'scaleFactor'>> = {
  defaults: { size: null, scaleFactor: null },
};

/**
 * Resamples the spatial dimensions of `[N, C, …]` to a size or by a factor (`torch.nn.Upsample`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const layer = new nn.Upsample({ scaleFactor: 2, mode: 'bilinear' });
 * console.log(String(layer)); // Upsample(scale_factor=2.0, mode='bilinear')
 * console.log(layer.forward(zeros([1, 3, 16, 16])).shape); // [ 1, 3, 32, 32 ]
 * ```
 */
export class Upsample extends Module {
  readonly size: Size | null;
  readonly scaleFactor: Size | null;
  readonly mode: InterpolateMode;
  readonly alignCorners: boolean | null;
  readonly recomputeScaleFactor: boolean | null;

  /**
   * @param options Exactly one of `size` and `scaleFactor`, and `mode` (default: `'nearest'`), `alignCorners`
   *   (default: null), `recomputeScaleFactor` (default: null); see {@link InterpolateOptions}.
   * @throws ArgumentError if an option is unknown. `forward` checks the values.
   */
  constructor(options?: InterpolateOptions) {
    super();
    const settings = readArguments(`nn.${new.target.name}`, arguments, UPSAMPLE);
    this.size = settings.size;
    this.scaleFactor = settings.scaleFactor;
    this.mode = settings.mode;
    this.alignCorners = settings.alignCorners;
    this.recomputeScaleFactor = settings.recomputeScaleFactor;
  }

  /**
   * @param input `[N, C, L]`, `[N, C, H, W]` or `[N, C, D, H, W]`
   * @returns The shape of the input with the new spatial sizes.
   * @throws ShapeError if the sizes or the number of dimensions do not match.
   * @throws ArgumentError if the options contradict each other.
   * @throws DTypeError if the dtype is not floating.
   */
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.Upsample.forward', arguments, ['input']);
    const { size, scaleFactor, mode, alignCorners, recomputeScaleFactor } = this;
    return interpolate(input, { size, scaleFactor, mode, alignCorners, recomputeScaleFactor });
  }

  override extraRepr(): string {
    const extent =
      this.scaleFactor === null
        ? `size=${formatPython(this.size)}`
        : `scale_factor=${formatPythonFloat(this.scaleFactor)}`;
    return `${extent}, mode='${this.mode}'`;
  }
}

/**
 * {@link Upsample} of `[N, C, H, W]` by the nearest neighbour (`torch.nn.UpsamplingNearest2d`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.UpsamplingNearest2d({ scaleFactor: 2 }).forward(zeros([1, 3, 16, 16])).shape); // [ 1, 3, 32, 32 ]
 * ```
 */
export class UpsamplingNearest2d extends Upsample {
  /**
   * @param options Exactly one of `size` (spatial sizes of the output, ≥ 1) and `scaleFactor` (> 0): one number or
   *   `[height, width]`.
   * @throws ArgumentError if an option is unknown.
   */
  constructor(options?: Pick<InterpolateOptions, 'size' | 'scaleFactor'>) {
    super(readArguments('nn.UpsamplingNearest2d', arguments, EXTENT));
  }
}

/**
 * {@link Upsample} of `[N, C, H, W]` by bilinear interpolation with aligned corners (`torch.nn.UpsamplingBilinear2d`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const layer = new nn.UpsamplingBilinear2d({ size: [32, 24] });
 * console.log(layer.forward(zeros([1, 3, 16, 16])).shape); // [ 1, 3, 32, 24 ]
 * ```
 */
export class UpsamplingBilinear2d extends Upsample {
  /**
   * @param options Exactly one of `size` (spatial sizes of the output, ≥ 1) and `scaleFactor` (> 0): one number or
   *   `[height, width]`.
   * @throws ArgumentError if an option is unknown.
   */
  constructor(options?: Pick<InterpolateOptions, 'size' | 'scaleFactor'>) {
    const extent = readArguments('nn.UpsamplingBilinear2d', arguments, EXTENT);
    super({ ...extent, mode: 'bilinear', alignCorners: true });
  }
}
