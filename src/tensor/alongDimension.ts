import { ArgumentError, formatValue, ShapeError } from '../errors.js';
import { createStorage, type DType, type Storage } from '../numerics/DType.js';
import { createNumbers } from '../numerics/numbers.js';
import { type Computed, type Dense, denseOf, numbersOf, type Pullback, reshaped } from './Dense.js';
import { sharing } from './deferredData.js';
import { numelOf, resolveDim, type Shape } from './Shape.js';

/**
 * The part of a dimension from index `start` to `start + length` (exclusive). It shares the elements if they are
 * contiguous: along the first dimension, or a dimension after dimensions of size 1. Otherwise it is a copy.
 */
export function narrow<D extends DType>(a: Dense<D>, dim: number, start: number, length: number): Computed<D> {
  checkHasDimensions('narrow', a);
  const d = resolveDim(dim, a.shape.length);
  const size = a.shape[d];
  if (!Number.isInteger(start) || start < -size || start > size) {
    throw new ShapeError(
      `start out of range (expected to be in range of [${-size}, ${size}], but got ${formatValue(start)})`,
    );
  }
  if (!Number.isInteger(length) || length < 0) {
    throw new ShapeError(`narrow(): length must be non-negative, found ${formatValue(length)}`);
  }
  const from = start < 0 ? start + size : start;
  if (from + length > size) {
    throw new ShapeError(`start (${start}) + length (${length}) exceeds dimension size (${size}).`);
  }
  const [outer, , inner] = splitAt(a.shape, d);
  if (outer === 1) return part(a, a.shape.with(d, length), from * inner);
  const indices = Array.from({ length }, (_, i) => from + i);
  return { ...gather(a, d, indices), isCopiedPart: true };
}

/** The elements at one index of a dimension, which is removed; shared or copied as by {@link narrow}. */
export function select<D extends DType>(a: Dense<D>, dim: number, index: number): Computed<D> {
  const part = narrow(a, dim, index, 1);
  const restore: Pullback = (g) => part.pullback(reshaped(g, part.value.shape));
  return { ...part, value: reshaped(part.value, a.shape.toSpliced(dim, 1)), pullback: restore };
}

/** A copy of the elements at the given indices of a dimension, in the given order; an index may be repeated. */
export function gather<D extends DType>(a: Dense<D>, dim: number, indices: ArrayLike<number>): Computed<D> {
  const [outer, size, inner] = splitAt(a.shape, dim);
  const shape = a.shape.with(dim, indices.length);
  const data = createStorage(a.dtype, numelOf(shape));
  const copy = (from: number, to: number) => data.set(a.data.subarray(from, from + inner) as never, to);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < indices.length; i++) copy((o * size + indices[i]) * inner, (o * indices.length + i) * inner);
  }
  const pullback = (g: Dense) => {
    const gradient = numbersOf(g);
    const sums = createNumbers(g.dtype, numelOf(a.shape));
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < indices.length; i++) {
        const from = (o * indices.length + i) * inner;
        const to = (o * size + indices[i]) * inner;
        for (let e = 0; e < inner; e++) sums[to + e] += gradient[from + e];
      }
    }
    return [denseOf(sums, a.shape, g.dtype)];
  };
  return { value: { dtype: a.dtype, shape, data }, pullback };
}

