import { readArguments, refuseSurplus, type Signature } from '../../readArguments.js';
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

const ADAPTIVE: Signature<object> = { required: ['outputSize'], defaults: {}, endsInArray: true };

const ADAPTIVE_MAX: Signature<AdaptiveMaxPoolOptions<boolean>> = {
  ...ADAPTIVE,
  defaults: { returnIndices: false },
};

/** The setting that adaptive pooling layers share. */
abstract class AdaptivePool extends Module {
  readonly outputSize: AdaptiveSize;

  /**
   * @param outputSize Spatial sizes of the output, each ≥ 0: one number, or one for each spatial dimension, where
   *   `null` means the size of the input.
   */
  constructor(outputSize: AdaptiveSize) {
    super();
    readArguments(`nn.${new.target.name}`, arguments, ADAPTIVE);
    this.outputSize = outputSize;
  }

  override extraRepr(): string {
    return formatSettings({ output_size: this.outputSize });
  }
}

/**
 * The means of `outputSize` parts of `[N, C, L]` or `[C, L]` (`torch.nn.AdaptiveAvgPool1d`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.AdaptiveAvgPool1d(5).forward(zeros([1, 64, 8])).shape); // [ 1, 64, 5 ]
 * ```
 */
export class AdaptiveAvgPool1d extends AdaptivePool {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.AdaptiveAvgPool1d.forward', arguments, ['input']);
    return adaptiveAvgPool1d(input, this.outputSize);
  }
}

/**
 * The means of the parts of `[N, C, H, W]` or `[C, H, W]`, where the parts form a grid of `outputSize`
 * (`torch.nn.AdaptiveAvgPool2d`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.AdaptiveAvgPool2d([7, null]).forward(zeros([1, 64, 10, 9])).shape); // [ 1, 64, 7, 9 ]
 * ```
 */
export class AdaptiveAvgPool2d extends AdaptivePool {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.AdaptiveAvgPool2d.forward', arguments, ['input']);
    return adaptiveAvgPool2d(input, this.outputSize);
  }
}

/**
 * The means of the parts of `[N, C, D, H, W]` or `[C, D, H, W]`, where the parts form a grid of `outputSize`
 * (`torch.nn.AdaptiveAvgPool3d`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.AdaptiveAvgPool3d(1).forward(zeros([1, 64, 4, 8, 8])).shape); // [ 1, 64, 1, 1, 1 ]
 * ```
 */
export class AdaptiveAvgPool3d extends AdaptivePool {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.AdaptiveAvgPool3d.forward', arguments, ['input']);
    return adaptiveAvgPool3d(input, this.outputSize);
  }
}

/** The settings that adaptive max pooling layers share. */
abstract class AdaptiveMaxPool<Indices extends boolean> extends AdaptivePool {
  readonly returnIndices: Indices;

  /**
   * @param outputSize Spatial sizes of the output, each ≥ 0: one number, or one for each spatial dimension, where
   *   `null` means the size of the input.
   * @param options `returnIndices` (default: false): whether the layer also returns the indices of the largest
   *   elements.
   * @throws ArgumentError if an option is unknown.
   */
  constructor(outputSize: AdaptiveSize, options?: AdaptiveMaxPoolOptions<Indices>) {
    const { returnIndices } = readArguments(`nn.${new.target.name}`, arguments, ADAPTIVE_MAX);
    super(outputSize);
    this.returnIndices = returnIndices as Indices;
  }

  /**
   * @param input A tensor in the shape that the description of the class gives.
   * @returns The output, whose spatial sizes are `outputSize`, or `[output, indices]` with `returnIndices`.
   * @throws ShapeError if the shape does not match.
   * @throws ArgumentError if `outputSize` is out of its range.
   * @throws DTypeError if the dtype is not floating.
   */
  abstract override forward(input: Tensor): MaxPooled<Indices>;
}

/**
 * The largest elements of `outputSize` parts of `[N, C, L]` or `[C, L]` (`torch.nn.AdaptiveMaxPool1d`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.AdaptiveMaxPool1d(5).forward(zeros([1, 64, 8])).shape); // [ 1, 64, 5 ]
 * ```
 */
export class AdaptiveMaxPool1d<Indices extends boolean = false> extends AdaptiveMaxPool<Indices> {
  override forward(input: Tensor): MaxPooled<Indices> {
    refuseSurplus('nn.AdaptiveMaxPool1d.forward', arguments, ['input']);
    return adaptiveMaxPool1d(input, this.outputSize, { returnIndices: this.returnIndices });
  }
}

/**
 * The largest elements of the parts of `[N, C, H, W]` or `[C, H, W]`, where the parts form a grid of `outputSize`
 * (`torch.nn.AdaptiveMaxPool2d`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.AdaptiveMaxPool2d([5, 7]).forward(zeros([1, 64, 8, 9])).shape); // [ 1, 64, 5, 7 ]
 * ```
 */
export class AdaptiveMaxPool2d<Indices extends boolean = false> extends AdaptiveMaxPool<Indices> {
  override forward(input: Tensor): MaxPooled<Indices> {
    refuseSurplus('nn.AdaptiveMaxPool2d.forward', arguments, ['input']);
    return adaptiveMaxPool2d(input, this.outputSize, { returnIndices: this.returnIndices });
  }
}

/**
 * The largest elements of the parts of `[N, C, D, H, W]` or `[C, D, H, W]`, where the parts form a grid of `outputSize`
 * (`torch.nn.AdaptiveMaxPool3d`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.AdaptiveMaxPool3d(2).forward(zeros([1, 64, 4, 8, 8])).shape); // [ 1, 64, 2, 2, 2 ]
 * ```
 */
export class AdaptiveMaxPool3d<Indices extends boolean = false> extends AdaptiveMaxPool<Indices> {
  override forward(input: Tensor): MaxPooled<Indices> {
    refuseSurplus('nn.AdaptiveMaxPool3d.forward', arguments, ['input']);
    return adaptiveMaxPool3d(input, this.outputSize, { returnIndices: this.returnIndices });
  }
}
