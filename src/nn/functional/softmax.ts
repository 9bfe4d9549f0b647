import { DTypeError } from '../../errors.js';
import { isFloatDType } from '../../kernels/DType.js';
import { createNumbers, type Numbers } from '../../kernels/numbers.js';
import { denseOf, numbersOf } from '../../tensor/Dense.js';
import { splitAt } from '../../tensor/layout.js';
import { resolveDim } from '../../tensor/Shape.js';
import { record, type Tensor } from '../../tensor/Tensor.js';

/** eˣ divided by its sum along a dimension (`torch.nn.functional.softmax`). */
export function softmax(input: Tensor, dim: number): Tensor {
  return alongRows('SoftmaxBackward0', input, dim, normalize, (y, g, out, row) => {
    let product = 0;
    row((i) => (product += y[i] * g[i]));
    row((i) => (out[i] = y[i] * (g[i] - product)));
  });
}

/** The logarithm of {@link softmax}, computed without under- or overflow (`torch.nn.functional.log_softmax`). */
export function logSoftmax(input: Tensor, dim: number): Tensor {
  return alongRows('LogSoftmaxBackward0', input, dim, normalizeLog, (y, g, out, row) => {
    let total = 0;
    row((i) => (total += g[i]));
    row((i) => (out[i] = g[i] - Math.exp(y[i]) * total));
  });
}

/** Calls its argument with the index of every element of a row. */
type Row = (visit: (index: number) => void) => void;

function normalize(x: Numbers, y: Numbers, row: Row): void {
  const largest = largestOf(x, row);
  let sum = 0;
  row((i) => (sum += Math.exp(x[i] - largest)));
  row((i) => (y[i] = Math.exp(x[i] - largest) / sum));
}

function normalizeLog(x: Numbers, y: Numbers, row: Row): void {
  const largest = largestOf(x, row);
  let sum = 0;
  row((i) => (sum += Math.exp(x[i] - largest)));
  const logarithm = Math.log(sum);
  row((i) => (y[i] = x[i] - largest - logarithm));
}

function largestOf(x: Numbers, row: Row): number {
  let largest = -Infinity;
  row((i) => (largest = Math.max(largest, x[i])));
  return largest;
}

function alongRows(
  name: string,
  input: Tensor,
  dim: number,
  forward: (x: Numbers, y: Numbers, row: Row) => void,
  backward: (y: Numbers, gradient: Numbers, out: Numbers, row: Row) => void,
): Tensor {
  const { dtype, shape } = input;
  if (!isFloatDType(dtype)) throw new DTypeError(`"${name}" not implemented for '${dtype}': expected a floating dtype`);
  const d = resolveDim(dim, input.ndim);
  const [outer, size, inner] = input.ndim === 0 ? [1, 1, 1] : splitAt(shape, d);
  const forEachRow = (visit: (row: Row) => void) => {
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) {
        const start = o * size * inner + i;
        visit((at) => {
          for (let k = 0, index = start; k < size; k++, index += inner) at(index);
        });
      }
    }
  };
  const y = createNumbers(dtype, input.numel);
  const x = numbersOf(input);
  forEachRow((row) => forward(x, y, row));
  return record(name, [input], denseOf(y, shape, dtype), (g) => {
    const out = createNumbers(dtype, y.length);
    const gradient = numbersOf(g);
    forEachRow((row) => backward(y, gradient, out, row));
    return [denseOf(out, shape, dtype)];
  });
}
