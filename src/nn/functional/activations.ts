import { createNumbers } from '../../kernels/numbers.js';
import { denseOf, numbersOf } from '../../tensor/Dense.js';
import { record, type Tensor } from '../../tensor/Tensor.js';

/** max(0, x), element by element; the gradient at 0 is 0 (`torch.nn.functional.relu`). */
export function relu(input: Tensor): Tensor {
  const x = numbersOf(input);
  const y = createNumbers(input.dtype, x.length);
  for (let i = 0; i < y.length; i++) y[i] = x[i] < 0 ? 0 : x[i];
  return record('ReluBackward0', [input], denseOf(y, input.shape, input.dtype), (g) => {
    const gradient = numbersOf(g);
    const slope = createNumbers(g.dtype, y.length);
    for (let i = 0; i < slope.length; i++) slope[i] = y[i] <= 0 ? 0 : gradient[i];
    return [denseOf(slope, input.shape, g.dtype)];
  });
}
