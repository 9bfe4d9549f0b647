import { ArgumentError, describeValue } from '../../errors.js';
import { ones, zeros } from '../../init/constant.js';
import type { Initializer } from '../../init/Initializer.js';
import { checkNumber, checkWhole } from '../../numerics/checkNumber.js';
import { readArguments, refuseSurplus, type Signature } from '../../readArguments.js';
import type { Shape } from '../../tensor/Shape.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { formatPython, formatSettings } from '../formatPython.js';
import { groupNorm, layerNorm, rmsNorm } from '../functional/rowNormalization.js';
import { LAYER_DEFAULTS, Layer, type LayerOptions } from '../Layer.js';
import type { Parameter } from '../Parameter.js';

/** Options of {@link GroupNorm}. */
export interface GroupNormOptions extends LayerOptions {
  /** Number added to the variance. Default: 1e-5. */
  eps?: number | undefined;
  /** Whether the layer learns a weight and a bias for each channel. Default: true. */
  affine?: boolean | undefined;
  /** Whether an affine layer learns a bias beside its weight. Default: true. */
  bias?: boolean | undefined;
}

/** Options of {@link LayerNorm}. */
export interface LayerNormOptions extends LayerOptions {
  /** Number added to the variance. Default: 1e-5. */
  eps?: number | undefined;
  /** Whether the layer learns a weight and a bias for each element of the normalised shape. Default: true. */
  elementwiseAffine?: boolean | undefined;
  /** Whether an affine layer learns a bias beside its weight. Default: true. */
  bias?: boolean | undefined;
}

/** Options of {@link RMSNorm}. */
export interface RMSNormOptions extends LayerOptions {
  /**
   * Number added to the mean square. `null` means the distance from 1 to the next number of the input's dtype.
   * Default: null.
   */
  eps?: number | null | undefined;
  /** Whether the layer learns a weight for each element of the normalised shape. Default: true. */
  elementwiseAffine?: boolean | undefined;
}

const GROUP_NORM: Signature<GroupNormOptions> = {
  required: ['numGroups', 'numChannels'],
  defaults: { eps: 1e-5, affine: true, bias: true, ...LAYER_DEFAULTS },
};

const LAYER_NORM: Signature<LayerNormOptions> = {
  required: ['normalizedShape'],
  defaults: { eps: 1e-5, elementwiseAffine: true, bias: true, ...LAYER_DEFAULTS },
};

const RMS_NORM: Signature<RMSNormOptions> = {
  required: ['normalizedShape'],
  defaults: { eps: null, elementwiseAffine: true, ...LAYER_DEFAULTS },
};

/** A layer whose weight starts at 1 and whose bias starts at 0. */
abstract class ScaledNorm extends Layer {
  abstract weight: Parameter | null;

  override defaults(): [string, Initializer][] {
    return [
      ['weight', ones()],
      ['bias', zeros()],
    ];
  }
}

/**
 * Normalises groups of channels of each sample to mean 0 and variance 1 (`torch.nn.GroupNorm`; Wu & He 2018).
 *
 * Default initialisation: weight 1, bias 0.
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const layer = new nn.GroupNorm(3, 6);
 * console.log(layer.forward(zeros([20, 6, 10, 10])).shape); // [ 20, 6, 10, 10 ]
 * ```
 */
export class GroupNorm extends ScaledNorm {
  readonly numGroups: number;
  readonly numChannels: number;
  readonly eps: number;
  readonly affine: boolean;
  /** `[numChannels]`, or null without `affine` */
  weight: Parameter | null;
  /** `[numChannels]`, or null without `affine` or `bias` */
  bias: Parameter | null;

  /**
   * @param numGroups Number of groups, ≥ 1, which divides `numChannels`.
   * @param numChannels Number of channels C of the input, ≥ 0.
   * @param options `eps`, `affine`, `bias`, `dtype`, `generator`; see {@link GroupNormOptions}.
   * @throws ArgumentError if a size or an option is out of its range, or if `numGroups` does not divide `numChannels`.
   */
  constructor(numGroups: number, numChannels: number, options?: GroupNormOptions) {
    super();
    const { eps, affine, bias, dtype, generator } = readArguments('nn.GroupNorm', arguments, GROUP_NORM);
    this.numGroups = checkWhole('numGroups', numGroups);
    this.numChannels = checkWhole('numChannels', numChannels, 0);
    if (numChannels % numGroups !== 0) {
      throw new ArgumentError(`num_channels (${numChannels}) must be divisible by num_groups (${numGroups})`);
    }
    this.eps = checkNumber('eps', eps);
    this.affine = affine;
    this.weight = this.optionalParameter('weight', affine, [numChannels], dtype);
    this.bias = this.optionalParameter('bias', affine && bias, [numChannels], dtype);
    this.resetParameters(generator);
  }

  /**
   * @param input `[N, C, …]`, where C is `numChannels`
   * @returns The shape of the input.
   * @throws ShapeError if the channels do not match, or if a single sample has one value in each group.
   * @throws DTypeError if the dtype is not floating.
   */
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.GroupNorm.forward', arguments, ['input']);
    const { weight, bias, eps } = this;
    return groupNorm(input, this.numGroups, { weight, bias, eps });
  }

  override extraRepr(): string {
    const settings = formatSettings({ eps: this.eps, affine: this.affine, bias: this.bias !== null });
    return `${formatPython(this.numGroups)}, ${formatPython(this.numChannels)}, ${settings}`;
  }
}

