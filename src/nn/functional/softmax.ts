import { createNumbers, type Numbers } from '../../kernels/numbers.js';
import { denseOf, numbersOf } from '../../tensor/Dense.js';
import { splitAt } from '../../tensor/layout.js';
import { resolveDim } from '../../tensor/Shape.js';
import { checkTensor, record, type Tensor } from '../../tensor/Tensor.js';
import { floatDtype } from './floatDtype.js';

/** eˣ divided by its sum along a dimension (`torch.nn.functional.softmax`). */
export function softmax(input: Tensor, dim: number): Tensor {
  return alongRows('Softmax', input, dim, normalize, (y, g, out, start, end, step) => {
    let product = 0;
    for (let i = start; i < end; i += step) product += y[i] * g[i];
    for (let i = start; i < end; i += step) out[i] = y[i] * (g[i] - product);
  });
}

/** The logarithm of {@link softmax}, computed without under- or overflow (`torch.nn.functional.log_softmax`). */
export function logSoftmax(input: Tensor, dim: number): Tensor {
  return alongRows('LogSoftmax', input, dim, normalizeLog, (y, g, out, start, end, step) => {
    let total = 0;
    for (let i = start; i < end; i += step) total += g[i];
    for (let i = start; i < end; i += step) out[i] = g[i] - Math.exp(y[i]) * total;
  });
}

/** {@link softmax} of −x (`torch.nn.functional.softmin`). */
export function softmin(input: Tensor, dim: number): Tensor {
  return softmax(checkTensor('softmin', input).neg(), dim);
}

function normalize(x: Numbers, y: Numbers, start: number, end: number, step: number): void {
  const largest = largestOf(x, start, end, step);
  let sum = 0;
  for (let i = start; i < end; i += step) {
    y[i] = Math.exp(x[i] - largest);
    sum += y[i];
  }
  for (let i = start; i < end; i += step) y[i] /= sum;
}

function normalizeLog(x: Numbers, y: Numbers, start: number, end: number, step: number): void {
  const largest = largestOf(x, start, end, step);
  let sum = 0;
  for (let i = start; i < end; i += step) sum += Math.exp(x[i] - largest);
  const logarithm = Math.log(sum);
  for (let i = start; i < end; i += step) y[i] = x[i] - largest - logarithm;
}

function largestOf(x: Numbers, start: number, end: number, step: number): number {
  let largest = -Infinity;
  for (let i = start; i < end; i += step) largest = Math.max(largest, x[i]);
  return largest;
}

/** What happens to one row: the elements from `start` to `end`, `step` apart. */
type Forward = (x: Numbers, y: Numbers, start: number, end: number, step: number) => void;
type Backward = (y: Numbers, gradient: Numbers, out: Numbers, start: number, end: number, step: number) => void;

function alongRows(name: string, input: Tensor, dim: number, forward: Forward, backward: Backward): Tensor {
  const dtype = floatDtype(name, input);
  const { shape } = input;
  const d = resolveDim(dim, input.ndim);
  const [outer, size, inner] = input.ndim === 0 ? [1, 1, 1] : splitAt(shape, d);
  const length = size * inner;
  const x = numbersOf(input);
  const y = createNumbers(dtype, x.length);
  for (let o = 0; o < outer; o++) {
    for (let start = o * length; start < o * length + inner; start++) forward(x, y, start, start + length, inner);
  }
  return record(`${name}Backward0`, [input], denseOf(y, shape, dtype), (g) => {
    const gradient = numbersOf(g);
    const out = createNumbers(dtype, y.length);
    for (let o = 0; o < outer; o++) {
      for (let start = o * length; start < o * length + inner; start++) {
        backward(y, gradient, out, start, start + length, inner);
      }
    }
    return [denseOf(out, shape, dtype)];
  });
}
