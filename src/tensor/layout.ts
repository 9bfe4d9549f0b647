import { ArgumentError, formatList, formatValue, ShapeError } from '../errors.js';
import { createStorage, type DType } from '../numerics/DType.js';
import { broadcastTo, sumToShape } from './broadcast.js';
import { type Computed, type Dense, reshaped } from './Dense.js';
import {
  checkElements,
  formatShape,
  MAX_DIMENSIONS,
  numelOf,
  resolveDim,
  resolveDims,
  type Shape,
  stridesOf,
} from './Shape.js';

/** The same elements with another shape. One size may be −1; it follows from the others. */
export function view<D extends DType>(a: Dense<D>, sizes: Shape): Computed<D> {
  const shape = resolveSizes(sizes, numelOf(a.shape));
  return { value: reshaped(a, shape), pullback: (g) => [reshaped(g, a.shape)] };
}

/** A copy with the dimensions in another order: dimension `d` of the result is `order[d]` of `a`. */
export function permute<D extends DType>(a: Dense<D>, order: readonly number[]): Computed<D> {
  const dims = resolveOrder(order, a.shape.length);
  const inverse = dims.map((_, d) => dims.indexOf(d));
  return { value: permuted(a, dims), pullback: (g) => [permuted(g, inverse)], isCopiedPart: true };
}

/** {@link permute}, but the result shares the elements if they keep their order: only dimensions of size 1 move. */
export function reorder<D extends DType>(a: Dense<D>, order: readonly number[]): Computed<D> {
  const dims = resolveOrder(order, a.shape.length);
  const filled = dims.filter((d) => a.shape[d] !== 1);
  if (filled.some((d, i) => i > 0 && d < filled[i - 1])) return permute(a, dims);
  return view(
    a,
    dims.map((d) => a.shape[d]),
  );
}

/** The dimensions from `startDim` to `endDim` (inclusive) as one dimension. */
export function flatten<D extends DType>(a: Dense<D>, startDim: number, endDim: number): Computed<D> {
  const start = resolveDim(startDim, a.shape.length);
  const end = resolveDim(endDim, a.shape.length);
  if (start > end) throw new ShapeError('flatten() has invalid args: start_dim cannot come after end_dim');
  if (a.shape.length === 0) return view(a, [1]);
  return view(a, [...a.shape.slice(0, start), numelOf(a.shape.slice(start, end + 1)), ...a.shape.slice(end + 1)]);
}

/** The same elements without those of the dimensions `dims` whose size is 1; `null` means all dimensions. */
export function squeeze<D extends DType>(a: Dense<D>, dims: number | readonly number[] | null): Computed<D> {
  const named = dims === null ? null : resolveDims(dims, a.shape.length);
  return view(
    a,
    a.shape.filter((size, d) => size !== 1 || (named !== null && !named.includes(d))),
  );
}

/** The same elements with a new dimension of size 1 at `dim`. */
export function unsqueeze<D extends DType>(a: Dense<D>, dim: number): Computed<D> {
  return view(a, a.shape.toSpliced(resolveDim(dim, a.shape.length + 1), 0, 1));
}

/** A copy, repeated along dimensions of size 1 to fill `sizes`; −1 keeps a size. */
export function expand<D extends DType>(a: Dense<D>, sizes: Shape): Computed<D> {
  const offset = sizes.length - a.shape.length;
  const shape = Array.from(sizes, (size, d) => (size === -1 && d >= offset ? a.shape[d - offset] : size));
  if (offset < 0) {
    throw new ShapeError(
      `expand(): the number of sizes provided (${sizes.length}) must be greater or equal to the number of dimensions in the tensor (${a.shape.length})`,
    );
  }
  shape.forEach((size, d) => {
    const own = a.shape[d - offset] ?? 1;
    if (Number.isInteger(size) && size >= 0 && (own === 1 || own === size)) return;
    throw new ShapeError(
      `The expanded size of the tensor (${formatValue(size)}) must match the existing size (${own}) at non-singleton dimension ${d}. Target sizes: ${formatShape(sizes)}. Tensor sizes: ${formatShape(a.shape)}`,
    );
  });
  checkElements(shape, 'the result of expand()');
  const { data } = broadcastTo(a, shape);
  return {
    value: { dtype: a.dtype, shape, data: data === a.data ? (data.slice() as typeof data) : data },
    pullback: (g) => [sumToShape(g, a.shape)],
    isCopiedPart: true,
  };
}

