import { ArgumentError } from '../errors.js';
import { sparseLaw } from '../laws/sparse.js';
import { checkNumber } from '../numerics/checkNumber.js';
import type { DrawOptions } from '../random/DrawOptions.js';
import type { Tensor } from '../tensor/Tensor.js';
import { defineInitializer, type Initializer } from './Initializer.js';
import { checkMatrix } from './identity.js';

/** N(0, std²) with the fraction `sparsity` of each column set to 0. */
export function sparse(sparsity: number, std = 0.01): Initializer {
  return defineInitializer('sparse', { sparsity, std }, (shape) => {
    checkMatrix(shape);
    if (!(checkNumber('sparsity', sparsity) >= 0 && sparsity <= 1)) {
      throw new ArgumentError(`sparsity is a fraction between 0 and 1, found ${sparsity}`);
    }
    return sparseLaw(sparsity, std);
  });
}

/**
 * Fills a matrix with N(0, std²) and sets ⌈sparsity·rows⌉ random elements of each column to 0
 * (`torch.nn.init.sparse_`; Martens 2010). Both come from the generator given; PyTorch takes the positions from the
 * default one always, so the bits are PyTorch's with the default generator.
 * @throws ShapeError unless `tensor` has two dimensions · ArgumentError for a sparsity outside [0, 1] or a negative std
 */
export function sparse_<T extends Tensor>(tensor: T, sparsity: number, std = 0.01, options?: DrawOptions): T {
  return sparse(sparsity, std).fill(tensor, options);
}
