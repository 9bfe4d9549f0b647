import { ShapeError } from '../../errors.js';
import { exponentiate } from '../../kernels/elementwise/exponential.js';
import { createNumbers } from '../../numerics/numbers.js';
import { readArguments, type Signature } from '../../readArguments.js';
import { splitAt } from '../../tensor/alongDimension.js';
import { denseOf, numbersOf } from '../../tensor/Dense.js';
import { resolveDim } from '../../tensor/Shape.js';
import { checkTensor, record, type Tensor } from '../../tensor/Tensor.js';
import { floatDtype } from './floatDtype.js';

/** Options of {@link glu}. */
export interface GluOptions {
  /** The dimension that is halved; a negative number counts from the end. Default: −1. */
  dim?: number | undefined;
}

const GLU: Signature<GluOptions> = { required: ['input'], byPosition: ['dim'], defaults: { dim: -1 } };

/**
 * a·sigmoid(b), where a and b are the halves of a dimension (`torch.nn.functional.glu`; Dauphin et al. 2016).
 * @param input Any shape with an even size at `dim`.
 * @param dim The dimension that is halved, or the options; a negative number counts from the end. Default: −1.
 * @param options `dim` (default: −1).
 * @returns The shape of the input, with half the size at `dim`.
 * @throws ShapeError if the size is odd or there is no such dimension.
 * @throws DTypeError if the dtype is not floating.
 */
export function glu(input: Tensor, dim?: number | GluOptions, options?: GluOptions): Tensor {
  const settings = readArguments('F.glu', arguments, GLU);
  const { shape } = checkTensor('glu', input);
  if (shape.length === 0) throw new ShapeError('glu does not support scalars because halving size must be even');
  const d = resolveDim(settings.dim, shape.length);
  if (shape[d] % 2 !== 0) {
    throw new ShapeError(`Halving dimension must be even, but dimension ${d} is size ${shape[d]}`);
  }
  const dtype = floatDtype('glu', input);
  const [outer, size, inner] = splitAt(shape, d);
  const half = (size / 2) * inner;
  const x = numbersOf(input);
  const gates = () => {
    const s = createNumbers(dtype, outer * half);
    for (let o = 0; o < outer; o++) s.set(x.subarray((2 * o + 1) * half, (2 * o + 2) * half), o * half);
    exponentiate('logistic', s);
    return s;
  };
  const y = gates();
  for (let o = 0, at = 0; o < outer; o++) {
    for (let i = 0, a = 2 * o * half; i < half; i++) y[at++] *= x[a++];
  }
  return record(
    'GluBackward0',
    [input],
    denseOf(y, shape.with(d, size / 2), dtype),
    (g) => {
      const gradient = numbersOf(g);
      const s = gates();
      const result = createNumbers(dtype, x.length);
      for (let o = 0, at = 0; o < outer; o++) {
        for (let i = 0, a = 2 * o * half; i < half; i++, a++, at++) {
          result[a] = gradient[at] * s[at];
          result[a + half] = gradient[at] * x[a] * s[at] * (1 - s[at]);
        }
      }
      return [denseOf(result, shape, dtype)];
    },
    { kind: 'glu', values: { dim: d } },
  );
}
