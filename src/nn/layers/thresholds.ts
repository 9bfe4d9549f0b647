import { ArgumentError } from '../../errors.js';
import { checkNumber } from '../../numerics/checkNumber.js';
import { readArguments, refuseSurplus, type Signature } from '../../readArguments.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { formatFloat, formatPython } from '../formatPython.js';
import { hardshrink, hardtanh, softshrink, threshold } from '../functional/rectifiers.js';
import { Module } from '../Module.js';
import { Activation, type ActivationOptions } from './activations.js';

/** Options of {@link Hardtanh}. */
export interface HardtanhOptions extends ActivationOptions {
  /** Lower bound. Default: −1. */
  minVal?: number | undefined;
  /** Upper bound, greater than `minVal`. Default: 1. */
  maxVal?: number | undefined;
}

const HARDTANH: Signature<HardtanhOptions> = {
  byPosition: ['minVal', 'maxVal'],
  defaults: { minVal: -1, maxVal: 1, inplace: false },
};

const THRESHOLD: Signature<ActivationOptions> = { required: ['threshold', 'value'], defaults: { inplace: false } };

/** The option of {@link Hardshrink} and {@link Softshrink}, which may also be given by position. */
export interface ShrinkOptions {
  /** Elements from −lambda to lambda become 0; ≥ 0 for {@link Softshrink}. Default: 0.5. */
  lambda?: number | undefined;
}

const SHRINK: Signature<ShrinkOptions> = { byPosition: ['lambda'], defaults: { lambda: 0.5 } };

/**
 * Each element limited to the range `minVal` to `maxVal`, for inputs of any shape (`torch.nn.Hardtanh`).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(String(new nn.Hardtanh(-2, 2).forward(tensor([-3, 0, 3])))); // tensor([-2.,  0.,  2.])
 * ```
 */
export class Hardtanh extends Activation {
  readonly minVal: number;
  readonly maxVal: number;

  /**
   * @param minVal Lower bound. Default: −1.
   * @param maxVal Upper bound, greater than `minVal`. Default: 1.
   * @param options `minVal`, `maxVal`, `inplace` (default: false): changes the printed form only.
   * @throws ArgumentError if `maxVal` is not greater than `minVal`, if an argument is not a finite number, or if an
   *   option is unknown.
   */
  constructor(minVal?: number | HardtanhOptions, maxVal?: number | HardtanhOptions, options?: HardtanhOptions) {
    const settings = readArguments('nn.Hardtanh', arguments, HARDTANH);
    super({ inplace: settings.inplace });
    this.maxVal = checkNumber('max_val', settings.maxVal);
    this.minVal = checkNumber('min_val', settings.minVal);
    if (!(this.maxVal > this.minVal))
      throw new ArgumentError(`max_val (${this.maxVal}) must be greater than min_val (${this.minVal})`);
  }

  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.Hardtanh.forward', arguments, ['input']);
    return hardtanh(input, this.minVal, this.maxVal);
  }

  protected override settings() {
    return { min_val: formatFloat(this.minVal, -1), max_val: formatFloat(this.maxVal, 1) };
  }
}

/**
 * x where x is greater than a threshold, otherwise a constant, for inputs of any shape (`torch.nn.Threshold`).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(String(new nn.Threshold(1, 20).forward(tensor([0, 1, 2])))); // tensor([20., 20.,  2.])
 * ```
 */
export class Threshold extends Activation {
  readonly threshold: number;
  readonly value: number;

  /**
   * @param threshold Elements that are not greater than this number are replaced.
   * @param value The replacement.
   * @param options `inplace` (default: false): changes the printed form only.
   * @throws ArgumentError if an argument is not a finite number.
   */
  constructor(threshold: number, value: number, options?: ActivationOptions) {
    super(readArguments('nn.Threshold', arguments, THRESHOLD));
    this.threshold = checkNumber('threshold', threshold);
    this.value = checkNumber('value', value);
  }

  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.Threshold.forward', arguments, ['input']);
    return threshold(input, this.threshold, this.value);
  }

  protected override settings() {
    return { threshold: this.threshold, value: this.value };
  }
}

/** An activation that sets elements near 0 to 0. */
abstract class Shrink extends Module {
  readonly lambda: number;

  /**
   * @param lambda Elements from −lambda to lambda become 0; ≥ 0 for {@link Softshrink}. Default: 0.5.
   * @throws ArgumentError if an argument is not a finite number.
   */
  constructor(lambda?: number | ShrinkOptions) {
    super();
    this.lambda = checkNumber('lambda', readArguments(`nn.${new.target.name}`, arguments, SHRINK).lambda);
  }

  abstract override forward(input: Tensor): Tensor;

  override extraRepr(): string {
    return formatPython(this.lambda);
  }
}

/**
 * 0 where |x| ≤ lambda, otherwise x, for inputs of any shape (`torch.nn.Hardshrink`).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(String(new nn.Hardshrink().forward(tensor([-1, 0.25, 2])))); // tensor([-1.,  0.,  2.])
 * ```
 */
export class Hardshrink extends Shrink {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.Hardshrink.forward', arguments, ['input']);
    return hardshrink(input, this.lambda);
  }
}

/**
 * Each element moved towards 0 by lambda, but not beyond 0, for inputs of any shape (`torch.nn.Softshrink`).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(String(new nn.Softshrink().forward(tensor([-1, 0.25, 2])))); // tensor([-0.5000,  0.0000,  1.5000])
 * ```
 */
export class Softshrink extends Shrink {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.Softshrink.forward', arguments, ['input']);
    return softshrink(input, this.lambda);
  }
}
