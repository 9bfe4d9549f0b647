import { ArgumentError } from '../../errors.js';
import { type Exponential, exponentiate } from '../../kernels/elementwise/exponential.js';
import { rectify } from '../../kernels/elementwise/rectify.js';
import { checkNumber } from '../../numerics/checkNumber.js';
import { createNumbers } from '../../numerics/numbers.js';
import { readArguments, type Signature } from '../../readArguments.js';
import { denseOf, numbersOf } from '../../tensor/Dense.js';
import type { OperationSettings } from '../../tensor/OperationSettings.js';
import { checkTensor, record, type Tensor } from '../../tensor/Tensor.js';
import { activate } from './activations.js';
import { floatDtype } from './floatDtype.js';
import { INPUT_ONLY, NEVER_IN_PLACE } from './inPlace.js';

/**
 * max(0, x) of each element; the gradient at 0 is 0 (`torch.nn.functional.relu`).
 * @param input Any shape.
 * @returns The shape of the input.
 * @throws ArgumentError if the input is not a tensor.
 * @example
 * ```ts
 * import { tensor } from 'initree';
 * import * as F from 'initree/functional';
 * console.log(String(F.relu(tensor([-1, 0, 2])))); // tensor([0., 0., 2.])
 * ```
 */
export function relu(input: Tensor): Tensor {
  readArguments('F.relu', arguments, INPUT_ONLY);
  return checkTensor('relu', input).relu();
}

/** Options of {@link leakyRelu}. */
export interface LeakyReluOptions {
  /** Slope below 0. Default: 0.01. */
  negativeSlope?: number | undefined;
}

const LEAKY_RELU: Signature<LeakyReluOptions> = {
  required: ['input'],
  byPosition: ['negativeSlope'],
  defaults: { negativeSlope: 0.01 },
  lacks: NEVER_IN_PLACE,
};

/**
 * x above 0 and `negativeSlope`·x below (`torch.nn.functional.leaky_relu`).
 * @param input Any shape.
 * @param negativeSlope Slope below 0, or the options. Default: 0.01.
 * @param options `negativeSlope` (default: 0.01).
 * @returns The shape of the input.
 * @throws ArgumentError if `negativeSlope` is not a finite number.
 * @throws DTypeError if the dtype is not floating.
 * @example
 * ```ts
 * import { tensor } from 'initree';
 * import * as F from 'initree/functional';
 * console.log(String(F.leakyRelu(tensor([-1, 0, 2]), 0.1))); // tensor([-0.1000,  0.0000,  2.0000])
 * ```
 */
export function leakyRelu(
  input: Tensor,
  negativeSlope?: number | LeakyReluOptions,
  options?: LeakyReluOptions,
): Tensor {
  const slope = checkNumber('negative_slope', readArguments('F.leakyRelu', arguments, LEAKY_RELU).negativeSlope);
  return activate(
    'LeakyRelu',
    input,
    (x) => (x > 0 ? x : slope * x),
    (x) => (x > 0 ? 1 : slope),
    { kind: 'leaky_relu', values: { slope } },
  );
}

/** Options of {@link hardtanh}. */
export interface HardtanhOptions {
  /** Lower bound. Default: −1. */
  minVal?: number | undefined;
  /** Upper bound, ≥ `minVal`. Default: 1. */
  maxVal?: number | undefined;
}

const HARDTANH: Signature<HardtanhOptions> = {
  required: ['input'],
  byPosition: ['minVal', 'maxVal'],
  defaults: { minVal: -1, maxVal: 1 },
  lacks: NEVER_IN_PLACE,
};

/**
 * Each element limited to the range `minVal` to `maxVal`; the gradient at the bounds is 0
 * (`torch.nn.functional.hardtanh`).
 * @param input Any shape.
 * @param minVal Lower bound, or the options. Default: −1.
 * @param maxVal Upper bound, ≥ `minVal`, or the options. Default: 1.
 * @param options `minVal` (default: −1), `maxVal` (default: 1).
 * @returns The shape of the input.
 * @throws ArgumentError if `minVal` is greater than `maxVal`.
 * @throws DTypeError if the dtype is not floating.
 */
export function hardtanh(
  input: Tensor,
  minVal?: number | HardtanhOptions,
  maxVal?: number | HardtanhOptions,
  options?: HardtanhOptions,
): Tensor {
  const settings = readArguments('F.hardtanh', arguments, HARDTANH);
  const least = checkNumber('min_val', settings.minVal);
  const most = checkNumber('max_val', settings.maxVal);
  if (least > most) throw new ArgumentError(`min_val cannot be greater than max_val, found ${least} and ${most}`);
  return activate(
    'Hardtanh',
    input,
    (x) => (x < least ? least : x > most ? most : x),
    (x) => (x <= least || x >= most ? 0 : 1),
    { kind: 'hardtanh', values: { min: least, max: most } },
  );
}

