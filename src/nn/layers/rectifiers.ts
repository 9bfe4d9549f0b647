import { constant } from '../../init/constant.js';
import type { Initializer } from '../../init/Initializer.js';
import { checkNumber } from '../../numerics/checkNumber.js';
import { readOptions } from '../../readOptions.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { checkSize } from '../checkSize.js';
import { formatFloat, formatSettings } from '../formatPython.js';
import { prelu } from '../functional/prelu.js';
import { celu, elu, hardsigmoid, hardswish, leakyRelu, relu, relu6, selu } from '../functional/rectifiers.js';
import { LAYER_DEFAULTS, Layer, type LayerOptions } from '../Layer.js';
import { createParameter, type Parameter } from '../Parameter.js';
import { Activation, type ActivationOptions } from './activations.js';

/** max(0, x), element by element (`torch.nn.ReLU`). */
export class ReLU extends Activation {
  override forward(input: Tensor): Tensor {
    return relu(input);
  }
}

/**
 * x above 0 and `negativeSlope`·x below, element by element (`torch.nn.LeakyReLU`).
 * @param negativeSlope 0.01 when absent
 */
export class LeakyReLU extends Activation {
  readonly negativeSlope: number;

  constructor(negativeSlope = 0.01, options?: ActivationOptions) {
    super(options);
    this.negativeSlope = checkNumber('negative_slope', negativeSlope);
  }

  override forward(input: Tensor): Tensor {
    return leakyRelu(input, this.negativeSlope);
  }

  protected override settings() {
    return { negative_slope: this.negativeSlope };
  }
}

/** Options of {@link PReLU}. */
export interface PReLUOptions extends LayerOptions {
  /** What every slope starts with; 0.25 when absent. */
  init?: number | undefined;
}

/**
 * x above 0 and a learned slope times x below (`torch.nn.PReLU`).
 * @param numParameters one slope for all, or one for each channel; 1 when absent
 */
export class PReLU extends Layer {
  readonly numParameters: number;
  readonly init: number;
  /** [numParameters] */
  weight: Parameter;

  constructor(numParameters = 1, options: PReLUOptions = {}) {
    super();
    const { init, dtype, generator } = readOptions('PReLU', options, { init: 0.25, ...LAYER_DEFAULTS });
    this.numParameters = checkSize('numParameters', numParameters, 0);
    this.init = checkNumber('init', init);
    this.weight = createParameter([numParameters], dtype);
    this.resetParameters(generator);
  }

  override defaults(): [string, Initializer][] {
    return [['weight', constant(this.init)]];
  }

  /** @param input [N, C, …], C being `numParameters`; with one of them any shape */
  override forward(input: Tensor): Tensor {
    return prelu(input, this.weight);
  }

  override extraRepr(): string {
    return formatSettings({ num_parameters: this.numParameters });
  }
}

/** x held between 0 and 6, element by element (`torch.nn.ReLU6`). */
export class ReLU6 extends Activation {
  override forward(input: Tensor): Tensor {
    return relu6(input);
  }
}

/** An activation of which PyTorch does not print that it is computed in place. */
abstract class SilentActivation extends Activation {
  override extraRepr(): string {
    return '';
  }
}

/** x·relu6(x + 3) / 6, element by element (`torch.nn.Hardswish`). */
export class Hardswish extends SilentActivation {
  override forward(input: Tensor): Tensor {
    return hardswish(input);
  }
}

/** relu6(x + 3) / 6, element by element (`torch.nn.Hardsigmoid`). */
export class Hardsigmoid extends SilentActivation {
  override forward(input: Tensor): Tensor {
    return hardsigmoid(input);
  }
}

/** An exponential below 0, scaled by alpha. */
abstract class ExponentialActivation extends Activation {
  readonly alpha: number;

  constructor(alpha = 1, options?: ActivationOptions) {
    super(options);
    this.alpha = checkNumber('alpha', alpha);
  }

  protected override settings() {
    return { alpha: formatFloat(this.alpha, 1) };
  }
}

/**
 * x above 0 and alpha·(eˣ − 1) below, element by element (`torch.nn.ELU`).
 * @param alpha 1 when absent
 */
export class ELU extends ExponentialActivation {
  override forward(input: Tensor): Tensor {
    return elu(input, this.alpha);
  }
}

/**
 * x above 0 and alpha·(e^(x/alpha) − 1) below, element by element (`torch.nn.CELU`).
 * @param alpha not 0; 1 when absent
 */
export class CELU extends ExponentialActivation {
  override forward(input: Tensor): Tensor {
    return celu(input, this.alpha);
  }
}

/** The scaled ELU that keeps activations normalised, element by element (`torch.nn.SELU`). */
export class SELU extends Activation {
  override forward(input: Tensor): Tensor {
    return selu(input);
  }
}
