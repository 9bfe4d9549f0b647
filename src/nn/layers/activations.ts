import { checkNumber } from '../../numerics/checkNumber.js';
import { readArguments, refuseSurplus, type Signature } from '../../readArguments.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { formatFloat, formatSettings } from '../formatPython.js';
import {
  type GeluApproximation,
  gelu,
  logsigmoid,
  mish,
  sigmoid,
  silu,
  softplus,
  softsign,
  tanh,
  tanhshrink,
} from '../functional/activations.js';
import { glu } from '../functional/glu.js';
import { Module } from '../Module.js';

/** Options of the activations that PyTorch can compute in place. */
export interface ActivationOptions {
  /** Whether the printed form contains `inplace=True`, as in PyTorch. The input is never overwritten. Default: false. */
  inplace?: boolean | undefined;
}

const ACTIVATION: Signature<ActivationOptions> = { defaults: { inplace: false } };

/** An activation that PyTorch can compute in place; the printed form shows this. */
export abstract class Activation extends Module {
  readonly inplace: boolean;

  /**
   * @param options `inplace` (default: false): changes the printed form only.
   * @throws ArgumentError if an option is unknown or is not true or false.
   */
  constructor(options?: ActivationOptions) {
    super();
    this.inplace = readArguments(`nn.${new.target.name}`, arguments, ACTIVATION).inplace;
  }

  /** The settings that are printed before `inplace`. */
  protected settings(): Parameters<typeof formatSettings>[0] {
    return {};
  }

  override extraRepr(): string {
    return formatSettings({ ...this.settings(), ...(this.inplace ? { inplace: true } : {}) });
  }
}

/**
 * The logistic function 1 / (1 + e⁻ˣ) of each element, for inputs of any shape (`torch.nn.Sigmoid`).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(String(new nn.Sigmoid().forward(tensor([-1, 0, 2])))); // tensor([0.2689, 0.5000, 0.8808])
 * ```
 */
export class Sigmoid extends Module {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.Sigmoid.forward', arguments, ['input']);
    return sigmoid(input);
  }
}

/**
 * The hyperbolic tangent of each element, for inputs of any shape (`torch.nn.Tanh`).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(String(new nn.Tanh().forward(tensor([-1, 0, 2])))); // tensor([-0.7616,  0.0000,  0.9640])
 * ```
 */
export class Tanh extends Module {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.Tanh.forward', arguments, ['input']);
    return tanh(input);
  }
}

/**
 * The logarithm of the sigmoid of each element, for inputs of any shape (`torch.nn.LogSigmoid`).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(String(new nn.LogSigmoid().forward(tensor([-1, 0, 2])))); // tensor([-1.3133, -0.6931, -0.1269])
 * ```
 */
export class LogSigmoid extends Module {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.LogSigmoid.forward', arguments, ['input']);
    return logsigmoid(input);
  }
}

/**
 * x·sigmoid(x) of each element, also called swish, for inputs of any shape (`torch.nn.SiLU`; Elfwing et al. 2017).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(String(new nn.SiLU().forward(tensor([-1, 0, 2])))); // tensor([-0.2689,  0.0000,  1.7616])
 * ```
 */
export class SiLU extends Activation {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.SiLU.forward', arguments, ['input']);
    return silu(input);
  }
}

/**
 * x·tanh(softplus(x)) of each element, for inputs of any shape (`torch.nn.Mish`; Misra 2019).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(String(new nn.Mish().forward(tensor([-1, 0, 2])))); // tensor([-0.3034,  0.0000,  1.9440])
 * ```
 */
export class Mish extends Activation {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.Mish.forward', arguments, ['input']);
    return mish(input);
  }
}

/** Options of {@link GELU}. */
export interface GELUOptions {
  /** `'none'` computes Φ exactly, `'tanh'` computes it by a hyperbolic tangent. Default: `'none'`. */
  approximate?: GeluApproximation | undefined;
}

const GELU_SIGNATURE: Signature<GELUOptions> = { defaults: { approximate: 'none' } };

/**
 * x·Φ(x) of each element, where Φ is the standard normal distribution function, for inputs of any shape
 * (`torch.nn.GELU`; Hendrycks & Gimpel 2016).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(String(new nn.GELU({ approximate: 'tanh' }))); // GELU(approximate='tanh')
 * console.log(String(new nn.GELU().forward(tensor([-1, 0, 2])))); // tensor([-0.1587,  0.0000,  1.9545])
 * ```
 */
export class GELU extends Module {
  readonly approximate: GeluApproximation;