/**
 * Each element limited to the range 0 to 6 (`torch.nn.functional.relu6`).
 * @param input Any shape.
 * @returns The shape of the input.
 * @throws DTypeError if the dtype is not floating.
 */
export function relu6(input: Tensor): Tensor {
  readArguments('F.relu6', arguments, INPUT_ONLY);
  return hardtanh(input, 0, 6);
}

/**
 * x·relu6(x + 3) / 6 of each element (`torch.nn.functional.hardswish`; Howard et al. 2019).
 * @param input Any shape.
 * @returns The shape of the input.
 * @throws DTypeError if the dtype is not floating.
 */
export function hardswish(input: Tensor): Tensor {
  readArguments('F.hardswish', arguments, INPUT_ONLY);
  return activate(
    'Hardswish',
    input,
    (x) => (x >= 3 ? x : x <= -3 ? x * 0 : (x * (x + 3)) / 6),
    (x) => (x <= -3 ? 0 : x < 3 ? x / 3 + 0.5 : 1),
  );
}

/**
 * relu6(x + 3) / 6 of each element (`torch.nn.functional.hardsigmoid`).
 * @param input Any shape.
 * @returns The shape of the input.
 * @throws DTypeError if the dtype is not floating.
 */
export function hardsigmoid(input: Tensor): Tensor {
  readArguments('F.hardsigmoid', arguments, INPUT_ONLY);
  return activate(
    'Hardsigmoid',
    input,
    (x) => (x >= 3 ? 1 : x <= -3 ? 0 : (x + 3) / 6),
    // PyTorch's constant is a float32 for every dtype.
    (x) => (x > -3 && x < 3 ? Math.fround(1 / 6) : 0),
  );
}

/** Options of {@link elu} and {@link celu}. */
export interface EluOptions {
  /** Scale of the negative part; not 0 for {@link celu}. Default: 1. */
  alpha?: number | undefined;
}

const ELU: Signature<EluOptions> = {
  required: ['input'],
  byPosition: ['alpha'],
  defaults: { alpha: 1 },
  lacks: NEVER_IN_PLACE,
};

/**
 * x above 0 and alpha·(eˣ − 1) below (`torch.nn.functional.elu`; Clevert et al. 2015).
 * @param input Any shape.
 * @param alpha Scale of the negative part, or the options. Default: 1.
 * @param options `alpha` (default: 1).
 * @returns The shape of the input.
 * @throws ArgumentError if `alpha` is not a finite number.
 * @throws DTypeError if the dtype is not floating.
 */
export function elu(input: Tensor, alpha?: number | EluOptions, options?: EluOptions): Tensor {
  const settings = readArguments('F.elu', arguments, ELU);
  const depth = checkNumber('alpha', settings.alpha);
  return exponentialUnit(input, { depth, settings: { kind: 'elu', values: { alpha: depth } } });
}

/**
 * x above 0 and alpha·(e^(x/alpha) − 1) below (`torch.nn.functional.celu`; Barron 2017).
 * @param input Any shape.
 * @param alpha Scale of the negative part, not 0; or the options. Default: 1.
 * @param options `alpha` (default: 1).
 * @returns The shape of the input.
 * @throws ArgumentError if `alpha` is 0 or is not a finite number.
 * @throws DTypeError if the dtype is not floating.
 */
export function celu(input: Tensor, alpha?: number | EluOptions, options?: EluOptions): Tensor {
  const scale = checkNumber('alpha', readArguments('F.celu', arguments, ELU).alpha);
  if (scale === 0) throw new ArgumentError('alpha cannot be 0 for CELU');
  // PyTorch rounds alpha to float32 before it divides, for the gradient of every dtype.
  return exponentialUnit(input, {
    depth: scale,
    rate: 1 / scale,
    rateOfSlope: 1 / Math.fround(scale),
    name: 'Celu',
    settings: { kind: 'celu', values: { alpha: scale } },
  });
}

/** The constants for which SELU has its fixed point at mean 0 and variance 1 (Klambauer et al. 2017, appendix A1). */
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

/**
 * scale·{@link elu}(x, alpha) with the constants that keep activations at mean 0 and variance 1
 * (`torch.nn.functional.selu`; Klambauer et al. 2017).
 * @param input Any shape.
 * @returns The shape of the input.
 * @throws DTypeError if the dtype is not floating.
 */
export function selu(input: Tensor): Tensor {
  readArguments('F.selu', arguments, INPUT_ONLY);
  return exponentialUnit(input, { scale: SELU_SCALE, depth: SELU_SCALE * SELU_ALPHA, settings: { kind: 'selu' } });
}

/** The numbers of an exponential unit, and its name. */
interface ExponentialUnit {
  /** Default: 1. */
  readonly scale?: number;
  readonly depth: number;
  /** Default: 1. */
  readonly rate?: number;
  /** The rate in the gradient. Default: `rate`. */
  readonly rateOfSlope?: number;
  /** Default: Elu. */
  readonly name?: string;
  readonly settings: OperationSettings;
}

