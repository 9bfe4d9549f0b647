import { ArgumentError, describeValue } from '../../errors.js';
import { exponentiate } from '../../kernels/elementwise/exponential.js';
import { checkNumber } from '../../numerics/checkNumber.js';
import { createNumbers, type Numbers } from '../../numerics/numbers.js';
import { readArguments, refuseSurplus, type Signature } from '../../readArguments.js';
import { denseOf, numbersOf } from '../../tensor/Dense.js';
import { multiplyPairs, unary } from '../../tensor/elementwise.js';
import type { OperationSettings } from '../../tensor/OperationSettings.js';
import { checkTensor, record, type Tensor } from '../../tensor/Tensor.js';
import { floatDtype } from './floatDtype.js';
import { INPUT_ONLY } from './inPlace.js';

const { abs, exp, log1p, min, sqrt, tanh: tanhOf } = Math;

/** A function of one number. */
type Scalar = (x: number) => number;

/**
 * Applies a function to each element and records the operation.
 * @param name PyTorch's name of the operation.
 * @param value The function; it must return NaN for NaN.
 * @param slope The derivative at x, where the value is y.
 * @param settings The kind of the function and its numbers, where `name` does not tell them.
 * @throws DTypeError if the dtype is not floating.
 */
export function activate(
  name: string,
  input: Tensor,
  value: Scalar,
  slope: (x: number, y: number) => number,
  settings?: OperationSettings,
): Tensor {
  const { value: output, pullback } = unary(input, floatDtype(name, input), value, slope);
  return record(`${name}Backward0`, [input], output, pullback, settings);
}

const logistic: Scalar = (x) => 1 / (1 + exp(-x));
/** log(1 + eˣ), accurate in both tails. */
const softplusOf: Scalar = (x) => (x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)));

/**
 * The logistic function 1 / (1 + e⁻ˣ) of each element (`torch.sigmoid`).
 * @param input Any shape.
 * @returns The shape of the input.
 * @throws ArgumentError if the input is not a tensor.
 * @example
 * ```ts
 * import { tensor } from 'initree';
 * import * as F from 'initree/functional';
 * console.log(String(F.sigmoid(tensor([-1, 0, 2])))); // tensor([0.2689, 0.5000, 0.8808])
 * ```
 */
export function sigmoid(input: Tensor): Tensor {
  refuseSurplus('F.sigmoid', arguments, ['input']);
  return checkTensor('sigmoid', input).sigmoid();
}

/**
 * The hyperbolic tangent of each element (`torch.tanh`).
 * @param input Any shape.
 * @returns The shape of the input.
 * @throws ArgumentError if the input is not a tensor.
 */
export function tanh(input: Tensor): Tensor {
  refuseSurplus('F.tanh', arguments, ['input']);
  return checkTensor('tanh', input).tanh();
}

/**
 * The logarithm of {@link sigmoid}, without underflow or overflow (`torch.nn.functional.logsigmoid`).
 * @param input Any shape.
 * @returns The shape of the input.
 * @throws DTypeError if the dtype is not floating.
 */
export function logsigmoid(input: Tensor): Tensor {
  refuseSurplus('F.logsigmoid', arguments, ['input']);
  return activate(
    'LogSigmoid',
    input,
    (x) => min(x, 0) - log1p(exp(-abs(x))),
    (x) => 1 / (1 + exp(x)),
    { kind: 'logsigmoid' },
  );
}

/**
 * x·sigmoid(x) of each element, also called swish (`torch.nn.functional.silu`; Elfwing et al. 2017).
 * @param input Any shape.
 * @returns The shape of the input.
 * @throws DTypeError if the dtype is not floating.
 * @example
 * ```ts
 * import { tensor } from 'initree';
 * import * as F from 'initree/functional';
 * console.log(String(F.silu(tensor([-1, 0, 2])))); // tensor([-0.2689,  0.0000,  1.7616])
 * ```
 */
export function silu(input: Tensor): Tensor {
  readArguments('F.silu', arguments, INPUT_ONLY);
  return gated('Silu', input, 'logistic', null, (x, s) => {
    for (let i = 0; i < s.length; i++) s[i] *= 1 + x[i] * (1 - s[i]);
  });
}

/**
 * x·s(u(x)) of each element, where s is a sigmoid.
 * @param u `null` means u(x) = x.
 * @param differentiate Replaces each value of s by the derivative at x, in place.
 */
function gated(
  name: string,
  input: Tensor,
  sigmoid: 'logistic' | 'normalCdf',
  u: Scalar | null,
  differentiate: (x: Numbers, s: Numbers) => void,
  settings?: OperationSettings,
): Tensor {
  const dtype = floatDtype(name, input);
  const x = numbersOf(input);
  const gates = () => {
    const s = createNumbers(dtype, x.length);
    if (u) for (let i = 0; i < s.length; i++) s[i] = u(x[i]);
    else s.set(x);
    exponentiate(sigmoid, s);
    return s;
  };
  const y = gates();
  for (let i = 0; i < y.length; i++) y[i] *= x[i];
  return record(
    `${name}Backward0`,
    [input],
    denseOf(y, input.shape, dtype),
    (g) => {
      const slope = gates();
      differentiate(x, slope);
      multiplyPairs(slope, numbersOf(g), slope);
      return [denseOf(slope, input.shape, dtype)];
    },
    settings,
  );
}

/**
 * x·tanh(softplus(x)) of each element (`torch.nn.functional.mish`; Misra 2019).
 * @param input Any shape.
 * @returns The shape of the input.
 * @throws DTypeError if the dtype is not floating.
 */