/**
 * Normalises the last dimensions to mean 0 and variance 1 (`torch.nn.LayerNorm`; Ba et al. 2016).
 *
 * Default initialisation: weight 1, bias 0.
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const layer = new nn.LayerNorm([5, 10]);
 * console.log(String(layer)); // LayerNorm((5, 10), eps=1e-05, elementwise_affine=True, bias=True)
 * console.log(layer.forward(zeros([20, 5, 10])).shape); // [ 20, 5, 10 ]
 * ```
 */
export class LayerNorm extends ScaledNorm {
  readonly normalizedShape: Shape;
  readonly eps: number;
  readonly elementwiseAffine: boolean;
  /** `normalizedShape`, or null without `elementwiseAffine` */
  weight: Parameter | null;
  /** `normalizedShape`, or null without `elementwiseAffine` or `bias` */
  bias: Parameter | null;

  /**
   * @param normalizedShape Sizes of the last dimensions of the input, or the size of the last dimension, each ≥ 0.
   * @param options `eps`, `elementwiseAffine`, `bias`, `dtype`, `generator`; see {@link LayerNormOptions}.
   * @throws ArgumentError if a size is not an integer in its range, or if an option is unknown or has the wrong type.
   */
  constructor(normalizedShape: number | Shape, options?: LayerNormOptions) {
    super();
    const { eps, elementwiseAffine, bias, dtype, generator } = readArguments('nn.LayerNorm', arguments, LAYER_NORM);
    this.normalizedShape = shapeOf(normalizedShape);
    this.eps = checkNumber('eps', eps);
    this.elementwiseAffine = elementwiseAffine;
    this.weight = this.optionalParameter('weight', elementwiseAffine, this.normalizedShape, dtype);
    this.bias = this.optionalParameter('bias', elementwiseAffine && bias, this.normalizedShape, dtype);
    this.resetParameters(generator);
  }

  /**
   * @param input `[*, …normalizedShape]`
   * @returns The shape of the input.
   * @throws ShapeError if the last dimensions are not `normalizedShape`.
   * @throws DTypeError if the dtype is not floating.
   */
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.LayerNorm.forward', arguments, ['input']);
    const { weight, bias, eps } = this;
    return layerNorm(input, this.normalizedShape, { weight, bias, eps });
  }

  override extraRepr(): string {
    const { eps, elementwiseAffine } = this;
    const settings = { eps, elementwise_affine: elementwiseAffine, bias: this.bias !== null };
    return `${formatPython(this.normalizedShape)}, ${formatSettings(settings)}`;
  }
}

/**
 * Divides by the root mean square of the last dimensions (`torch.nn.RMSNorm`; Zhang & Sennrich 2019).
 *
 * Default initialisation: weight 1.
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const layer = new nn.RMSNorm(64);
 * console.log(layer.forward(zeros([2, 10, 64])).shape); // [ 2, 10, 64 ]
 * ```
 */
export class RMSNorm extends ScaledNorm {
  readonly normalizedShape: Shape;
  readonly eps: number | null;
  readonly elementwiseAffine: boolean;
  /** `normalizedShape`, or null without `elementwiseAffine` */
  weight: Parameter | null;

  /**
   * @param normalizedShape Sizes of the last dimensions of the input, or the size of the last dimension, each ≥ 0.
   * @param options `eps`, `elementwiseAffine`, `dtype`, `generator`; see {@link RMSNormOptions}.
   * @throws ArgumentError if a size is not an integer in its range, or if an option is unknown or has the wrong type.
   */
  constructor(normalizedShape: number | Shape, options?: RMSNormOptions) {
    super();
    const { eps, elementwiseAffine, dtype, generator } = readArguments('nn.RMSNorm', arguments, RMS_NORM);
    this.normalizedShape = shapeOf(normalizedShape);
    this.eps = eps === null ? null : checkNumber('eps', eps);
    this.elementwiseAffine = elementwiseAffine;
    this.weight = this.optionalParameter('weight', elementwiseAffine, this.normalizedShape, dtype);
    this.resetParameters(generator);
  }

  /**
   * @param input `[*, …normalizedShape]`
   * @returns The shape of the input.
   * @throws ShapeError if the last dimensions are not `normalizedShape`.
   * @throws DTypeError if the dtype is not floating.
   */
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.RMSNorm.forward', arguments, ['input']);
    return rmsNorm(input, this.normalizedShape, { weight: this.weight, eps: this.eps ?? undefined });
  }

  override extraRepr(): string {
    const settings = formatSettings({ eps: this.eps, elementwise_affine: this.elementwiseAffine });
    return `${formatPython(this.normalizedShape)}, ${settings}`;
  }
}

function shapeOf(normalizedShape: number | Shape): Shape {
  if (typeof normalizedShape !== 'number' && !Array.isArray(normalizedShape)) {
    throw new ArgumentError(
      `normalizedShape must be a size or an array of sizes, found ${describeValue(normalizedShape)}`,
    );
  }
  const sizes: Shape = typeof normalizedShape === 'number' ? [normalizedShape] : [...normalizedShape];
  for (const size of sizes) checkWhole('normalizedShape', size, 0);
  return sizes;
}
