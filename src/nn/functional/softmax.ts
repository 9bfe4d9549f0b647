import { ArgumentError } from '../../errors.js';
import { exponentiate } from '../../kernels/elementwise/exponential.js';
import type { FloatDType } from '../../numerics/DType.js';
import { createNumbers, type Numbers } from '../../numerics/numbers.js';
import { readArguments, type Signature } from '../../readArguments.js';
import { splitAt } from '../../tensor/alongDimension.js';
import { denseOf, numbersOf } from '../../tensor/Dense.js';
import { resolveDim } from '../../tensor/Shape.js';
import { checkTensor, record, type Tensor } from '../../tensor/Tensor.js';
import { floatDtype } from './floatDtype.js';

/** Options of {@link softmax}, {@link logSoftmax} and {@link softmin}. */
export interface SoftmaxOptions {
  /**
   * Floating dtype to which the input is converted before, which is the dtype of the result. Default: the dtype of the
   * input.
   */
  dtype?: FloatDType | undefined;
}

/** The dimension of {@link softmax}, {@link logSoftmax} and {@link softmin} by name, and their options. */
export interface SoftmaxDimension extends SoftmaxOptions {
  /** The dimension; a negative number counts from the end. */
  dim: number;
}

const SOFTMAX: Signature<{ dim: number | null } & SoftmaxOptions> = {
  required: ['input'],
  byPosition: ['dim'],
  defaults: { dim: null, dtype: undefined },
};

/**
 * The settings of a function along a dimension.
 * @throws ArgumentError if there is no dimension. PyTorch then chooses one, with a warning.
 */
function readSettings(name: string, input: Tensor, args: ArrayLike<unknown>): SoftmaxDimension {
  const { dim, dtype } = readArguments(`F.${name}`, args, SOFTMAX);
  const { ndim } = checkTensor(name, input);
  if (dim !== null) return { dim, dtype };
  const choice = ndim === 0 || ndim === 1 || ndim === 3 ? 0 : 1;
  throw new ArgumentError(
    `F.${name}() needs dim; write F.${name}(input, ${choice}), which is the dimension that PyTorch chooses without dim`,
  );
}

function convert(input: Tensor, dtype: FloatDType | undefined): Tensor {
  return dtype === undefined ? input : input.to(dtype);
}

/**
 * eˣ divided by its sum along a dimension (`torch.nn.functional.softmax`).
 * @param input Any shape.
 * @param dim The dimension, or the options with it; a negative number counts from the end.
 * @param options `dtype`: the floating dtype to which the input is converted before. Default: the dtype of the input.
 * @returns The shape of the input.
 * @throws ArgumentError if there is no `dim`.
 * @throws ShapeError if there is no such dimension.
 * @throws DTypeError if the dtype is not floating.
 * @example
 * ```ts
 * import { tensor } from 'initree';
 * import * as F from 'initree/functional';
 * console.log(String(F.softmax(tensor([1, 1, 2]), 0))); // tensor([0.2119, 0.2119, 0.5761])
 * ```
 */
export function softmax(input: Tensor, dim: number | SoftmaxDimension, options?: SoftmaxOptions): Tensor {
  const { dim: d, dtype } = readSettings('softmax', input, arguments);
  return alongRows('Softmax', convert(input, dtype), d, normalize, (y, gradient, out, eachRow) => {
    eachRow((start, end, step) => {
      let product = 0;
      for (let i = start; i < end; i += step) product += y[i] * gradient[i];
      for (let i = start; i < end; i += step) out[i] = y[i] * (gradient[i] - product);
    });
  });
}

/**
 * The logarithm of {@link softmax}, without underflow or overflow (`torch.nn.functional.log_softmax`).
 * @param input Any shape.
 * @param dim The dimension, or the options with it; a negative number counts from the end.
 * @param options `dtype`: the floating dtype to which the input is converted before. Default: the dtype of the input.
 * @returns The shape of the input.
 * @throws ArgumentError if there is no `dim`.
 * @throws ShapeError if there is no such dimension.
 * @throws DTypeError if the dtype is not floating.
 */
