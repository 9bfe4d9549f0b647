import { ShapeError } from '../../errors.js';
import { createNumbers } from '../../kernels/numbers.js';
import { denseOf, numbersOf } from '../../tensor/Dense.js';
import { splitAt } from '../../tensor/layout.js';
import { resolveDim } from '../../tensor/Shape.js';
import { checkTensor, record, type Tensor } from '../../tensor/Tensor.js';
import { floatDtype } from './floatDtype.js';

/**
 * a·sigmoid(b), a and b being the halves of a dimension (`torch.nn.functional.glu`; Dauphin et al. 2016).
 * @param dim of an even size, which is halved; the last one when absent
 * @throws ShapeError if the size is odd
 */
export function glu(input: Tensor, dim = -1): Tensor {
  const { shape } = checkTensor('glu', input);
  if (shape.length === 0) throw new ShapeError('glu does not support scalars because halving size must be even');
  const d = resolveDim(dim, shape.length);
  if (shape[d] % 2 !== 0) {
    throw new ShapeError(`Halving dimension must be even, but dimension ${d} is size ${shape[d]}`);
  }
  const dtype = floatDtype('glu', input);
  const [outer, size, inner] = splitAt(shape, d);
  const half = (size / 2) * inner;
  const x = numbersOf(input);
  const y = createNumbers(dtype, outer * half);
  for (let o = 0, at = 0; o < outer; o++) {
    for (let i = 0, a = 2 * o * half; i < half; i++, a++) y[at++] = x[a] / (1 + Math.exp(-x[a + half]));
  }
  return record('GluBackward0', [input], denseOf(y, shape.with(d, size / 2), dtype), (g) => {
    const gradient = numbersOf(g);
    const result = createNumbers(dtype, x.length);
    for (let o = 0, at = 0; o < outer; o++) {
      for (let i = 0, a = 2 * o * half; i < half; i++, a++, at++) {
        const gate = 1 / (1 + Math.exp(-x[a + half]));
        result[a] = gradient[at] * gate;
        result[a + half] = gradient[at] * x[a] * gate * (1 - gate);
      }
    }
    return [denseOf(result, shape, dtype)];
  });
}
