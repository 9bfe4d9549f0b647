import type { Tensor } from '../../tensor/Tensor.js';

/** The dimensions from `startDim` to `endDim` as one (`torch.flatten`); the elements are shared. */
export function flatten(input: Tensor, startDim = 0, endDim = -1): Tensor {
  return input.flatten(startDim, endDim);
}
