import { ArgumentError, describeValue, formatList, formatValue, isList, ShapeError } from '../errors.js';

/** Sizes of a dense row-major array, outermost first; `[]` is a single number. */
export type Shape = readonly number[];

/** The largest number of elements a typed array may have. */
const MAX_ELEMENTS = 2 ** 33;

/** The largest number of dimensions, as in PyTorch's operations. */
export const MAX_DIMENSIONS = 64;

/** The number of elements of a shape. */
export function numelOf(shape: Shape): number {
  let numel = 1;
  for (const size of shape) numel *= size;
  return numel;
}

/** The distance between elements at neighbouring indices of each dimension, in row-major order. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    strides[d] = stride;
    stride *= shape[d];
  }
  return strides;
}

/** A shape as text: `[6, 3, 5, 5]`. */
export function formatShape(shape: Shape): string {
  return formatList(shape);
}

/** Whether two shapes have the same sizes. */
export function equalShapes(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false;
  for (let d = 0; d < a.length; d++) if (a[d] !== b[d]) return false;
  return true;
}

/**
 * A frozen copy of a shape.
 * @throws ShapeError unless all sizes are whole numbers ≥ 0 and a typed array can hold all elements
 */
export function checkShape(shape: Shape): Shape {
  if (!isList(shape))
    throw new ShapeError(
      `expected a shape, an array of sizes, found ${describeValue(shape)}${typeof shape === 'number' ? `; write [${shape}]` : ''}`,
    );
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new ShapeError(
        `sizes must be whole numbers from 0 to 2^53 − 1, found ${describeValue(size)} in the shape ${formatShape(shape)}`,
      );
    }
  }
  checkElements(shape);
  return Object.freeze([...shape]);
}

/**
 * Checks the sizes of a result before any memory is allocated for it.
 * @param what the tensor, for the message. Default: the tensor that a program asks for.
 * @throws ShapeError if the result would have more dimensions than tensors can have, or more elements than a typed array can hold
 */
export function checkElements(shape: Shape, what = 'a tensor'): void {
  if (shape.length > MAX_DIMENSIONS) {
    throw new ShapeError(
      `${what} can have at most ${MAX_DIMENSIONS} dimensions, found ${shape.length}: ${formatShape(shape)}`,
    );
  }
  let numel = 1;
  // Without the zeros: loops over the other dimensions of an empty tensor have to end as well.
  for (const size of shape) if (size !== 0) numel *= size;
  if (numel <= MAX_ELEMENTS) return;
  throw new ShapeError(
    `${what} of shape ${formatShape(shape)} has more elements than one typed array can hold: ${numel.toLocaleString('en')}, at most ` +
      `${MAX_ELEMENTS.toLocaleString('en')}`,
  );
}

/**
 * The index of a dimension; a negative one counts from the end.
 * @throws ShapeError if there is no such dimension
 */
export function resolveDim(dim: number, ndim: number): number {
  const limit = Math.max(ndim, 1);
  if (!Number.isInteger(dim) || dim < -limit || dim >= limit) {
    throw new ShapeError(
      `Dimension out of range (expected to be in range of [${-limit}, ${limit - 1}], but got ${typeof dim === 'string' ? describeValue(dim) : formatValue(dim)})`,
    );
  }
  return dim < 0 ? dim + limit : dim;
}

/**
 * The indices of one dimension, or of several different ones in the order of `dims`.
 * @throws ShapeError if there is no such dimension
 * @throws ArgumentError if a dimension is named twice
 */
export function resolveDims(dims: number | readonly number[], ndim: number): number[] {
  const resolved = Array.from(isList(dims) ? (dims as readonly number[]) : [dims as number], (dim) =>
    resolveDim(dim, ndim),
  );
  const twice = resolved.find((dim, i) => resolved.indexOf(dim) !== i);
  if (twice === undefined) return resolved;
  throw new ArgumentError(`dim ${twice} appears multiple times in the list of dims ${formatList(resolved)}`);
}

/**
 * The common shape of two shapes by the broadcasting rule of NumPy and PyTorch.
 * @throws ShapeError if there is none
 */
export function broadcastShapes(a: Shape, b: Shape): Shape {
  const ndim = Math.max(a.length, b.length);
  const shape = new Array<number>(ndim);
  for (let d = 0; d < ndim; d++) {
    const sizeA = a[d - ndim + a.length] ?? 1;
    const sizeB = b[d - ndim + b.length] ?? 1;
    if (sizeA !== sizeB && sizeA !== 1 && sizeB !== 1) {
      throw new ShapeError(
        `The size of tensor a (${sizeA}) must match the size of tensor b (${sizeB}) at non-singleton dimension ${d}: ` +
          `${formatShape(a)} and ${formatShape(b)} do not broadcast`,
      );
    }
    shape[d] = sizeA === 1 ? sizeB : sizeA;
  }
  return shape;
}
