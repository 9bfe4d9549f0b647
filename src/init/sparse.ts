import { ArgumentError } from '../errors.js';
import { sparseLaw } from '../laws/sparse.js';
import { checkNumber } from '../numerics/checkNumber.js';
import type { DrawOptions } from '../random/DrawOptions.js';
import { readArguments, type Signature } from '../readArguments.js';
import type { Tensor } from '../tensor/Tensor.js';
import { defineInitializer, type Initializer } from './Initializer.js';
import { checkMatrix } from './identity.js';
import { fillInPlace, inPlaceOf } from './inPlace.js';

/** Settings of {@link sparse}. */
export interface SparseSettings {
  /** Standard deviation of the elements that are not 0, finite and ≥ 0. Default: 0.01. */
  std?: number | undefined;
}

const SPARSE: Signature<SparseSettings> = { required: ['sparsity'], byPosition: ['std'], defaults: { std: 0.01 } };
const IN_PLACE = inPlaceOf(SPARSE);

/**
 * An initialiser for matrices [rows, columns]: draws from N(0, std²) with ⌈sparsity·rows⌉ elements of each column set to 0.
 * `law()` and `fill()` report a wrong `sparsity` or `std`.
 * @param sparsity in [0, 1]
 * @param std finite and ≥ 0. Default: 0.01.
 */
export function sparse(sparsity: number, std?: number | SparseSettings): Initializer {
  const read = readArguments('init.sparse', arguments, SPARSE);
  return defineInitializer('sparse', { sparsity, std: read.std }, (shape) => {
    checkMatrix(shape);
    if (!(checkNumber('sparsity', sparsity) >= 0 && sparsity <= 1)) {
      throw new ArgumentError(`sparsity: expected a number in [0, 1], found ${sparsity}`);
    }
    return sparseLaw(sparsity, read.std);
  });
}

/**
 * Fills a matrix [rows, columns] with draws from N(0, std²), sets ⌈sparsity·rows⌉ random elements of each column to 0, and
 * returns it (`torch.nn.init.sparse_`; Martens 2010). Both use the given generator. PyTorch always draws the indices from
 * its default generator, so the bits equal PyTorch's for the default generator.
 * @param sparsity in [0, 1]
 * @param std finite and ≥ 0. Default: 0.01.
 * @param options `std`, and `generator` (default: the default generator)
 * @returns `tensor`; `null` as it is, and then nothing is drawn
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
export function sparse_<T extends Tensor | null>(
  tensor: T,
  sparsity: number,
  std?: number | (SparseSettings & DrawOptions),
  options?: SparseSettings & DrawOptions,
): T {
  return fillInPlace('init.sparse_', tensor, arguments, IN_PLACE, (settings) => sparse(sparsity, settings));
}
