import { checkNumber } from '../../numerics/checkNumber.js';
import { readOptions } from '../../readOptions.js';
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

/** Options of activations that PyTorch can compute in place. */
export interface ActivationOptions {
  /** Printed as PyTorch prints it; the input is never overwritten here. False when absent. */
  inplace?: boolean | undefined;
}

/** An activation that PyTorch can compute in place, and says so when it is printed. */
export abstract class Activation extends Module {
  readonly inplace: boolean;

  constructor(options: ActivationOptions = {}) {
    super();
    this.inplace = readOptions(new.target.name, options, { inplace: false }).inplace;
  }

  /** What is printed before `inplace`. */
  protected settings(): Parameters<typeof formatSettings>[0] {
    return {};
  }

  override extraRepr(): string {
    return formatSettings({ ...this.settings(), ...(this.inplace ? { inplace: true } : {}) });
  }
}

/** 1 / (1 + e⁻ˣ), element by element (`torch.nn.Sigmoid`). */
export class Sigmoid extends Module {
  override forward(input: Tensor): Tensor {
    return sigmoid(input);
  }
}

/** The hyperbolic tangent, element by element (`torch.nn.Tanh`). */
export class Tanh extends Module {
  override forward(input: Tensor): Tensor {
    return tanh(input);
  }
}

/** The logarithm of the sigmoid, element by element (`torch.nn.LogSigmoid`). */
export class LogSigmoid extends Module {
  override forward(input: Tensor): Tensor {
    return logsigmoid(input);
  }
}

/** x·sigmoid(x), element by element, also called swish (`torch.nn.SiLU`). */
export class SiLU extends Activation {
  override forward(input: Tensor): Tensor {
    return silu(input);
  }
}

/** x·tanh(softplus(x)), element by element (`torch.nn.Mish`). */
export class Mish extends Activation {
  override forward(input: Tensor): Tensor {
    return mish(input);
  }
}

/**
 * x·Φ(x), Φ being the standard normal distribution function, element by element (`torch.nn.GELU`).
 * @param options `approximate`: how Φ is computed, exactly (`'none'`, when absent) or by a hyperbolic tangent (`'tanh'`)
 */
export class GELU extends Module {
  readonly approximate: GeluApproximation;

  constructor(options: { approximate?: GeluApproximation | undefined } = {}) {
    super();
    this.approximate = readOptions('GELU', options, { approximate: 'none' }).approximate;
  }

  override forward(input: Tensor): Tensor {
    return gelu(input, { approximate: this.approximate });
  }

  override extraRepr(): string {
    return formatSettings({ approximate: `'${this.approximate}'` });
  }
}

/**
 * log(1 + e^(beta·x)) / beta, element by element (`torch.nn.Softplus`).
 * @param threshold of beta·x, above which the value is x itself
 */
export class Softplus extends Module {
  readonly beta: number;
  readonly threshold: number;

  constructor(beta = 1, threshold = 20) {
    super();
    this.beta = checkNumber('beta', beta);
    this.threshold = checkNumber('threshold', threshold);
  }

  override forward(input: Tensor): Tensor {
    return softplus(input, this.beta, this.threshold);
  }

  override extraRepr(): string {
    return formatSettings({ beta: formatFloat(this.beta, 1), threshold: formatFloat(this.threshold, 20) });
  }
}

/** x / (1 + |x|), element by element (`torch.nn.Softsign`). */
export class Softsign extends Module {
  override forward(input: Tensor): Tensor {
    return softsign(input);
  }
}

/** x − tanh(x), element by element (`torch.nn.Tanhshrink`). */
export class Tanhshrink extends Module {
  override forward(input: Tensor): Tensor {
    return tanhshrink(input);
  }
}

/**
 * a·sigmoid(b), a and b being the halves of a dimension (`torch.nn.GLU`).
 * @param dim of an even size, which is halved; −1 (the last) when absent
 */
export class GLU extends Module {
  readonly dim: number;

  constructor(dim = -1) {
    super();
    this.dim = dim;
  }

  override forward(input: Tensor): Tensor {
    return glu(input, this.dim);
  }

  override extraRepr(): string {
    return formatSettings({ dim: this.dim });
  }
}