/** `scale`·x above 0 and `depth`·(e^(`rate`·x) − 1) below. */
function exponentialUnit(input: Tensor, unit: ExponentialUnit): Tensor {
  const { scale = 1, depth, rate = 1, rateOfSlope = rate, name = 'Elu', settings } = unit;
  const dtype = floatDtype(name, input);
  const x = numbersOf(input);
  const ofNegatives = (kind: Exponential, rate: number) => {
    const y = createNumbers(dtype, x.length);
    for (let i = 0; i < y.length; i++) y[i] = -x[i];
    rectify(y, y);
    for (let i = 0; i < y.length; i++) y[i] *= -rate;
    exponentiate(kind, y);
    return y;
  };
  // The two parts are added, since one of them is 0. A branch on the sign would be slower, because a processor cannot
  // predict signs.
  const positives = createNumbers(dtype, x.length);
  rectify(x, positives);
  const y = ofNegatives('expm1', rate);
  for (let i = 0; i < y.length; i++) y[i] = scale * positives[i] + depth * y[i];
  return record(
    `${name}Backward0`,
    [input],
    denseOf(y, input.shape, dtype),
    (g) => {
      const gradient = numbersOf(g);
      const slope = ofNegatives('exp', rateOfSlope);
      for (let i = 0; i < slope.length; i++)
        slope[i] = gradient[i] * (x[i] <= 0 ? depth * rateOfSlope * slope[i] : scale);
      return [denseOf(slope, input.shape, dtype)];
    },
    settings,
  );
}

const THRESHOLD: Signature<object> = {
  required: ['input', 'threshold', 'value'],
  defaults: {},
  lacks: NEVER_IN_PLACE,
};

/**
 * x where x is greater than `threshold`, otherwise `value` (`torch.nn.functional.threshold`).
 * @param input Any shape.
 * @param threshold Elements that are not greater than this number are replaced.
 * @param value The replacement.
 * @returns The shape of the input.
 * @throws ArgumentError if `threshold` or `value` is not a finite number.
 * @throws DTypeError if the dtype is not floating.
 */
export function threshold(input: Tensor, threshold: number, value: number): Tensor {
  readArguments('F.threshold', arguments, THRESHOLD);
  checkNumber('threshold', threshold);
  checkNumber('value', value);
  return activate(
    'Threshold',
    input,
    (x) => (x <= threshold ? value : x),
    (x) => (x <= threshold ? 0 : 1),
    { kind: 'threshold', values: { threshold, value } },
  );
}

/** Options of {@link hardshrink} and {@link softshrink}. */
export interface ShrinkOptions {
  /** Bound of the elements that become 0; ≥ 0 for {@link softshrink}. Default: 0.5. */
  lambda?: number | undefined;
}

const SHRINK: Signature<ShrinkOptions> = {
  required: ['input'],
  byPosition: ['lambda'],
  defaults: { lambda: 0.5 },
};

/**
 * 0 where |x| ≤ lambda, otherwise x (`torch.nn.functional.hardshrink`).
 * @param input Any shape.
 * @param lambda Bound of the elements that become 0, or the options. Default: 0.5.
 * @param options `lambda` (default: 0.5).
 * @returns The shape of the input.
 * @throws ArgumentError if `lambda` is not a finite number.
 * @throws DTypeError if the dtype is not floating.
 */
export function hardshrink(input: Tensor, lambda?: number | ShrinkOptions, options?: ShrinkOptions): Tensor {
  const bound = checkNumber('lambda', readArguments('F.hardshrink', arguments, SHRINK).lambda);
  return activate(
    'Hardshrink',
    input,
    (x) => (x >= -bound && x <= bound ? 0 : x),
    (x) => (x >= -bound && x <= bound ? 0 : 1),
    { kind: 'hardshrink', values: { lambda: bound } },
  );
}

/**
 * Each element moved towards 0 by lambda, but not beyond 0 (`torch.nn.functional.softshrink`).
 * @param input Any shape.
 * @param lambda Distance, ≥ 0; or the options. Default: 0.5.
 * @param options `lambda` (default: 0.5).
 * @returns The shape of the input.
 * @throws ArgumentError if `lambda` is negative.
 * @throws DTypeError if the dtype is not floating.
 */
export function softshrink(input: Tensor, lambda?: number | ShrinkOptions, options?: ShrinkOptions): Tensor {
  const bound = checkNumber('lambda', readArguments('F.softshrink', arguments, SHRINK).lambda);
  if (!(bound >= 0)) throw new ArgumentError(`lambda must be greater or equal to 0, but found to be ${bound}`);
  return activate(
    'Softshrink',
    input,
    (x) => (x > bound ? x - bound : x < -bound ? x + bound : x * 0),
    (x) => (x >= -bound && x <= bound ? 0 : 1),
    { kind: 'softshrink', values: { lambda: bound } },
  );
}
