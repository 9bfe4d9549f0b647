import type { Tensor } from '../../tensor/Tensor.js';
import { formatPython, formatPythonFloat } from '../formatPython.js';
import { type InterpolateMode, type InterpolateOptions, interpolate } from '../functional/interpolate.js';
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
    this.size = options.size ?? null;
    this.scaleFactor = options.scaleFactor ?? null;
    this.mode = options.mode ?? 'nearest';
    this.alignCorners = options.alignCorners ?? null;
    this.recomputeScaleFactor = options.recomputeScaleFactor ?? null;
  }

  override forward(input: Tensor): Tensor {
    return interpolate(input, this);
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
  constructor({ size, scaleFactor }: Pick<InterpolateOptions, 'size' | 'scaleFactor'> = {}) {
    super({ size, scaleFactor });
  }
}

/** {@link Upsample} of [N, C, H, W], bilinear with aligned corners (`torch.nn.UpsamplingBilinear2d`). */
export class UpsamplingBilinear2d extends Upsample {
  constructor({ size, scaleFactor }: Pick<InterpolateOptions, 'size' | 'scaleFactor'> = {}) {
    super({ size, scaleFactor, mode: 'bilinear', alignCorners: true });
  }
}
