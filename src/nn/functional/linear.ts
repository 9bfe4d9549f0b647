import { DTypeError, ShapeError } from '../../errors.js';
import { rowMajor, transposeOf } from '../../kernels/linear/Matrix.js';
import { multiplyMatrices } from '../../kernels/linear/matmul.js';
import { createNumbers, type Floats } from '../../numerics/numbers.js';
import { readArguments, type Signature } from '../../readArguments.js';
import { denseOf, numbersOf } from '../../tensor/Dense.js';
import type { OperationSettings } from '../../tensor/OperationSettings.js';
import { broadcastShapes, equalShapes, formatShape } from '../../tensor/Shape.js';
import { record, type Tensor } from '../../tensor/Tensor.js';
import { checkTensors } from './checkTensors.js';
import { floatsOf } from './floatsOf.js';

/** Options of {@link linear}, of {@link bilinear} and of convolutions. */
export interface BiasOption {
  /** One number for each output feature or channel, which is added: `[out]`, or null for none. Default: null. */
  bias?: Tensor | null | undefined;
}

const LINEAR_SETTINGS: OperationSettings = { kind: 'linear' };

const LINEAR: Signature<BiasOption> = {
  required: ['input', 'weight'],
  byPosition: ['bias'],
  defaults: { bias: null },
};

/**
 * input·weightᵀ + bias (`torch.nn.functional.linear`).
 * @param input `[*, inFeatures]`
 * @param weight `[outFeatures, inFeatures]`, or `[inFeatures]` for one output without a dimension
 * @param bias `[outFeatures]`, or null; or the options. `[]` and `[1]` broadcast, and so does a matrix if the input is one. Default: null.
 * @param options `bias` (default: null).
 * @returns `[*, outFeatures]`, or `[*]`
 * @throws ShapeError if the sizes do not match, or if a `[inFeatures]` weight has a bias that is not a single number.
 * @throws DTypeError if the dtypes differ.
 * @example
 * ```ts
 * import { zeros } from 'initree';
 * import * as F from 'initree/functional';
 * console.log(F.linear(zeros([128, 20]), zeros([30, 20]), zeros([30])).shape); // [ 128, 30 ]
 * ```
 */
export function linear(input: Tensor, weight: Tensor, bias?: Tensor | null | BiasOption, options?: BiasOption): Tensor {
  return affine(input, weight, readArguments('F.linear', arguments, LINEAR).bias);
}

function affine(input: Tensor, weight: Tensor, bias: Tensor | null): Tensor {
  checkOperands(input, weight, bias);
  if (weight.ndim === 1) return linearOfVector(input, weight, bias);
  if (bias && bias.ndim !== 1) return withBias(affine(input, weight, null), bias);
  if (bias && bias.numel !== weight.shape[0]) return affine(input, weight, bias.expand([weight.shape[0]]));
  const { dtype } = input;
  const [outputs, inputs] = weight.shape;
  const rows =
    inputs === 0 ? input.shape.slice(0, -1).reduce((product, size) => product * size, 1) : input.numel / inputs;
  const x = floatsOf(input);
  const w = floatsOf(weight);
  const y = createNumbers(dtype, rows * outputs) as Floats;
  if (bias) for (let row = 0; row < rows; row++) y.set(numbersOf(bias), row * outputs);
  multiplyMatrices(
    rows,
    inputs,
    outputs,
    rowMajor(x, inputs),
    transposeOf(rowMajor(w, inputs)),
    rowMajor(y, outputs),
    true,
  );
  const value = denseOf(y, [...input.shape.slice(0, -1), outputs], dtype);
  return record(
    bias ? 'AddmmBackward0' : 'MmBackward0',
    bias ? [input, weight, bias] : [input, weight],
    value,
    (g) => {
      const gradient = rowMajor(floatsOf(g), outputs);
      const byInput = input.requiresGrad ? (createNumbers(dtype, x.length) as Floats) : null;
      if (byInput) multiplyMatrices(rows, outputs, inputs, gradient, rowMajor(w, inputs), rowMajor(byInput, inputs));
      const byWeight = weight.requiresGrad ? (createNumbers(dtype, w.length) as Floats) : null;
      if (byWeight) {
        multiplyMatrices(outputs, rows, inputs, transposeOf(gradient), rowMajor(x, inputs), rowMajor(byWeight, inputs));
      }
      return [
        byInput && denseOf(byInput, input.shape, dtype),
        byWeight && denseOf(byWeight, weight.shape, dtype),
        bias?.requiresGrad ? denseOf(columnSums(gradient.data, outputs), bias.shape, dtype) : null,
      ];
    },
    LINEAR_SETTINGS,
  );
}

/** The sum of each column of a row-major matrix. */
export function columnSums(matrix: Floats, columns: number): Float64Array {
  const sums = new Float64Array(columns);
  for (let at = 0; at < matrix.length; at += columns) for (let j = 0; j < columns; j++) sums[j] += matrix[at + j];
  return sums;
}

/** The product with one row of weights. As in PyTorch, only a single number can be the bias, and only of vectors and batches of matrices. */
function linearOfVector(input: Tensor, weight: Tensor, bias: Tensor | null): Tensor {
  const output = input.matmul(weight);
  if (bias === null) return output;
  if (bias.ndim === 0 && input.ndim !== 2) return output.add(bias);
  throw new ShapeError(
    `mat2 must be a matrix, got 1-D tensor: with the bias ${formatShape(bias.shape)} and the input ${formatShape(input.shape)}, ` +
      `linear expects a weight [outputs, inputs], found ${formatShape(weight.shape)}`,
  );
}

/** output + bias, in the shape of the output. */
function withBias(output: Tensor, bias: Tensor): Tensor {
  const isMatrix = bias.ndim === 2 && output.ndim === 2;
  const fits = isMatrix && equalShapes(broadcastShapes(output.shape, bias.shape), output.shape);
  if (bias.ndim === 0 || fits) return output.add(bias);
  throw new ShapeError(
    `linear expects a bias that broadcasts to its output ${formatShape(output.shape)}, found ${formatShape(bias.shape)}`,
  );
}

function checkOperands(input: Tensor, weight: Tensor, bias: Tensor | null): void {
  checkTensors('linear', { input, weight }, { bias });
  if (weight.ndim !== 2 && weight.ndim !== 1)
    throw new ShapeError(`linear expects a weight [outputs, inputs] or [inputs], found ${formatShape(weight.shape)}`);
  const [outputs, inputs] = weight.ndim === 2 ? weight.shape : [1, weight.shape[0]];
  if (input.ndim === 0 || input.shape.at(-1) !== inputs) {
    const rows = input.shape.slice(0, -1).reduce((product, size) => product * size, 1);
    throw new ShapeError(
      `mat1 and mat2 shapes cannot be multiplied (${rows}x${input.shape.at(-1) ?? 1} and ${inputs}x${outputs}): the input ` +
        `${formatShape(input.shape)} must end in ${inputs} features`,
    );
  }
  if (bias && bias.ndim === 1 && bias.numel !== outputs && bias.numel !== 1) {
    throw new ShapeError(`linear expects a bias [${outputs}], found ${formatShape(bias.shape)}`);
  }
  for (const operand of bias ? [weight, bias] : [weight]) {
    if (operand.dtype !== input.dtype) {
      throw new DTypeError(`mat1 and mat2 must have the same dtype, but got ${input.dtype} and ${operand.dtype}`);
    }
  }
}
