import { ShapeError } from '../errors.js';
import { blocksLaw } from '../laws/combinators.js';
import { checkWhole } from '../numerics/checkNumber.js';
import { refuseSurplus } from '../readArguments.js';
import { formatShape } from '../tensor/Shape.js';
import { checkInitializer } from './checkInitializer.js';
import { FEW_DIMENSIONS } from './fan.js';
import { defineInitializer, type Initializer } from './Initializer.js';

/**
 * An initialiser that fills each of `count` equal blocks of rows by itself, one after another. A packed query/key/value
 * weight [3E, E] is filled as three matrices [E, E], each with its own fans. `law()` and `fill()` report a wrong `count`.
 * @param count ≥ 1; divides the tensor's first dimension
 * @throws ArgumentError if `initializer` is not an initialiser
 * @example
 * ```ts
 * import { init } from 'initree';
 * const packed = init.blocks(3, init.xavierUniform());
 * console.log(init.expectedMoments(packed.law([12, 4]), [12, 4])?.max.toFixed(4)); // 0.8660
 * ```
 */
export function blocks(count: number, initializer: Initializer): Initializer {
  refuseSurplus('init.blocks', arguments, ['count', 'initializer']);
  checkInitializer('blocks', initializer);
  return defineInitializer('blocks', { count, initializer }, (shape, dtype) => {
    checkWhole('count', count);
    const [rows, ...rest] = shape;
    if (rows === undefined || rows % count !== 0) {
      throw new ShapeError(`the first dimension must be divisible by ${count} blocks, found ${formatShape(shape)}`);
    }
    return blocksLaw(count, initializer.law([rows / count, ...rest], dtype));
  });
}

/**
 * An initialiser for weights [in, out, …kernel], the layout of transposed convolutions and of Keras' kernels: it exchanges
 * fan-in and fan-out.
 * @param initializer for a weight [out, in, …kernel]
 * @throws ArgumentError if `initializer` is not an initialiser
 * @example
 * ```ts
 * import { init } from 'initree';
 * console.log(init.transposedFans(init.kaimingNormal()).law([8, 2])); // { kind: 'normal', mean: 0, std: 0.5 }
 * ```
 */
export function transposedFans(initializer: Initializer): Initializer {
  refuseSurplus('init.transposedFans', arguments, ['initializer']);
  checkInitializer('transposedFans', initializer);
  return defineInitializer('transposedFans', { initializer }, (shape, dtype) => {
    const [first, second, ...rest] = shape;
    if (second === undefined) throw new ShapeError(`${FEW_DIMENSIONS}, found ${formatShape(shape)}`);
    return initializer.law([second, first, ...rest], dtype);
  });
}
