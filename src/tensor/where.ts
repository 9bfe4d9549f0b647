import { getDefaultDtype } from './defaultDtype.js';
import { single, Tensor } from './Tensor.js';

/**
 * `input` where `condition` is not 0, `other` elsewhere, all broadcast (`torch.where`). A number takes the other choice's
 * dtype, unless it is of a higher kind; two whole numbers make `int64`.
 */
export function where(condition: Tensor, input: Tensor | number, other: Tensor | number): Tensor {
  if (input instanceof Tensor) return input.where(condition, other);
  if (other instanceof Tensor) return other.where(condition.eq(0), input);
  const dtype = Number.isInteger(input) && Number.isInteger(other) ? 'int64' : getDefaultDtype();
  return single(input, dtype).where(condition, single(other, dtype));
}
