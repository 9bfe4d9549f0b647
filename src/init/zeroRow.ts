import { ShapeError } from '../errors.js';
import { zeroRowLaw } from '../laws/combinators.js';
import { checkWhole } from '../numerics/checkNumber.js';
import { refuseSurplus } from '../readArguments.js';
import { formatShape } from '../tensor/Shape.js';
import { checkInitializer } from './checkInitializer.js';
import { defineInitializer, type Initializer } from './Initializer.js';

/**
 * An initialiser that fills a tensor by `initializer`, then sets one row to 0, as an embedding does with its padding index.
 * The tensor's shape is [rows, …]. `law()` and `fill()` report a wrong `row`.
 * @param row index, a whole number in [0, rows)
 * @throws ArgumentError if `initializer` is not an initialiser
 * @example
 * ```ts
 * import { init, zeros } from 'initree';
 * console.log(init.zeroRow(1, init.ones()).fill(zeros([3, 2])).tolist()); // [ [ 1, 1 ], [ 0, 0 ], [ 1, 1 ] ]
 * ```
 */
export function zeroRow(row: number, initializer: Initializer): Initializer {
  refuseSurplus('init.zeroRow', arguments, ['row', 'initializer']);
  checkInitializer('zeroRow', initializer);
  return defineInitializer('zeroRow', { row, initializer }, (shape, dtype) => {
    checkWhole('row', row, 0);
    if (!(row < shape[0])) throw new ShapeError(`there is no row ${row} in ${formatShape(shape)}`);
    return zeroRowLaw(row, initializer.law(shape, dtype));
  });
}