/** The array, repeated `repeats[d]` times along each dimension; dimensions of size 1 are added in front if there are more repeats. */
export function repeat<D extends DType>(a: Dense<D>, repeats: readonly number[]): Computed<D> {
  const added = repeats.length - a.shape.length;
  if (added < 0) {
    throw new ShapeError(
      `Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor: expected at least ${a.shape.length} repeats, found ${formatList(repeats)}`,
    );
  }
  const sizes = [...new Array<number>(added).fill(1), ...a.shape];
  for (const count of repeats) {
    if (Number.isSafeInteger(count) && count >= 0) continue;
    throw new ShapeError(
      `Trying to create tensor with negative dimension, or with a fraction of one: expected whole numbers ≥ 0 as repeats, found ${formatList(repeats)}`,
    );
  }
  // Each dimension becomes two: the repeats of size 1, which broadcasting fills, and the size itself.
  const apart = sizes.flatMap((size) => [1, size]);
  const { data } = broadcastTo(
    reshaped(a, apart),
    sizes.flatMap((size, d) => [repeats[d], size]),
  );
  const shape = sizes.map((size, d) => size * repeats[d]);
  const value = { dtype: a.dtype, shape, data: data === a.data ? (data.slice() as typeof data) : data };
  const pullback = (g: Dense) => {
    const split = reshaped(
      g,
      sizes.flatMap((size, d) => [repeats[d], size]),
    );
    return [reshaped(sumToShape(split, apart), a.shape)];
  };
  return { value, pullback };
}

function resolveOrder(order: readonly number[], ndim: number): number[] {
  const dims: number[] = [];
  // Unlike `map`, the loop does not skip the holes of an array.
  for (const dim of order) dims.push(resolveDim(dim, ndim));
  if (dims.length !== ndim || dims.some((dim, i) => dims.indexOf(dim) !== i)) {
    throw new ArgumentError(
      `permute(): ${dims.length === ndim ? 'duplicate dims are not allowed' : 'number of dimensions in the tensor input does not match the length of the desired ordering of dimensions'}: expected each of ${ndim} once, found [${order.join(', ')}]`,
    );
  }
  return dims;
}

function permuted<D extends DType>(a: Dense<D>, dims: readonly number[]): Dense<D> {
  const shape = dims.map((d) => a.shape[d]);
  const strides = stridesOf(a.shape);
  const steps = dims.map((d) => strides[d]);
  const data = createStorage(a.dtype, a.data.length);
  const index = new Array<number>(shape.length).fill(0);
  const last = shape.length - 1;
  const count = shape[last] ?? 1;
  const step = steps[last] ?? 0;
  let start = 0;
  for (let at = 0; at < data.length; ) {
    for (let i = 0, from = start; i < count; i++, from += step) data[at++] = a.data[from];
    for (let d = last - 1; d >= 0; d--) {
      start += steps[d];
      if (++index[d] < shape[d]) break;
      start -= steps[d] * shape[d];
      index[d] = 0;
    }
  }
  return { dtype: a.dtype, shape, data };
}

function resolveSizes(sizes: Shape, numel: number): Shape {
  const invalid = () => new ShapeError(`shape '${formatShape(sizes)}' is invalid for input of size ${numel}`);
  checkElements(sizes.length > MAX_DIMENSIONS ? sizes : []);
  if (!Array.from(sizes).every((size) => Number.isSafeInteger(size) && size >= -1)) throw invalid();
  const open = sizes.indexOf(-1);
  if (open !== sizes.lastIndexOf(-1)) throw new ShapeError('only one dimension can be inferred');
  if (open === -1) {
    if (numelOf(sizes) !== numel) throw invalid();
    return [...sizes];
  }
  const known = numelOf(sizes.toSpliced(open, 1));
  if (known === 0) {
    throw new ShapeError(
      `cannot reshape tensor of ${numel} elements into shape ${formatShape(sizes)} because the unspecified dimension size -1 can be any value and is ambiguous`,
    );
  }
  if (numel % known !== 0) throw invalid();
  return sizes.with(open, numel / known);
}