export function mish(input: Tensor): Tensor {
  readArguments('F.mish', arguments, INPUT_ONLY);
  return activate(
    'Mish',
    input,
    (x) => x * tanhOf(softplusOf(x)),
    (x) => {
      const t = tanhOf(softplusOf(x));
      return t + x * logistic(x) * (1 - t * t);
    },
  );
}

/** How {@link gelu} computes the normal distribution function: exactly, or by a hyperbolic tangent. */
export type GeluApproximation = 'none' | 'tanh';

/** Options of {@link gelu}. */
export interface GeluOptions {
  /** How the normal distribution function is computed. Default: `'none'`. */
  approximate?: GeluApproximation | undefined;
}

const GELU: Signature<GeluOptions> = { required: ['input'], defaults: { approximate: 'none' } };

/** 1/√(2π), the normal density at 0. */
const DENSITY = 1 / sqrt(2 * Math.PI);
/** √(8/π): ½(1 + tanh(u)) = sigmoid(2u) with u = √(2/π)·(x + 0.044715x³). */
const TANH_RATE = sqrt(8 / Math.PI);
const TANH_CUBIC = 0.044715;

/**
 * x·Φ(x) of each element, where Φ is the standard normal distribution function (`torch.nn.functional.gelu`; Hendrycks &
 * Gimpel 2016).
 * @param input Any shape.
 * @param options `approximate` (default: `'none'`): how Φ is computed.
 * @returns The shape of the input.
 * @throws ArgumentError if `approximate` is neither `'none'` nor `'tanh'`.
 * @throws DTypeError if the dtype is not floating.
 * @example
 * ```ts
 * import { tensor } from 'initree';
 * import * as F from 'initree/functional';
 * console.log(String(F.gelu(tensor([-1, 0, 2]), { approximate: 'tanh' }))); // tensor([-0.1588,  0.0000,  1.9546])
 * ```
 */
export function gelu(input: Tensor, options?: GeluOptions): Tensor {
  const { approximate } = readArguments('F.gelu', arguments, GELU);
  switch (approximate) {
    case 'none':
      return gated('Gelu', input, 'normalCdf', null, (x, s) => {
        const densities = x.slice();
        for (let i = 0; i < s.length; i++) densities[i] *= -0.5 * x[i];
        exponentiate('exp', densities);
        for (let i = 0; i < s.length; i++) s[i] += x[i] * DENSITY * densities[i];
      });
    case 'tanh':
      return gated(
        'Gelu',
        input,
        'logistic',
        (x) => TANH_RATE * (x + TANH_CUBIC * x * x * x),
        (x, s) => {
          for (let i = 0; i < s.length; i++) {
            s[i] += x[i] * s[i] * (1 - s[i]) * TANH_RATE * (1 + 3 * TANH_CUBIC * x[i] * x[i]);
          }
        },
        { kind: 'gelu', values: { approximate } },
      );
    default:
      throw new ArgumentError(`approximate argument must be either none or tanh, found ${describeValue(approximate)}`);
  }
}

/** Options of {@link softplus}. */
export interface SoftplusOptions {
  /** Factor of x. Default: 1. */
  beta?: number | undefined;
  /** Where beta·x is greater than this number, the value is x itself. Default: 20. */
  threshold?: number | undefined;
}

const SOFTPLUS: Signature<SoftplusOptions> = {
  required: ['input'],
  byPosition: ['beta', 'threshold'],
  defaults: { beta: 1, threshold: 20 },
};

/**
 * log(1 + e^(beta·x)) / beta of each element (`torch.nn.functional.softplus`).
 * @param input Any shape.
 * @param beta Factor of x, or the options. Default: 1.
 * @param threshold Where beta·x is greater than this number, the value is x itself; or the options. Default: 20.
 * @param options `beta` (default: 1), `threshold` (default: 20); see {@link SoftplusOptions}.
 * @returns The shape of the input.
 * @throws ArgumentError if `beta` or `threshold` is not a finite number.
 * @throws DTypeError if the dtype is not floating.
 */
export function softplus(
  input: Tensor,
  beta?: number | SoftplusOptions,
  threshold?: number | SoftplusOptions,
  options?: SoftplusOptions,
): Tensor {
  const settings = readArguments('F.softplus', arguments, SOFTPLUS);
  const rate = checkNumber('beta', settings.beta);
  const bound = checkNumber('threshold', settings.threshold);
  return activate(
    'Softplus',
    input,
    (x) => (x * rate > bound ? x : softplusOf(x * rate) / rate),
    (x) => (x * rate > bound ? 1 : logistic(x * rate)),
    { kind: 'softplus', values: { beta: rate, threshold: bound } },
  );
}

/**
 * x / (1 + |x|) of each element (`torch.nn.functional.softsign`).
 * @param input Any shape.
 * @returns The shape of the input.
 * @throws DTypeError if the dtype is not floating.
 */
export function softsign(input: Tensor): Tensor {
  refuseSurplus('F.softsign', arguments, ['input']);
  return activate(
    'Div',
    input,
    (x) => x / (1 + abs(x)),
    (x) => (abs(x) === Infinity ? NaN : 1 / (1 + abs(x)) ** 2),
    { kind: 'softsign' },
  );
}

/**
 * x − tanh(x) of each element (`torch.nn.functional.tanhshrink`).
 * @param input Any shape.
 * @returns The shape of the input.
 * @throws DTypeError if the dtype is not floating.
 */
export function tanhshrink(input: Tensor): Tensor {
  refuseSurplus('F.tanhshrink', arguments, ['input']);
  return activate(
    'Sub',
    input,
    (x) => x - tanhOf(x),
    (x) => tanhOf(x) ** 2,
    { kind: 'tanhshrink' },
  );
}