/** Joins one or more arrays of one dtype along a dimension. All other dimensions have equal sizes. */
export function concatenate<D extends DType>(parts: readonly Dense<D>[], dim: number): Computed<D> {
  const [first] = parts;
  parts.forEach(({ shape }, i) => {
    if (shape.length > 0) return;
    throw new ShapeError(
      `zero-dimensional tensor (at position ${i}) cannot be concatenated; add a dimension with view(1)`,
    );
  });
  const d = resolveDim(dim, first.shape.length);
  parts.forEach(({ shape }, i) => {
    if (shape.length !== first.shape.length) {
      throw new ShapeError(
        `Tensors must have same number of dimensions: got ${first.shape.length} and ${shape.length} (tensor ${i})`,
      );
    }
    const other = shape.findIndex((size, e) => e !== d && size !== first.shape[e]);
    if (other !== -1) {
      throw new ShapeError(
        `Sizes of tensors must match except in dimension ${d}. Expected size ${first.shape[other]} but got size ` +
          `${shape[other]} for tensor number ${i} in the list.`,
      );
    }
  });
  const sizes = parts.map(({ shape }) => shape[d]);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const shape = first.shape.with(d, total);
  const [outer, , inner] = splitAt(shape, d);
  const data = createStorage(first.dtype, numelOf(shape));
  let start = 0;
  parts.forEach((part, p) => {
    const length = sizes[p] * inner;
    for (let o = 0; o < outer; o++) {
      data.set(part.data.subarray(o * length, (o + 1) * length) as never, (o * total + start) * inner);
    }
    start += sizes[p];
  });
  const pullback = (g: Dense) => {
    let from = 0;
    return sizes.map((size) => {
      const { value } = narrow(g, d, from, size);
      from += size;
      return value;
    });
  };
  return { value: { dtype: first.dtype, shape, data }, pullback };
}

/** {@link roll} along several dimensions in turn; through the flattened array if `dims` is empty. */
export function rollAll<D extends DType>(a: Dense<D>, shifts: readonly number[], dims: readonly number[]): Computed<D> {
  if (dims.length === 0 && shifts.length === 1) {
    const { value, pullback } = roll(reshaped(a, [numelOf(a.shape)]), shifts[0], 0);
    return {
      value: reshaped(value, a.shape),
      pullback: (g) => [reshaped(pullback(reshaped(g, value.shape))[0] as Dense, a.shape)],
    };
  }
  if (shifts.length !== dims.length || dims.length === 0) {
    throw new ArgumentError(`shifts and dimensions must align. shifts: ${shifts.length}, dims:${dims.length}`);
  }
  const steps: Pullback[] = [];
  let value = a;
  for (const [i, shift] of shifts.entries()) {
    const step = roll(value, shift, dims[i]);
    value = step.value;
    steps.unshift(step.pullback);
  }
  return { value, pullback: (g) => [steps.reduce<Dense>((gradient, step) => step(gradient)[0] as Dense, g)] };
}

/** Moves the elements along a dimension by `shift`. Elements that leave at one end enter at the other. */
function roll<D extends DType>(a: Dense<D>, shift: number, dim: number): Computed<D> {
  if (a.shape.length === 0) {
    throw new ShapeError(`Dimension specified as ${dim} but tensor has no dimensions`);
  }
  if (!Number.isInteger(shift))
    throw new ArgumentError(`roll expects shifts that are whole numbers, found ${formatValue(shift)}`);
  const d = resolveDim(dim, a.shape.length);
  const size = a.shape[d];
  return gather(
    a,
    d,
    Array.from({ length: size }, (_, i) => (((i - shift) % size) + size) % size),
  );
}

/** Throws ShapeError for an array without dimensions. */
export function checkHasDimensions(operation: string, { shape }: Dense): void {
  if (shape.length === 0) throw new ShapeError(`${operation}() cannot be applied to a 0-dim tensor.`);
}

/** The number of blocks before a dimension, its size, and the number of elements at each of its indices. */
export function splitAt(shape: Shape, dim: number): [outer: number, size: number, inner: number] {
  return [numelOf(shape.slice(0, dim)), shape[dim], numelOf(shape.slice(dim + 1))];
}

/** A tensor of this shape that shares the elements of `a` from index `start`. */
function part<D extends DType>(a: Dense<D>, shape: Shape, start: number): Computed<D> {
  const pullback = (g: Dense) => {
    const around = createStorage(g.dtype, numelOf(a.shape)) as Storage;
    around.set(g.data as never, start);
    return [{ dtype: g.dtype, shape: a.shape, data: around }];
  };
  return { value: sharing(a, shape, start), pullback };
}
