import { ShapeError } from '../../errors.js';
import { checkElements, formatShape, type Shape } from '../../tensor/Shape.js';

/** The largest size of a dimension for whose elements positions in the input are tabulated. */
const MAX_POSITIONS = 2 ** 28;

/**
 * Checks the shape of an output before anything is computed for it.
 * @param name name of the operation, for the message
 * @param shape the shape of the output
 * @param dims the number of last dimensions whose positions in the input are tabulated. Default: 0.
 * @throws ShapeError if no typed array can hold the output, or if a table of positions would be too long
 */
export function checkOutput(name: string, shape: Shape, dims = 0): void {
  checkElements(shape, `the output of ${name}()`);
  const longest = Math.max(...shape.slice(shape.length - dims), 0);
  if (longest <= MAX_POSITIONS) return;
  throw new ShapeError(
    `${name}(): the output ${formatShape(shape)} has a dimension of ${longest.toLocaleString('en')} elements, at most ` +
      `${MAX_POSITIONS.toLocaleString('en')} are possible`,
  );
}
