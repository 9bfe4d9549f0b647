import { drawUniforms } from '../kernels/draw/drawUniforms.js';
import type { FloatDType, Storage } from '../numerics/DType.js';
import { checkUniformBounds } from './checkUniformBounds.js';
import type { Generator } from './Generator.js';

/**
 * Fills `data` with U[from, to) (`torch.Tensor.uniform_`). It draws one word of the stream for each element, two for
 * float64.
 *
 * float16 and bfloat16 are computed in float32 and rounded; a value that rounds to `to` becomes `from`.
 * @throws ArgumentError, before it draws, as {@link checkUniformBounds} does
 */
export function fillUniform(
  data: Storage<FloatDType>,
  dtype: FloatDType,
  from: number,
  to: number,
  generator: Generator,
): void {
  checkUniformBounds(from, to, dtype);
  drawUniforms(generator, data, dtype, from, to);
}
