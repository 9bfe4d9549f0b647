import { ShapeError } from '../errors.js';
import { createStorage } from '../numerics/DType.js';
import { createNumbers, type Numbers } from '../numerics/numbers.js';
import * as alongDimension from './alongDimension.js';
import { type Computed, type Dense, denseOf, numbersOf } from './Dense.js';
import { formatShape, numelOf, stridesOf } from './Shape.js';

/** The elements at the indices of a dimension (`torch.index_select`). */
export function indexSelect<D extends Dense['dtype']>(a: Dense<D>, dim: number, indices: Numbers): Computed<D> {
  if (a.shape.length === 0 && indices.length !== 1) {
    throw new ShapeError(`index_select(): Index to scalar can have only 1 value, got ${indices.length} value(s)`);
  }
  const size = a.shape[dim] ?? 1;
  const outside = indices.find((i) => i < 0 || i >= size);
  if (outside !== undefined) {
    throw new ShapeError(`index out of range in self: ${outside} in dimension ${dim} of ${formatShape(a.shape)}`);
  }
  if (a.shape.length > 0) return alongDimension.gather(a, dim, indices);
  return { value: { ...a, data: a.data.slice() as typeof a.data }, pullback: (g) => [g] };
}

/**
 * For each element of `index`, the element of `a` at the same place, except that `index` gives the place in dimension `dim`
 * (`torch.gather`).
 */
export function gather<D extends Dense['dtype']>(a: Dense<D>, dim: number, index: Dense): Computed<D> {
  const [source, target] = [a, index].map(({ shape }) => (shape.length === 0 ? [1] : shape));
  if (source.length !== target.length) {
    throw new ShapeError(
      `Index tensor must have the same number of dimensions as input tensor: expected ${source.length}, found ${formatShape(index.shape)}`,
    );
  }
  const larger = target.findIndex((size, d) => d !== dim && size > source[d]);
  if (larger !== -1) {
    throw new ShapeError(
      `Size does not match at dimension ${larger} expected index ${formatShape(target)} to be no larger than self ${formatShape(source)} apart from dimension ${dim}`,
    );
  }
  const places = placesOf(numbersOf(index), target, source, dim);
  const data = createStorage(a.dtype, places.length) as Dense<D>['data'];
  places.forEach((from, i) => {
    data[i] = a.data[from];
  });
  return {
    value: { dtype: a.dtype, shape: index.shape, data },
    pullback: (g) => {
      const gradient = numbersOf(g);
      const sums = createNumbers(g.dtype, numelOf(source));
      places.forEach((to, i) => {
        sums[to] += gradient[i];
      });
      return [denseOf(sums, a.shape, g.dtype)];
    },
  };
}

/** For each index, the position in the source of the element that it names. */
function placesOf(indices: Numbers, shape: readonly number[], source: readonly number[], dim: number): Float64Array {
  const own = stridesOf(shape);
  const strides = stridesOf(source);
  return Float64Array.from(indices, (index, i) => {
    if (index < 0 || index >= source[dim]) {
      throw new ShapeError(`index ${index} is out of bounds for dimension ${dim} with size ${source[dim]}`);
    }
    let place = index * strides[dim];
    own.forEach((stride, d) => {
      if (d !== dim) place += (Math.floor(i / stride) % shape[d]) * strides[d];
    });
    return place;
  });
}
