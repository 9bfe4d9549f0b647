import { ArgumentError, describeValue } from '../../errors.js';
import { ones, zeros } from '../../init/constant.js';
import type { Initializer } from '../../init/Initializer.js';
import { checkNumber } from '../../numerics/checkNumber.js';
import { readOptions } from '../../readOptions.js';
import type { Shape } from '../../tensor/Shape.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { checkSize } from '../checkSize.js';
import { formatPython, formatSettings } from '../formatPython.js';
import {
  LOCAL_RESPONSE_DEFAULTS,
  type LocalResponseNormOptions,
  localResponseNorm,
} from '../functional/localResponseNorm.js';
import { groupNorm, layerNorm, rmsNorm } from '../functional/rowNormalization.js';
import { LAYER_DEFAULTS, Layer, type LayerOptions } from '../Layer.js';
import { Module } from '../Module.js';
import { createParameter, type Parameter } from '../Parameter.js';

/** Options of {@link GroupNorm}. */
export interface GroupNormOptions extends LayerOptions {
  /** Added to the variance; 1e-5 when absent. */
  eps?: number | undefined;
  /** Whether a weight and a bias for each channel are learned; true when absent. */
  affine?: boolean | undefined;
  /** Whether an affine layer learns a bias beside its weight; true when absent. */
  bias?: boolean | undefined;
}

/** Options of {@link LayerNorm}. */
export interface LayerNormOptions extends LayerOptions {
  /** Added to the variance; 1e-5 when absent. */
  eps?: number | undefined;
  /** Whether a weight and a bias for each element are learned; true when absent. */
  elementwiseAffine?: boolean | undefined;
  /** Whether an affine layer learns a bias beside its weight; true when absent. */
  bias?: boolean | undefined;
}

/** Options of {@link RMSNorm}. */
export interface RMSNormOptions extends LayerOptions {
  /** Added to the mean square; `null`, the dtype's precision, when absent. */
  eps?: number | null | undefined;
  /** Whether a weight for each element is learned; true when absent. */
  elementwiseAffine?: boolean | undefined;
}

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

/** Normalises groups of channels (`torch.nn.GroupNorm`; Wu & He 2018). Default initialisation: weight 1, bias 0. */
export class GroupNorm extends ScaledNorm {
  readonly numGroups: number;
  readonly numChannels: number;
  readonly eps: number;
  readonly affine: boolean;
  /** [numChannels] */
  weight: Parameter | null;
  /** [numChannels] */
  bias: Parameter | null;

  /** @param numGroups divides `numChannels` */
  constructor(numGroups: number, numChannels: number, options: GroupNormOptions = {}) {
    super();
    const { eps, affine, bias, dtype, generator } = readOptions('GroupNorm', options, {
      eps: 1e-5,
      affine: true,
      bias: true,
      ...LAYER_DEFAULTS,
    });
    this.numGroups = checkSize('numGroups', numGroups);
    this.numChannels = checkSize('numChannels', numChannels, 0);
    if (numChannels % numGroups !== 0) {
      throw new ArgumentError(`num_channels (${numChannels}) must be divisible by num_groups (${numGroups})`);
    }
    this.eps = checkNumber('eps', eps);
    this.affine = affine;
    this.weight = affine ? createParameter([numChannels], dtype) : null;
    this.bias = affine && bias ? createParameter([numChannels], dtype) : null;
    this.resetParameters(generator);
  }

  /** @param input [N, numChannels, …] */
  override forward(input: Tensor): Tensor {
    const { weight, bias, eps } = this;
    return groupNorm(input, this.numGroups, { weight, bias, eps });
  }

  override extraRepr(): string {
    const settings = formatSettings({ eps: this.eps, affine: this.affine, bias: this.bias !== null });
    return `${formatPython(this.numGroups)}, ${formatPython(this.numChannels)}, ${settings}`;
  }
}

/** Normalises the last dimensions (`torch.nn.LayerNorm`; Ba et al. 2016). Default initialisation: weight 1, bias 0. */
export class LayerNorm extends ScaledNorm {
  readonly normalizedShape: Shape;
  readonly eps: number;
  readonly elementwiseAffine: boolean;
  /** Of the normalised shape. */
  weight: Parameter | null;
  /** Of the normalised shape. */
  bias: Parameter | null;

