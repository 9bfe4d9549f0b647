import { ArgumentError } from '../errors.js';
import { sparseLaw } from '../laws/sparse.js';
import { checkNumber } from '../numerics/checkNumber.js';
import type { DrawOptions } from '../random/DrawOptions.js';
import type { Tensor } from '../tensor/Tensor.js';
import { defineInitializer, type Initializer } from './Initializer.js';
import { checkMatrix } from './identity.js';

/**
 * An initialiser for matrices [rows, columns]: draws from N(0, std²) with ⌈sparsity·rows⌉ elements of each column set to 0.
 * `law()` and `fill()` report a wrong `sparsity` or `std`.
 * @param sparsity in [0, 1]
 * @param std finite and ≥ 0. Default: 0.01.
 */
export function sparse(sparsity: number, std = 0.01): Initializer {
  return defineInitializer('sparse', { sparsity, std }, (shape) => {
    checkMatrix(shape);
    if (!(checkNumber('sparsity', sparsity) >= 0 && sparsity <= 1)) {
      throw new ArgumentError(`sparsity: expected a number in [0, 1], found ${sparsity}`);
    }
    return sparseLaw(sparsity, std);
  });
}

/**
 * Fills a matrix [rows, columns] with draws from N(0, std²), sets ⌈sparsity·rows⌉ random elements of each column to 0, and
 * returns it (`torch.nn.init.sparse_`; Martens 2010). Both use the given generator. PyTorch always draws the indices from
 * its default generator, so the bits equal PyTorch's for the default generator.
 * @param sparsity in [0, 1]
 * @param std finite and ≥ 0. Default: 0.01.
 * @param options `generator`. Default: the default generator.
 * @throws ShapeError unless `tensor` has two dimensions
 * @throws ArgumentError if `sparsity` is not in [0, 1] or `std` is negative
 * @throws DTypeError if the dtype is not a floating dtype
 * @example
 * ```ts
 * import { init, manualSeed, zeros } from 'initree';
 * manualSeed(0);
 * console.log(init.sparse_(zeros([4, 3]), 0.5).eq(0).sum(0).tolist()); // [ 2n, 2n, 2n ]
 * ```
 */
export function sparse_<T extends Tensor>(tensor: T, sparsity: number, std = 0.01, options?: DrawOptions): T {
  return sparse(sparsity, std).fill(tensor, options);
}
