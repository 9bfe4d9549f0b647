import { constant } from '../../init/constant.js';
import type { Initializer } from '../../init/Initializer.js';
import { checkNumber, checkWhole } from '../../numerics/checkNumber.js';
import { readArguments, refuseSurplus, type Signature } from '../../readArguments.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { formatFloat, formatSettings } from '../formatPython.js';
import { prelu } from '../functional/prelu.js';
import { celu, elu, hardsigmoid, hardswish, leakyRelu, relu, relu6, selu } from '../functional/rectifiers.js';
import { LAYER_DEFAULTS, Layer, type LayerOptions } from '../Layer.js';
import { createParameter, type Parameter } from '../Parameter.js';
import { Activation, type ActivationOptions } from './activations.js';

/**
 * max(0, x) of each element, for inputs of any shape (`torch.nn.ReLU`).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(String(new nn.ReLU({ inplace: true }))); // ReLU(inplace=True)
 * console.log(String(new nn.ReLU().forward(tensor([-1, 0, 2])))); // tensor([0., 0., 2.])
 * ```
 */
export class ReLU extends Activation {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.ReLU.forward', arguments, ['input']);
    return relu(input);
  }
}

/** Options of {@link LeakyReLU}. */
export interface LeakyReLUOptions extends ActivationOptions {
  /** Slope below 0. Default: 0.01. */
  negativeSlope?: number | undefined;
}

const LEAKY_RELU: Signature<LeakyReLUOptions> = {
  byPosition: ['negativeSlope'],
  defaults: { negativeSlope: 0.01, inplace: false },
};

/**
 * x above 0 and `negativeSlope`·x below, for inputs of any shape (`torch.nn.LeakyReLU`).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(String(new nn.LeakyReLU(0.1).forward(tensor([-1, 0, 2])))); // tensor([-0.1000,  0.0000,  2.0000])
 * ```
 */
export class LeakyReLU extends Activation {
  readonly negativeSlope: number;

  /**
   * @param negativeSlope Slope below 0. Default: 0.01.
   * @param options `negativeSlope`, `inplace` (default: false): changes the printed form only.
   * @throws ArgumentError if an argument is not a finite number or an option is unknown.
   */
  constructor(negativeSlope?: number | LeakyReLUOptions, options?: LeakyReLUOptions) {
    const settings = readArguments('nn.LeakyReLU', arguments, LEAKY_RELU);
    super({ inplace: settings.inplace });
    this.negativeSlope = checkNumber('negative_slope', settings.negativeSlope);
  }

  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.LeakyReLU.forward', arguments, ['input']);
    return leakyRelu(input, this.negativeSlope);
  }

  protected override settings() {
    return { negative_slope: this.negativeSlope };
  }
}

/** Options of {@link PReLU}. */
export interface PReLUOptions extends LayerOptions {
  /** 1 for a single slope, or the number of channels for one slope each. Default: 1. */
  numParameters?: number | undefined;
  /** Initial value of every slope. Default: 0.25. */
  init?: number | undefined;
}

const PRELU: Signature<PReLUOptions> = {
  byPosition: ['numParameters'],
  defaults: { numParameters: 1, init: 0.25, ...LAYER_DEFAULTS },
};

/**
 * x above 0 and a learned slope times x below (`torch.nn.PReLU`; He et al. 2015).
 *
 * Default initialisation: every slope is `init`.
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const layer = new nn.PReLU(3);
 * console.log(layer.weight.tolist()); // [ 0.25, 0.25, 0.25 ]
 * console.log(layer.forward(zeros([1, 3, 8, 8])).shape); // [ 1, 3, 8, 8 ]
 * ```
 */
export class PReLU extends Layer {
  readonly numParameters: number;
  readonly init: number;
  /** `[numParameters]` */
  weight: Parameter;

  /**
   * @param numParameters 1 for a single slope, or the number of channels for one slope each. Default: 1.
   * @param options `numParameters`, `init` (default: 0.25), `dtype`, `generator`.
   * @throws ArgumentError if an argument is out of its range or an option is unknown.
   */
  constructor(numParameters?: number | PReLUOptions, options?: PReLUOptions) {
    super();
    const { init, dtype, generator, ...settings } = readArguments('nn.PReLU', arguments, PRELU);
    this.numParameters = checkWhole('numParameters', settings.numParameters, 0);
    this.init = checkNumber('init', init);
    this.weight = createParameter([this.numParameters], dtype);
    this.resetParameters(generator);
  }

