import { drawUniforms } from '../kernels/draw/drawUniforms.js';
import type { FloatDType, Storage } from '../numerics/DType.js';
import { checkUniformBounds } from './checkUniformBounds.js';
import type { Generator } from './Generator.js';

/**
 * Fills `data` with U[from, to) (`torch.Tensor.uniform_`): one word of the stream an element, two for float64.
 *
 * Halves are computed in float32 and rounded; a value that rounds to `to` becomes `from`.
 * @throws ArgumentError, before drawing, for bounds beyond the dtype, from > to, or a range beyond the dtype
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
