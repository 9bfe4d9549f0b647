import { checkNumber, checkWhole } from '../../numerics/checkNumber.js';
import { readArguments, refuseSurplus, type Signature } from '../../readArguments.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { formatFloat, formatPython, formatSettings } from '../formatPython.js';
import {
  LOCAL_RESPONSE_DEFAULTS,
  type LocalResponseNormOptions,
  localResponseNorm,
} from '../functional/localResponseNorm.js';
import { Module } from '../Module.js';

const LOCAL_RESPONSE_NORM: Signature<LocalResponseNormOptions> = {
  required: ['size'],
  defaults: LOCAL_RESPONSE_DEFAULTS,
};

/**
 * Divides each element by a power of the mean square over neighbouring channels (`torch.nn.LocalResponseNorm`;
 * Krizhevsky et al. 2012).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const layer = new nn.LocalResponseNorm(2);
 * console.log(layer.forward(zeros([32, 5, 24, 24])).shape); // [ 32, 5, 24, 24 ]
 * ```
 */
export class LocalResponseNorm extends Module {
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly k: number;

  /**
   * @param size Number of neighbouring channels, ≥ 1.
   * @param options `alpha` (default: 1e-4), `beta` (default: 0.75), `k` (default: 1).
   * @throws ArgumentError if a size is not an integer in its range, or if an option is unknown or has the wrong type.
   */
  constructor(size: number, options?: LocalResponseNormOptions) {
    super();
    const { alpha, beta, k } = readArguments('nn.LocalResponseNorm', arguments, LOCAL_RESPONSE_NORM);
    this.size = checkWhole('size', size);
    this.alpha = checkNumber('alpha', alpha);
    this.beta = checkNumber('beta', beta);
    this.k = checkNumber('k', k);
  }

  /**
   * @param input `[N, C, …]` with at least three dimensions
   * @returns The shape of the input.
   * @throws ShapeError if the input has fewer than three dimensions.
   * @throws DTypeError if the dtype is not floating.
   */
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.LocalResponseNorm.forward', arguments, ['input']);
    return localResponseNorm(input, this.size, { alpha: this.alpha, beta: this.beta, k: this.k });
  }

  override extraRepr(): string {
    const { size, alpha, beta, k } = this;
    return `${formatPython(size)}, ${formatSettings({ alpha, beta })}, k=${formatFloat(k, 1)}`;
  }
}
