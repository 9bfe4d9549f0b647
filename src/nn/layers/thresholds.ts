import { ArgumentError } from '../../errors.js';
import { checkNumber } from '../../numerics/checkNumber.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { formatFloat, formatPython } from '../formatPython.js';
import { hardshrink, hardtanh, softshrink, threshold } from '../functional/rectifiers.js';
import { Module } from '../Module.js';
import { Activation, type ActivationOptions } from './activations.js';

/**
 * x held between two bounds, element by element (`torch.nn.Hardtanh`).
 * @param minVal −1 when absent
 * @param maxVal above `minVal`, 1 when absent
 */
export class Hardtanh extends Activation {
  readonly minVal: number;
  readonly maxVal: number;

  constructor(minVal = -1, maxVal = 1, options?: ActivationOptions) {
    super(options);
    if (!(checkNumber('max_val', maxVal) > checkNumber('min_val', minVal)))
      throw new ArgumentError(`max_val (${maxVal}) must be greater than min_val (${minVal})`);
    this.minVal = minVal;
    this.maxVal = maxVal;
  }

  override forward(input: Tensor): Tensor {
    return hardtanh(input, this.minVal, this.maxVal);
  }

  protected override settings() {
    return { min_val: formatFloat(this.minVal, -1), max_val: formatFloat(this.maxVal, 1) };
  }
}

/**
 * x where it is above a threshold, a constant elsewhere (`torch.nn.Threshold`).
 * @param threshold what x must be above
 * @param value what takes its place
 */
export class Threshold extends Activation {
  readonly threshold: number;
  readonly value: number;

  constructor(threshold: number, value: number, options?: ActivationOptions) {
    super(options);
    this.threshold = checkNumber('threshold', threshold);
    this.value = checkNumber('value', value);
  }

  override forward(input: Tensor): Tensor {
    return threshold(input, this.threshold, this.value);
  }

  protected override settings() {
    return { threshold: this.threshold, value: this.value };
  }
}

/**
 * x, or 0 where |x| ≤ lambda, element by element (`torch.nn.Hardshrink`).
 * @param lambda 0.5 when absent
 */
export class Hardshrink extends Module {
  readonly lambda: number;

  constructor(lambda = 0.5) {
    super();
    this.lambda = checkNumber('lambda', lambda);
  }

  override forward(input: Tensor): Tensor {
    return hardshrink(input, this.lambda);
  }

  override extraRepr(): string {
    return formatPython(this.lambda);
  }
}

/**
 * x moved towards 0 by lambda and not beyond, element by element (`torch.nn.Softshrink`).
 * @param lambda at least 0; 0.5 when absent
 */
export class Softshrink extends Module {
  readonly lambda: number;

  constructor(lambda = 0.5) {
    super();
    this.lambda = checkNumber('lambda', lambda);
  }

  override forward(input: Tensor): Tensor {
    return softshrink(input, this.lambda);
  }

  override extraRepr(): string {
    return formatPython(this.lambda);
  }
}
