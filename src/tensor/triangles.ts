import { ShapeError } from '../errors.js';
import { checkWhole } from '../numerics/checkNumber.js';
import { createStorage } from '../numerics/DType.js';
import type { Computed, Dense } from './Dense.js';
import { formatShape, numelOf } from './Shape.js';

/** Which elements of a matrix remain: those up to a diagonal, or those from it on. */
export type Triangle = 'tril' | 'triu';

/** Matrices whose elements beyond a diagonal are 0. Diagonal 0 is the main diagonal; a positive one is to the right of it. */
export function triangle<D extends Dense['dtype']>(which: Triangle, a: Dense<D>, diagonal: number): Computed<D> {
  if (a.shape.length < 2) {
    throw new ShapeError(`${which}: input tensor must have at least 2 dimensions, found ${formatShape(a.shape)}`);
  }
  checkWhole('diagonal', diagonal, -Infinity);
  const keep = <E extends Dense['dtype']>(from: Dense<E>): Dense<E> => ({ ...from, data: kept(which, from, diagonal) });
  return { value: keep(a), pullback: (g) => [keep(g)] };
}

function kept<D extends Dense['dtype']>(which: Triangle, { dtype, shape, data }: Dense<D>, diagonal: number) {
  const [rows, columns] = shape.slice(-2);
  const result = createStorage(dtype, data.length);
  for (let row = 0; row < numelOf(shape.slice(0, -1)); row++) {
    const border = Math.min(Math.max((row % rows) + diagonal + (which === 'tril' ? 1 : 0), 0), columns);
    const [start, end] = which === 'tril' ? [0, border] : [border, columns];
    result.set(data.subarray(row * columns + start, row * columns + end) as never, row * columns + start);
  }
  return result;
}
