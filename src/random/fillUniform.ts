import type { FloatDType, Storage } from '../numerics/DType.js';
import { checkUniformBounds } from './checkUniformBounds.js';
import type { WordStream } from './references/Reference.js';

/**
 * Fills `data` with U[from, to) (`torch.Tensor.uniform_`), as the stream's reference does. It draws one word of the stream
 * for each element, two for float64.
 * @throws ArgumentError, before it draws, as {@link checkUniformBounds} does
 */
export function fillUniform(
  data: Storage<FloatDType>,
  dtype: FloatDType,
  from: number,
  to: number,
  stream: WordStream,
): void {
  checkUniformBounds(from, to, dtype);
  stream.numbers.fillUniform(data, dtype, from, to, stream);
}
