import { readOptions } from '../../readOptions.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { formatSettings } from '../formatPython.js';
import { adaptiveAvgPool1d, adaptiveAvgPool2d, adaptiveAvgPool3d } from '../functional/averagePooling.js';
import {
  type AdaptiveMaxPoolOptions,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
  type MaxPooled,
} from '../functional/maxPooling.js';
import type { AdaptiveSize } from '../functional/poolWindows.js';
import { Module } from '../Module.js';

/** What adaptive pooling layers have in common. */
abstract class AdaptivePool extends Module {
  readonly outputSize: AdaptiveSize;

  /** @param outputSize sizes of the output, one number or one for each dimension; `null` stands for the input's size */
  constructor(outputSize: AdaptiveSize) {
    super();
    this.outputSize = outputSize;
  }

  override extraRepr(): string {
    return formatSettings({ output_size: this.outputSize });
  }
}

/** The means of `outputSize` parts of [N, C, L] or [C, L] (`torch.nn.AdaptiveAvgPool1d`). */
export class AdaptiveAvgPool1d extends AdaptivePool {
  override forward(input: Tensor): Tensor {
    return adaptiveAvgPool1d(input, this.outputSize);
  }
}

/** The means of `outputSize` parts of [N, C, H, W] or [C, H, W] (`torch.nn.AdaptiveAvgPool2d`). */
export class AdaptiveAvgPool2d extends AdaptivePool {
  override forward(input: Tensor): Tensor {
    return adaptiveAvgPool2d(input, this.outputSize);
  }
}

/** The means of `outputSize` parts of [N, C, D, H, W] or [C, D, H, W] (`torch.nn.AdaptiveAvgPool3d`). */
export class AdaptiveAvgPool3d extends AdaptivePool {
  override forward(input: Tensor): Tensor {
    return adaptiveAvgPool3d(input, this.outputSize);
  }
}

/** What adaptive max pooling layers have in common. */
abstract class AdaptiveMaxPool<Indices extends boolean> extends AdaptivePool {
  readonly returnIndices: Indices;

  constructor(outputSize: AdaptiveSize, options: AdaptiveMaxPoolOptions<Indices> = {}) {
    super(outputSize);
    const given = options as AdaptiveMaxPoolOptions<boolean>;
    this.returnIndices = readOptions(new.target.name, given, { returnIndices: false }).returnIndices as Indices;
  }

  /** Returns the output, or with `returnIndices` [output, indices]. */
  abstract override forward(input: Tensor): MaxPooled<Indices>;
}

/** The largest elements of `outputSize` parts of [N, C, L] or [C, L] (`torch.nn.AdaptiveMaxPool1d`). */
export class AdaptiveMaxPool1d<Indices extends boolean = false> extends AdaptiveMaxPool<Indices> {
  override forward(input: Tensor): MaxPooled<Indices> {
    return adaptiveMaxPool1d(input, this.outputSize, { returnIndices: this.returnIndices });
  }
}

/** The largest elements of `outputSize` parts of [N, C, H, W] or [C, H, W] (`torch.nn.AdaptiveMaxPool2d`). */
export class AdaptiveMaxPool2d<Indices extends boolean = false> extends AdaptiveMaxPool<Indices> {
  override forward(input: Tensor): MaxPooled<Indices> {
    return adaptiveMaxPool2d(input, this.outputSize, { returnIndices: this.returnIndices });
  }
}

/** The largest elements of `outputSize` parts of [N, C, D, H, W] or [C, D, H, W] (`torch.nn.AdaptiveMaxPool3d`). */
export class AdaptiveMaxPool3d<Indices extends boolean = false> extends AdaptiveMaxPool<Indices> {
  override forward(input: Tensor): MaxPooled<Indices> {
    return adaptiveMaxPool3d(input, this.outputSize, { returnIndices: this.returnIndices });
  }
}
