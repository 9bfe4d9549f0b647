import { DTypeError } from '../errors.js';
import { exponentiate } from '../kernels/elementwise/exponential.js';
import { isFloatDType } from '../numerics/DType.js';
import { createNumbers, type Numbers } from '../numerics/numbers.js';
import { splitAt } from './alongDimension.js';
import { type Computed, type Dense, denseOf, numbersOf } from './Dense.js';
import { resolveDim } from './Shape.js';

/** eᵃ divided by its sum along a dimension. */
export function softmax(a: Dense, dim: number): Computed {
  return alongRows('softmax', a, dim, normalize, (y, gradient, out, eachRow) => {
    eachRow((start, end, step) => {
      let product = 0;
      for (let i = start; i < end; i += step) product += y[i] * gradient[i];
      for (let i = start; i < end; i += step) out[i] = y[i] * (gradient[i] - product);
    });
  });
}

/** The logarithm of {@link softmax}, without underflow or overflow. */
export function logSoftmax(a: Dense, dim: number): Computed {
  return alongRows('log_softmax', a, dim, normalizeLog, (y, gradient, out, eachRow) => {
    out.set(y);
    exponentiate('exp', out);
    eachRow((start, end, step) => {
      const total = sumOf(gradient, start, end, step);
      for (let i = start; i < end; i += step) out[i] = gradient[i] - out[i] * total;
    });
  });
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

function alongRows(name: string, a: Dense, dim: number, forward: Forward, backward: Backward): Computed {
  const { dtype, shape } = a;
  if (!isFloatDType(dtype)) {
    throw new DTypeError(`"${name}" not implemented for '${dtype}': convert it with to('float32') before`);
  }
  const d = resolveDim(dim, shape.length);
  const [outer, size, inner] = shape.length === 0 ? [1, 1, 1] : splitAt(shape, d);
  const length = size * inner;
  const eachRow: EachRow = (work) => {
    for (let o = 0; o < outer; o++) {
      for (let start = o * length; start < o * length + inner; start++) work(start, start + length, inner);
    }
  };
  const y = createNumbers(dtype, a.data.length);
  forward(numbersOf(a), y, eachRow);
  return {
    value: denseOf(y, shape, dtype),
    pullback: (g) => {
      const out = createNumbers(dtype, y.length);
      backward(y, numbersOf(g), out, eachRow);
      return [denseOf(out, shape, dtype)];
    },
  };
}