export function logSoftmax(input: Tensor, dim: number | SoftmaxDimension, options?: SoftmaxOptions): Tensor {
  const { dim: d, dtype } = readSettings('logSoftmax', input, arguments);
  return alongRows('LogSoftmax', convert(input, dtype), d, normalizeLog, (y, gradient, out, eachRow) => {
    out.set(y);
    exponentiate('exp', out);
    eachRow((start, end, step) => {
      const total = sumOf(gradient, start, end, step);
      for (let i = start; i < end; i += step) out[i] = gradient[i] - out[i] * total;
    });
  });
}

/**
 * The {@link softmax} of −x (`torch.nn.functional.softmin`).
 * @param input Any shape.
 * @param dim The dimension, or the options with it; a negative number counts from the end.
 * @param options `dtype`: the floating dtype to which the input is converted before. Default: the dtype of the input.
 * @returns The shape of the input.
 * @throws ArgumentError if there is no `dim`.
 * @throws ShapeError if there is no such dimension.
 * @throws DTypeError if the dtype is not floating.
 */
export function softmin(input: Tensor, dim: number | SoftmaxDimension, options?: SoftmaxOptions): Tensor {
  const settings = readSettings('softmin', input, arguments);
  return softmax(input.neg(), settings);
}

const normalize: Forward = (x, y, eachRow) => {
  subtractLargest(x, y, eachRow);
  exponentiate('exp', y);
  eachRow((start, end, step) => {
    const share = 1 / sumOf(y, start, end, step);
    for (let i = start; i < end; i += step) y[i] *= share;
  });
};

const normalizeLog: Forward = (x, y, eachRow) => {
  subtractLargest(x, y, eachRow);
  const powers = y.slice();
  exponentiate('exp', powers);
  eachRow((start, end, step) => {
    const logarithm = Math.log(sumOf(powers, start, end, step));
    for (let i = start; i < end; i += step) y[i] -= logarithm;
  });
};

const subtractLargest: Forward = (x, y, eachRow) => {
  eachRow((start, end, step) => {
    // The comparison skips NaN, which then makes the sum of the row NaN.
    let largest = -Infinity;
    for (let i = start; i < end; i += step) if (x[i] > largest) largest = x[i];
    for (let i = start; i < end; i += step) y[i] = x[i] - largest;
  });
};

function sumOf(numbers: Numbers, start: number, end: number, step: number): number {
  let sum = 0;
  for (let i = start; i < end; i += step) sum += numbers[i];
  return sum;
}

/** Calls `work` for each row, whose elements go from `start` to `end` in steps of `step`. */
type EachRow = (work: (start: number, end: number, step: number) => void) => void;
type Forward = (x: Numbers, y: Numbers, eachRow: EachRow) => void;
type Backward = (y: Numbers, gradient: Numbers, out: Numbers, eachRow: EachRow) => void;

function alongRows(name: string, input: Tensor, dim: number, forward: Forward, backward: Backward): Tensor {
  const dtype = floatDtype(name, input);
  const { shape } = input;
  const d = resolveDim(dim, input.ndim);
  const [outer, size, inner] = input.ndim === 0 ? [1, 1, 1] : splitAt(shape, d);
  const length = size * inner;
  const eachRow: EachRow = (work) => {
    for (let o = 0; o < outer; o++) {
      for (let start = o * length; start < o * length + inner; start++) work(start, start + length, inner);
    }
  };
  const y = createNumbers(dtype, input.numel);
  forward(numbersOf(input), y, eachRow);
  return record(`${name}Backward0`, [input], denseOf(y, shape, dtype), (g) => {
    const out = createNumbers(dtype, y.length);
    backward(y, numbersOf(g), out, eachRow);
    return [denseOf(out, shape, dtype)];
  });
}
