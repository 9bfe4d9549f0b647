import { ArgumentError } from '../../errors.js';
import type { Exponential } from '../../kernels/elementwise/exponential.js';
import { exponentiate } from '../../kernels/elementwise/exponential.js';
import { rectify, rectifyGradient } from '../../kernels/elementwise/rectify.js';
import { checkNumber } from '../../numerics/checkNumber.js';
import { createNumbers } from '../../numerics/numbers.js';
import { denseOf, numbersOf } from '../../tensor/Dense.js';
import { checkTensor, record, type Tensor } from '../../tensor/Tensor.js';
import { activate } from './activations.js';
import { floatDtype } from './floatDtype.js';

/** max(0, x), element by element; the gradient at 0 is 0 (`torch.nn.functional.relu`). */
export function relu(input: Tensor): Tensor {
  // The commonest of all has its own loops, without a call for every element.
  const y = createNumbers(checkTensor('relu', input).dtype, input.numel);
  rectify(numbersOf(input), y);
  return record('ReluBackward0', [input], denseOf(y, input.shape, input.dtype), (g) => {
    const slope = createNumbers(g.dtype, y.length);
    rectifyGradient(y, numbersOf(g), slope);
    return [denseOf(slope, input.shape, g.dtype)];
  });
}

/** x above 0, `negativeSlope`·x below (`torch.nn.functional.leaky_relu`). */
export function leakyRelu(input: Tensor, negativeSlope = 0.01): Tensor {
  checkNumber('negative_slope', negativeSlope);
  return activate(
    'LeakyRelu',
    input,
    (x) => (x > 0 ? x : negativeSlope * x),
    (x) => (x > 0 ? 1 : negativeSlope),
  );
}

/**
 * x held between two bounds (`torch.nn.functional.hardtanh`); the gradient at the bounds is 0.
 * @throws ArgumentError if the bounds cross
 */
export function hardtanh(input: Tensor, minVal = -1, maxVal = 1): Tensor {
  if (checkNumber('min_val', minVal) > checkNumber('max_val', maxVal)) {
    throw new ArgumentError(`min_val cannot be greater than max_val, found ${minVal} and ${maxVal}`);
  }
  return activate(
    'Hardtanh',
    input,
    (x) => (x < minVal ? minVal : x > maxVal ? maxVal : x),
    (x) => (x <= minVal || x >= maxVal ? 0 : 1),
  );
}

/** x held between 0 and 6 (`torch.nn.functional.relu6`). */
export function relu6(input: Tensor): Tensor {
  return hardtanh(input, 0, 6);
}

/** x·relu6(x + 3) / 6 (`torch.nn.functional.hardswish`; Howard et al. 2019). */
export function hardswish(input: Tensor): Tensor {
  return activate(
    'Hardswish',
    input,
    (x) => (x >= 3 ? x : x <= -3 ? x * 0 : (x * (x + 3)) / 6),
    (x) => (x >= 3 ? 1 : x <= -3 ? 0 : x / 3 + 0.5),
  );
}

/** relu6(x + 3) / 6 (`torch.nn.functional.hardsigmoid`). */
export function hardsigmoid(input: Tensor): Tensor {
  return activate(
    'Hardsigmoid',
    input,
    (x) => (x >= 3 ? 1 : x <= -3 ? 0 : (x + 3) / 6),
    (x) => (x > -3 && x < 3 ? 1 / 6 : 0),
  );
}

/** x above 0, alpha·(eˣ − 1) below (`torch.nn.functional.elu`; Clevert et al. 2015). */
export function elu(input: Tensor, alpha = 1): Tensor {
  checkNumber('alpha', alpha);
  return exponentialUnit(input, 1, alpha, 1);
}

/**
 * x above 0, alpha·(e^(x/alpha) − 1) below (`torch.nn.functional.celu`; Barron 2017).
 * @throws ArgumentError if alpha is 0
 */
export function celu(input: Tensor, alpha = 1): Tensor {
  if (checkNumber('alpha', alpha) === 0) throw new ArgumentError('alpha cannot be 0 for CELU');
  return exponentialUnit(input, 1, alpha, 1 / alpha, 'Celu');
}

/** The fixed point of mean 0 and variance 1 (Klambauer et al. 2017, appendix A1). */
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

/** scale·{@link elu}(x, alpha) with the constants that keep activations normalised (`torch.nn.functional.selu`). */
export function selu(input: Tensor): Tensor {
  return exponentialUnit(input, SELU_SCALE, SELU_SCALE * SELU_ALPHA, 1);
}

/** `scale`·x above 0, `depth`·(e^(`rate`·x) − 1) below. */
function exponentialUnit(input: Tensor, scale: number, depth: number, rate: number, name = 'Elu'): Tensor {
  const dtype = floatDtype(name, input);
  const x = numbersOf(input);
  const ofNegatives = (kind: Exponential) => {
    const y = createNumbers(dtype, x.length);
    for (let i = 0; i < y.length; i++) y[i] = -x[i];
    rectify(y, y);
    for (let i = 0; i < y.length; i++) y[i] *= -rate;
    exponentiate(kind, y);
    return y;
  };
  // The two parts are added, since one of them is 0: signs are what a processor cannot guess.
  const positives = createNumbers(dtype, x.length);
  rectify(x, positives);
  const y = ofNegatives('expm1');
  for (let i = 0; i < y.length; i++) y[i] = scale * positives[i] + depth * y[i];
  return record(`${name}Backward0`, [input], denseOf(y, input.shape, dtype), (g) => {
    const gradient = numbersOf(g);
    const slope = ofNegatives('exp');
    for (let i = 0; i < slope.length; i++) slope[i] = gradient[i] * (x[i] > 0 ? scale : depth * rate * slope[i]);
    return [denseOf(slope, input.shape, dtype)];
  });
}

/** x above `threshold`, `value` elsewhere (`torch.nn.functional.threshold`). */
export function threshold(input: Tensor, threshold: number, value: number): Tensor {
  checkNumber('threshold', threshold);
  checkNumber('value', value);
  return activate(
    'Threshold',
    input,
    (x) => (x <= threshold ? value : x),
    (x) => (x <= threshold ? 0 : 1),
  );
}

/** x, or 0 where |x| ≤ lambda (`torch.nn.functional.hardshrink`). */
export function hardshrink(input: Tensor, lambda = 0.5): Tensor {
  checkNumber('lambda', lambda);
  return activate(
    'Hardshrink',
    input,
    (x) => (x >= -lambda && x <= lambda ? 0 : x),
    (x) => (x >= -lambda && x <= lambda ? 0 : 1),
  );
}

/**
 * x moved towards 0 by lambda, and not beyond (`torch.nn.functional.softshrink`).
 * @throws ArgumentError if lambda is negative
 */
export function softshrink(input: Tensor, lambda = 0.5): Tensor {
  if (!(checkNumber('lambda', lambda) >= 0))
    throw new ArgumentError(`lambda must be greater or equal to 0, but found to be ${lambda}`);
  return activate(
    'Softshrink',
    input,
    (x) => (x > lambda ? x - lambda : x >= -lambda ? 0 : x + lambda),
    (x) => (x >= -lambda && x <= lambda ? 0 : 1),
  );
}
