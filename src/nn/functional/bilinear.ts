import { DTypeError, ShapeError } from '../../errors.js';
import { rowMajor, transposeOf } from '../../kernels/linear/Matrix.js';
import { multiplyMatrices } from '../../kernels/linear/matmul.js';
import { createNumbers, type Floats } from '../../numerics/numbers.js';
import { readArguments, type Signature } from '../../readArguments.js';
import { denseOf, numbersOf } from '../../tensor/Dense.js';
import { formatShape, numelOf } from '../../tensor/Shape.js';
import { record, type Tensor } from '../../tensor/Tensor.js';
import { checkTensors } from './checkTensors.js';
import { floatDtype } from './floatDtype.js';
import { floatsOf } from './floatsOf.js';
import type { BiasOption } from './linear.js';

const BILINEAR: Signature<BiasOption> = {
  required: ['input1', 'input2', 'weight'],
  byPosition: ['bias'],
  defaults: { bias: null },
};

/**
 * y_o = Σ x1_i·weight_oij·x2_j + bias_o (`torch.nn.functional.bilinear`).
 * @param input1 `[*, inputs1]`
 * @param input2 `[*, inputs2]`, with the same leading dimensions
 * @param weight `[outputs, inputs1, inputs2]`
 * @param bias `[outputs]`, or null; or the options. Default: null.
 * @param options `bias` (default: null).
 * @returns `[*, outputs]`
 * @throws ShapeError if the sizes do not match.
 * @throws DTypeError if the dtypes differ.
 */
export function bilinear(
  input1: Tensor,
  input2: Tensor,
  weight: Tensor,
  bias?: Tensor | null | BiasOption,
  options?: BiasOption,
): Tensor {
  return bilinearForm(input1, input2, weight, readArguments('F.bilinear', arguments, BILINEAR).bias);
}

function bilinearForm(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | null): Tensor {
  checkOperands(input1, input2, weight, bias);
  const dtype = floatDtype('bilinear', input1);
  const [outputs, inputs1, inputs2] = weight.shape;
  const batch = input1.shape.slice(0, -1);
  const rows = numelOf(batch);
  const x1 = floatsOf(input1);
  const x2 = floatsOf(input2);
  const w = floatsOf(weight);
  const shift = bias && numbersOf(bias);
  const matrix = (o: number) => rowMajor(w, inputs2, o * inputs1 * inputs2);
  const y = createNumbers(dtype, rows * outputs);
  const products = new Float64Array(rows * inputs2);
  for (let o = 0; o < outputs; o++) {
    multiplyMatrices(rows, inputs1, inputs2, rowMajor(x1, inputs1), matrix(o), rowMajor(products, inputs2));
    for (let row = 0, i = 0; row < rows; row++) {
      let sum = shift ? shift[o] : 0;
      for (const end = i + inputs2; i < end; i++) sum += products[i] * x2[i];
      y[row * outputs + o] = sum;
    }
  }
  const inputs = bias ? [input1, input2, weight, bias] : [input1, input2, weight];
  const value = denseOf(y, [...batch, outputs], dtype);
  return record(
    bias ? 'AddBackward0' : 'ViewBackward0',
    inputs,
    value,
    (g) => {
      const gradient = numbersOf(g);
      const by1 = input1.requiresGrad ? (createNumbers(dtype, x1.length) as Floats) : null;
      const by2 = input2.requiresGrad ? (createNumbers(dtype, x2.length) as Floats) : null;
      const byWeight = weight.requiresGrad ? (createNumbers(dtype, w.length) as Floats) : null;
      // Each input times the gradient of one output, row by row.
      const scaled1 = new Float64Array(by2 || byWeight ? x1.length : 0);
      const scaled2 = new Float64Array(by1 ? x2.length : 0);
      for (let o = 0; o < outputs; o++) {
        scaleRows(x1, inputs1, gradient, o, outputs, scaled1);
        scaleRows(x2, inputs2, gradient, o, outputs, scaled2);
        if (by1) {
          const right = transposeOf(matrix(o));
          multiplyMatrices(rows, inputs2, inputs1, rowMajor(scaled2, inputs2), right, rowMajor(by1, inputs1), true);
        }
        if (by2) {
          multiplyMatrices(rows, inputs1, inputs2, rowMajor(scaled1, inputs1), matrix(o), rowMajor(by2, inputs2), true);
        }
        if (byWeight) {
          const left = transposeOf(rowMajor(scaled1, inputs1));
          const part = rowMajor(byWeight, inputs2, o * inputs1 * inputs2);
          multiplyMatrices(inputs1, rows, inputs2, left, rowMajor(x2, inputs2), part);
        }
      }
      const byBias = new Float64Array(bias ? outputs : 0);
      if (bias) for (let i = 0; i < gradient.length; i++) byBias[i % outputs] += gradient[i];
      return [
        by1 && denseOf(by1, input1.shape, dtype),
        by2 && denseOf(by2, input2.shape, dtype),
        byWeight && denseOf(byWeight, weight.shape, dtype),
        bias && denseOf(byBias, bias.shape, dtype),
      ];
    },
    { kind: 'bilinear' },
  );
}

/** Multiplies each row of `x` by its gradient of one output; does nothing if `out` is empty. */
function scaleRows(
  x: Floats,
  columns: number,
  gradient: ArrayLike<number>,
  output: number,
  outputs: number,
  out: Float64Array,
): void {
  for (let i = 0, at = output; i < out.length; at += outputs) {
    const factor = gradient[at];
    for (const end = i + columns; i < end; i++) out[i] = factor * x[i];
  }
}

function checkOperands(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | null): void {
  checkTensors('bilinear', { input1, input2, weight }, { bias });
  if (weight.ndim !== 3) {
    throw new ShapeError(`bilinear expects a weight [outputs, inputs1, inputs2], found ${formatShape(weight.shape)}`);
  }
  if (input1.ndim !== input2.ndim || input1.ndim === 0) {
    throw new ShapeError(
      `bilinear(): input dimensions do not match: got ${input1.ndim} and ${input2.ndim}, expected the same number, at least 1`,
    );
  }
  const [outputs, inputs1, inputs2] = weight.shape;
  for (let d = 0; d < input1.ndim - 1; d++) {
    if (input1.shape[d] !== input2.shape[d]) {
      throw new ShapeError(
        `bilinear(): input batch dimensions do not match at dim ${d}: got ${input1.shape[d]} and ${input2.shape[d]}`,
      );
    }
  }
  checkFeatures('input1', input1.shape.at(-1), inputs1);
  checkFeatures('input2', input2.shape.at(-1), inputs2);
  if (bias) checkFeatures('bias', bias.numel, outputs);
  for (const operand of bias ? [input2, weight, bias] : [input2, weight]) {
    if (operand.dtype !== input1.dtype) {
      throw new DTypeError(
        `All tensors must have the same dtype, got input1: ${input1.dtype}, input2: ${input2.dtype}, weight: ${weight.dtype}` +
          (bias ? `, bias: ${bias.dtype}` : ''),
      );
    }
  }
}

function checkFeatures(name: string, found: number | undefined, expected: number): void {
  if (found === expected) return;
  throw new ShapeError(`bilinear(): ${name} size does not match weight size: got ${found} but expected ${expected}`);
}