  /** @param normalizedShape sizes of the last dimensions, or the size of the last one */
  constructor(normalizedShape: number | Shape, options: LayerNormOptions = {}) {
    super();
    const { eps, elementwiseAffine, bias, dtype, generator } = readOptions('LayerNorm', options, {
      eps: 1e-5,
      elementwiseAffine: true,
      bias: true,
      ...LAYER_DEFAULTS,
    });
    this.normalizedShape = shapeOf(normalizedShape);
    this.eps = checkNumber('eps', eps);
    this.elementwiseAffine = elementwiseAffine;
    this.weight = elementwiseAffine ? createParameter(this.normalizedShape, dtype) : null;
    this.bias = elementwiseAffine && bias ? createParameter(this.normalizedShape, dtype) : null;
    this.resetParameters(generator);
  }

  /** @param input [*, …normalizedShape] */
  override forward(input: Tensor): Tensor {
    const { weight, bias, eps } = this;
    return layerNorm(input, this.normalizedShape, { weight, bias, eps });
  }

  override extraRepr(): string {
    const { eps, elementwiseAffine } = this;
    const settings = { eps, elementwise_affine: elementwiseAffine, bias: this.bias !== null };
    return `${formatPython(this.normalizedShape)}, ${formatSettings(settings)}`;
  }
}

/** Divides by the root mean square of the last dimensions (`torch.nn.RMSNorm`). Default initialisation: weight 1. */
export class RMSNorm extends ScaledNorm {
  readonly normalizedShape: Shape;
  readonly eps: number | null;
  readonly elementwiseAffine: boolean;
  /** Of the normalised shape. */
  weight: Parameter | null;

  /** @param normalizedShape sizes of the last dimensions, or the size of the last one */
  constructor(normalizedShape: number | Shape, options: RMSNormOptions = {}) {
    super();
    const { eps, elementwiseAffine, dtype, generator } = readOptions('RMSNorm', options, {
      eps: null,
      elementwiseAffine: true,
      ...LAYER_DEFAULTS,
    });
    this.normalizedShape = shapeOf(normalizedShape);
    this.eps = eps === null ? null : checkNumber('eps', eps);
    this.elementwiseAffine = elementwiseAffine;
    this.weight = elementwiseAffine ? createParameter(this.normalizedShape, dtype) : null;
    this.resetParameters(generator);
  }

  /** @param input [*, …normalizedShape] */
  override forward(input: Tensor): Tensor {
    return rmsNorm(input, this.normalizedShape, { weight: this.weight, eps: this.eps ?? undefined });
  }

  override extraRepr(): string {
    const settings = formatSettings({ eps: this.eps, elementwise_affine: this.elementwiseAffine });
    return `${formatPython(this.normalizedShape)}, ${settings}`;
  }
}

/**
 * Divides each element by a power of the squares around it in neighbouring channels (`torch.nn.LocalResponseNorm`;
 * Krizhevsky et al. 2012).
 * @param size how many neighbouring channels count
 */
export class LocalResponseNorm extends Module {
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly k: number;

  constructor(size: number, options: LocalResponseNormOptions = {}) {
    super();
    const { alpha, beta, k } = readOptions('LocalResponseNorm', options, LOCAL_RESPONSE_DEFAULTS);
    this.size = checkSize('size', size);
    this.alpha = checkNumber('alpha', alpha);
    this.beta = checkNumber('beta', beta);
    this.k = checkNumber('k', k);
  }

  /** @param input [N, C, …] */
  override forward(input: Tensor): Tensor {
    return localResponseNorm(input, this.size, { alpha: this.alpha, beta: this.beta, k: this.k });
  }

  override extraRepr(): string {
    const { size, alpha, beta, k } = this;
    return `${formatPython(size)}, ${formatSettings({ alpha, beta })}, k=${Number.isInteger(k) ? `${k}.0` : formatPython(k)}`;
  }
}

function shapeOf(normalizedShape: number | Shape): Shape {
  if (typeof normalizedShape !== 'number' && !Array.isArray(normalizedShape)) {
    throw new ArgumentError(`normalizedShape is a size or an array of sizes, found ${describeValue(normalizedShape)}`);
  }
  const sizes: Shape = typeof normalizedShape === 'number' ? [normalizedShape] : [...normalizedShape];
  for (const size of sizes) checkSize('normalizedShape', size, 0);
  return sizes;
}
