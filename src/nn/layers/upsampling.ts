import { readOptions } from '../../readOptions.js';
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

/**
 * Resamples [N, C, …] of one to three spatial dimensions to a size or by a factor (`torch.nn.Upsample`).
 * @param options exactly one of `size` and `scaleFactor`, `mode` (`'nearest'`, `'nearest-exact'`, `'linear'`, `'bilinear'`,
 *   `'bicubic'`, `'trilinear'`, `'area'`) and, for the linear and cubic ones, `alignCorners`
 */
export class Upsample extends Module {
  readonly size: Size | null;
  readonly scaleFactor: Size | null;
  readonly mode: InterpolateMode;
  readonly alignCorners: boolean | null;
  readonly recomputeScaleFactor: boolean | null;

  constructor(options: InterpolateOptions = {}) {
    super();
    const settings = readOptions('Upsample', options, INTERPOLATE_DEFAULTS);
    this.size = settings.size;
    this.scaleFactor = settings.scaleFactor;
    this.mode = settings.mode;
    this.alignCorners = settings.alignCorners;
    this.recomputeScaleFactor = settings.recomputeScaleFactor;
  }

  override forward(input: Tensor): Tensor {
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

/** {@link Upsample} of [N, C, H, W] by the nearest neighbour (`torch.nn.UpsamplingNearest2d`). */
export class UpsamplingNearest2d extends Upsample {
  constructor(options: Pick<InterpolateOptions, 'size' | 'scaleFactor'> = {}) {
    super(readOptions('UpsamplingNearest2d', options, { size: null, scaleFactor: null }));
  }
}

/** {@link Upsample} of [N, C, H, W], bilinear with aligned corners (`torch.nn.UpsamplingBilinear2d`). */
export class UpsamplingBilinear2d extends Upsample {
  constructor(options: Pick<InterpolateOptions, 'size' | 'scaleFactor'> = {}) {
    const extent = readOptions('UpsamplingBilinear2d', options, { size: null, scaleFactor: null });
    super({ ...extent, mode: 'bilinear', alignCorners: true });
  }
}