  override defaults(): [string, Initializer][] {
    return [['weight', constant(this.init)]];
  }

  /**
   * @param input `[N, C, …]`, where C is `numParameters`; any shape with a single slope
   * @returns The shape of the input.
   * @throws ShapeError if the channels do not match.
   * @throws DTypeError if the dtype is not the dtype of the weight.
   */
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.PReLU.forward', arguments, ['input']);
    return prelu(input, this.weight);
  }

  override extraRepr(): string {
    return formatSettings({ num_parameters: this.numParameters });
  }
}

/**
 * Each element limited to the range 0 to 6, for inputs of any shape (`torch.nn.ReLU6`).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(String(new nn.ReLU6().forward(tensor([-1, 3, 8])))); // tensor([0., 3., 6.])
 * ```
 */
export class ReLU6 extends Activation {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.ReLU6.forward', arguments, ['input']);
    return relu6(input);
  }
}

/** An activation whose printed form in PyTorch does not show `inplace`. */
abstract class SilentActivation extends Activation {
  override extraRepr(): string {
    return '';
  }
}

/**
 * x·relu6(x + 3) / 6 of each element, for inputs of any shape (`torch.nn.Hardswish`; Howard et al. 2019).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(String(new nn.Hardswish().forward(tensor([-1, 0, 3])))); // tensor([-0.3333,  0.0000,  3.0000])
 * ```
 */
export class Hardswish extends SilentActivation {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.Hardswish.forward', arguments, ['input']);
    return hardswish(input);
  }
}

/**
 * relu6(x + 3) / 6 of each element, for inputs of any shape (`torch.nn.Hardsigmoid`).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(String(new nn.Hardsigmoid().forward(tensor([-4, 0, 3])))); // tensor([0.0000, 0.5000, 1.0000])
 * ```
 */
export class Hardsigmoid extends SilentActivation {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.Hardsigmoid.forward', arguments, ['input']);
    return hardsigmoid(input);
  }
}

/** Options of {@link ELU} and {@link CELU}. */
export interface ELUOptions extends ActivationOptions {
  /** Scale of the negative part; not 0 for {@link CELU}. Default: 1. */
  alpha?: number | undefined;
}

const EXPONENTIAL: Signature<ELUOptions> = { byPosition: ['alpha'], defaults: { alpha: 1, inplace: false } };

/** An activation that is exponential below 0. */
abstract class ExponentialActivation extends Activation {
  readonly alpha: number;

  /**
   * @param alpha Scale of the negative part; not 0 for {@link CELU}. Default: 1.
   * @param options `alpha`, `inplace` (default: false): changes the printed form only.
   * @throws ArgumentError if an argument is not a finite number or an option is unknown.
   */
  constructor(alpha?: number | ELUOptions, options?: ELUOptions) {
    const settings = readArguments(`nn.${new.target.name}`, arguments, EXPONENTIAL);
    super({ inplace: settings.inplace });
    this.alpha = checkNumber('alpha', settings.alpha);
  }

  protected override settings() {
    return { alpha: formatFloat(this.alpha, 1) };
  }
}

/**
 * x above 0 and alpha·(eˣ − 1) below, for inputs of any shape (`torch.nn.ELU`; Clevert et al. 2015).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(String(new nn.ELU().forward(tensor([-1, 0, 2])))); // tensor([-0.6321,  0.0000,  2.0000])
 * ```
 */
export class ELU extends ExponentialActivation {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.ELU.forward', arguments, ['input']);
    return elu(input, this.alpha);
  }
}

/**
 * x above 0 and alpha·(e^(x/alpha) − 1) below, for inputs of any shape (`torch.nn.CELU`; Barron 2017).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(String(new nn.CELU(0.5).forward(tensor([-1, 0, 2])))); // tensor([-0.4323,  0.0000,  2.0000])
 * ```
 */
export class CELU extends ExponentialActivation {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.CELU.forward', arguments, ['input']);
    return celu(input, this.alpha);
  }
}

/**
 * The scaled ELU that keeps activations at mean 0 and variance 1, for inputs of any shape (`torch.nn.SELU`; Klambauer
 * et al. 2017).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(String(new nn.SELU().forward(tensor([-1, 0, 2])))); // tensor([-1.1113,  0.0000,  2.1014])
 * ```
 */
export class SELU extends Activation {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.SELU.forward', arguments, ['input']);
    return selu(input);
  }
}
