import { ArgumentError, describeValue, ShapeError } from '../errors.js';
import { zeroRowLaw } from '../laws/combinators.js';
import { formatShape } from '../tensor/Shape.js';
import { checkInitializer } from './checkInitializer.js';
import { defineInitializer, type Initializer } from './Initializer.js';

/**
 * Fills by `initializer`, then makes one row 0: an embedding whose padding index says nothing.
 * @param row whole, from 0 to the first dimension, exclusive
 */
export function zeroRow(row: number, initializer: Initializer): Initializer {
  checkInitializer('zeroRow', initializer);
  return defineInitializer('zeroRow', { row, initializer }, (shape, dtype) => {
    if (!Number.isInteger(row) || row < 0) {
      throw new ArgumentError(`zeroRow takes a whole number of at least 0, found ${describeValue(row)}`);
    }
    if (!(row < shape[0])) throw new ShapeError(`there is no row ${row} in ${formatShape(shape)}`);
    return zeroRowLaw(row, initializer.law(shape, dtype));
  });
}
