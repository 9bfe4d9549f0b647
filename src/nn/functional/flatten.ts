import { describeValue, ShapeError } from '../../errors.js';
import { checkHasDimensions } from '../../tensor/alongDimension.js';
import { formatShape, numelOf, resolveDim, type Shape } from '../../tensor/Shape.js';
import { checkTensor, type Tensor } from '../../tensor/Tensor.js';

/** The dimensions from `startDim` to `endDim` as one (`torch.flatten`); the elements are shared. */
export function flatten(input: Tensor, startDim = 0, endDim = -1): Tensor {
  return checkTensor('flatten', input).flatten(startDim, endDim);
}

/**
 * One dimension as several (`torch.unflatten`); the elements are shared.
 * @param sizes sizes of the new dimensions, whose product is the old one's; one may be −1, which stands for what is left
 * @throws ShapeError where they do not multiply up to it
 */
export function unflatten(input: Tensor, dim: number, sizes: Shape): Tensor {
  checkHasDimensions('unflatten', checkTensor('unflatten', input));
  if (!Array.isArray(sizes)) throw new ShapeError(`unflatten: sizes is an array, found ${describeValue(sizes)}`);
  const { shape } = input;
  const d = resolveDim(dim, shape.length);
  if (sizes.length === 0) throw new ShapeError('unflatten: sizes must be non-empty');
  const open = sizes.indexOf(-1);
  const known = numelOf(open === -1 ? sizes : sizes.toSpliced(open, 1));
  const fits = open === -1 ? known === shape[d] : shape[d] % known === 0;
  if (!fits || !sizes.every((size, i) => Number.isSafeInteger(size) && (size >= 0 || i === open))) {
    throw new ShapeError(
      `unflatten: Provided sizes ${formatShape(sizes)} don't multiply up to the size of dim ${d} (${shape[d]}) in the input tensor`,
    );
  }
  return input.view(shape.toSpliced(d, 1, ...(open === -1 ? sizes : sizes.with(open, shape[d] / known))));
}
