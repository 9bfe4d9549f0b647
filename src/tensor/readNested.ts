import { ArgumentError, describeValue, formatValue, ShapeError } from '../errors.js';
import { MAX_DIMENSIONS, type Shape } from './Shape.js';

/** One element of nested arrays. */
export type NestedElement = number | boolean | bigint;

/** Numbers, booleans or bigints in nested arrays. All arrays of one depth have the same length. */
export type NestedArray = NestedElement | readonly NestedArray[];

/**
 * The shape of nested arrays, and their elements in row-major order.
 * @throws ShapeError if the arrays of one depth have different lengths
 * @throws ArgumentError for an element of another kind
 */
export function readNested(elements: NestedArray): { shape: Shape; flat: NestedElement[] } {
  const shape: number[] = [];
  for (let inner: NestedArray = elements; Array.isArray(inner); inner = inner[0]) {
    if (shape.push(inner.length) > MAX_DIMENSIONS)
      throw new ShapeError(`too many dimensions: at most ${MAX_DIMENSIONS}`);
  }
  const flat: NestedElement[] = [];
  flatten(elements, shape, 0, flat);
  return { shape, flat };
}

function flatten(elements: NestedArray, shape: Shape, depth: number, flat: NestedElement[]): void {
  if (!Array.isArray(elements)) {
    if (depth !== shape.length)
      throw new ShapeError(
        `expected sequence of length ${shape[depth]} at dim ${depth}, found ${formatValue(elements)}`,
      );
    if (typeof elements !== 'number' && typeof elements !== 'boolean' && typeof elements !== 'bigint') {
      throw new ArgumentError(
        `expected numbers, booleans or bigints, found ${describeValue(elements)}${ArrayBuffer.isView(elements) ? '; pass a typed array to Tensor.fromData' : ''}`,
      );
    }
    flat.push(elements);
    return;
  }
  if (depth === shape.length || elements.length !== shape[depth]) {
    throw new ShapeError(
      `expected sequence of length ${shape[depth] ?? 1} at dim ${depth} (got ${elements.length}): arrays must be rectangular`,
    );
  }
  for (const element of elements) flatten(element, shape, depth + 1, flat);
}