  /**
   * @param options `approximate` (default: `'none'`): `'none'` computes Φ exactly, `'tanh'` computes it by a hyperbolic
   *   tangent.
   * @throws ArgumentError if an option is unknown.
   */
  constructor(options?: GELUOptions) {
    super();
    this.approximate = readArguments('nn.GELU', arguments, GELU_SIGNATURE).approximate;
  }

  /**
   * @param input Any shape.
   * @returns The shape of the input.
   * @throws ArgumentError if `approximate` is neither `'none'` nor `'tanh'`.
   * @throws DTypeError if the dtype is not floating.
   */
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.GELU.forward', arguments, ['input']);
    return gelu(input, { approximate: this.approximate });
  }

  override extraRepr(): string {
    return formatSettings({ approximate: `'${this.approximate}'` });
  }
}

/** Options of {@link Softplus}, which may also be given by position. */
export interface SoftplusOptions {
  /** Factor of x. Default: 1. */
  beta?: number | undefined;
  /** Where beta·x is greater than this number, the value is x itself. Default: 20. */
  threshold?: number | undefined;
}

const SOFTPLUS: Signature<SoftplusOptions> = {
  byPosition: ['beta', 'threshold'],
  defaults: { beta: 1, threshold: 20 },
};

/**
 * log(1 + e^(beta·x)) / beta of each element, for inputs of any shape (`torch.nn.Softplus`).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(String(new nn.Softplus().forward(tensor([-1, 0, 30])))); // tensor([ 0.3133,  0.6931, 30.0000])
 * ```
 */
export class Softplus extends Module {
  readonly beta: number;
  readonly threshold: number;

  /**
   * @param beta Factor of x. Default: 1.
   * @param threshold Where beta·x is greater than this number, the value is x itself. Default: 20.
   * @throws ArgumentError if an argument is not a finite number.
   */
  constructor(beta?: number | SoftplusOptions, threshold?: number | SoftplusOptions) {
    super();
    const settings = readArguments('nn.Softplus', arguments, SOFTPLUS);
    this.beta = checkNumber('beta', settings.beta);
    this.threshold = checkNumber('threshold', settings.threshold);
  }

  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.Softplus.forward', arguments, ['input']);
    return softplus(input, this.beta, this.threshold);
  }

  override extraRepr(): string {
    return formatSettings({ beta: formatFloat(this.beta, 1), threshold: formatFloat(this.threshold, 20) });
  }
}

/**
 * x / (1 + |x|) of each element, for inputs of any shape (`torch.nn.Softsign`).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(String(new nn.Softsign().forward(tensor([-1, 0, 3])))); // tensor([-0.5000,  0.0000,  0.7500])
 * ```
 */
export class Softsign extends Module {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.Softsign.forward', arguments, ['input']);
    return softsign(input);
  }
}

/**
 * x − tanh(x) of each element, for inputs of any shape (`torch.nn.Tanhshrink`).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(String(new nn.Tanhshrink().forward(tensor([-1, 0, 2])))); // tensor([-0.2384,  0.0000,  1.0360])
 * ```
 */
export class Tanhshrink extends Module {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.Tanhshrink.forward', arguments, ['input']);
    return tanhshrink(input);
  }
}

/** The option of {@link GLU}, which may also be given by position. */
export interface GLUOptions {
  /** The dimension that is halved; a negative number counts from the end. Default: −1. */
  dim?: number | undefined;
}

const GLU_SIGNATURE: Signature<GLUOptions> = { byPosition: ['dim'], defaults: { dim: -1 } };

/**
 * a·sigmoid(b), where a and b are the halves of a dimension (`torch.nn.GLU`; Dauphin et al. 2016).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.GLU().forward(zeros([4, 6])).shape); // [ 4, 3 ]
 * ```
 */
export class GLU extends Module {
  readonly dim: number;

  /** @param dim The dimension that is halved; a negative number counts from the end. Default: −1. */
  constructor(dim?: number | GLUOptions) {
    super();
    this.dim = readArguments('nn.GLU', arguments, GLU_SIGNATURE).dim;
  }

  /**
   * @param input Any shape with an even size at `dim`.
   * @returns The shape of the input, with half the size at `dim`.
   * @throws ShapeError if the size is odd or there is no such dimension.
   * @throws DTypeError if the dtype is not floating.
   */
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.GLU.forward', arguments, ['input']);
    return glu(input, this.dim);
  }

  override extraRepr(): string {
    return formatSettings({ dim: this.dim });
  }
}
