import { DTypeError, ShapeError } from '../../errors.js';
import { createNumbers } from '../../numerics/numbers.js';
import { readArguments, type Signature } from '../../readArguments.js';
import { splitAt } from '../../tensor/alongDimension.js';
import { denseOf, numbersOf } from '../../tensor/Dense.js';
import { record, type Tensor } from '../../tensor/Tensor.js';
import { checkTensors } from './checkTensors.js';
import { floatDtype } from './floatDtype.js';

const PRELU: Signature<object> = { required: ['input', 'weight'], defaults: {} };

/**
 * x above 0 and weight·x below (`torch.nn.functional.prelu`; He et al. 2015).
 * @param input `[N, C, …]`; any shape with a single weight
 * @param weight `[1]` or `[]` for a single slope, or `[C]` for one slope of each channel
 * @returns The shape of the input.
 * @throws ShapeError if the sizes do not match.
 * @throws DTypeError if the dtypes differ or are not floating.
 */
export function prelu(input: Tensor, weight: Tensor): Tensor {
  readArguments('F.prelu', arguments, PRELU);
  checkOperands(input, weight);
  const { shape, dtype } = input;
  const weights = weight.numel;
  const run = weights === 1 || shape.length < 2 ? Math.max(input.numel, 1) : splitAt(shape, 1)[2];
  const x = numbersOf(input);
  const w = numbersOf(weight);
  const y = createNumbers(dtype, x.length);
  for (let i = 0, c = 0; i < y.length; c = c + 1 === weights ? 0 : c + 1) {
    const slope = w[c];
    for (const end = i + run; i < end; i++) y[i] = x[i] > 0 ? x[i] : slope * x[i];
  }
  return record(
    'PreluKernelBackward0',
    [input, weight],
    denseOf(y, shape, dtype),
    (g) => {
      const gradient = numbersOf(g);
      const byInput = createNumbers(dtype, x.length);
      const byWeight = new Float64Array(weights);
      for (let i = 0, c = 0; i < byInput.length; c = c + 1 === weights ? 0 : c + 1) {
        const slope = w[c];
        let sum = 0;
        for (const end = i + run; i < end; i++) {
          byInput[i] = x[i] > 0 ? gradient[i] : slope * gradient[i];
          if (!(x[i] > 0)) sum += x[i] * gradient[i];
        }
        byWeight[c] += sum;
      }
      return [denseOf(byInput, shape, dtype), denseOf(byWeight, weight.shape, dtype)];
    },
    { kind: 'prelu' },
  );
}

function checkOperands(input: Tensor, weight: Tensor): void {
  checkTensors('prelu', { input, weight });
  floatDtype('prelu', input);
  if (weight.dtype !== input.dtype) {
    throw new DTypeError(`prelu: Type promoting not supported. Got ${input.dtype} and ${weight.dtype}`);
  }
  if (weight.ndim > 1) {
    throw new ShapeError(`prelu: Expected \`weight\` to be a scalar or 1D tensor, but got: ndim = ${weight.ndim}`);
  }
  if (weight.numel === 1) return;
  if (input.ndim === 0) throw new ShapeError('Not allow zero-dim input tensor.');
  const channels = input.ndim < 2 ? 1 : input.shape[1];
  if (weight.numel !== channels) {
    throw new ShapeError(
      `Mismatch of parameter numbers and input channel size. Found parameter numbers = ${weight.numel} and channel size = ${channels}.`,
    );
  }
}
