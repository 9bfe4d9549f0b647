import { ArgumentError, describeValue, ShapeError } from '../errors.js';
import { blocksLaw } from '../laws/combinators.js';
import { formatShape } from '../tensor/Shape.js';
import { checkInitializer } from './checkInitializer.js';
import { defineInitializer, type Initializer } from './Initializer.js';

/**
 * Fills each of `count` equal blocks of rows by itself, one after another: a packed query/key/value weight [3E, E] as three
 * matrices [E, E], whose fans are those of one of them.
 * @param count ≥ 1; divides the first dimension
 */
export function blocks(count: number, initializer: Initializer): Initializer {
  checkInitializer('blocks', initializer);
  return defineInitializer('blocks', { count, initializer }, (shape, dtype) => {
    if (!Number.isInteger(count) || count < 1) {
      throw new ArgumentError(`blocks takes a whole number of at least 1, found ${describeValue(count)}`);
    }
    const [rows, ...rest] = shape;
    if (rows === undefined || rows % count !== 0) {
      throw new ShapeError(`the first dimension must be divisible by ${count} blocks, found ${formatShape(shape)}`);
    }
    return blocksLaw(count, initializer.law([rows / count, ...rest], dtype));
  });
}

/**
 * Fills a weight as one whose first two dimensions are [in, out], as transposed convolutions and Keras' kernels have them:
 * fan-in and fan-out change places.
 */
export function transposedFans(initializer: Initializer): Initializer {
  checkInitializer('transposedFans', initializer);
  return defineInitializer('transposedFans', { initializer }, (shape, dtype) => {
    const [first, second, ...rest] = shape;
    if (second === undefined) {
      throw new ShapeError(
        `Fan in and fan out can not be computed for tensor with fewer than 2 dimensions, found ${formatShape(shape)}`,
      );
    }
    return initializer.law([second, first, ...rest], dtype);
  });
}
