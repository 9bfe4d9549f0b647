import { numelOf, type Shape, stridesOf } from '../tensor/Shape.js';
import type { Box } from './tiling.js';

/** The elements of a slice in its own order, as runs of equal length that are contiguous in the whole tensor too. */
export interface SliceRuns {
  readonly count: number;
  /** The number of elements of each run. */
  readonly length: number;
  /** The index in the whole tensor, in row-major order, of the first element of a run. It grows with the index of the run. */
  readonly at: (run: number) => number;
}

/** The runs of a slice with elements. Rows of a matrix are one run; columns are a run in each row. */
export function runsOf(shape: Shape, { offsets, shape: sizes }: Box): SliceRuns {
  // A run ends with the innermost dimension that is cut.
  let outer = shape.length;
  while (outer > 0 && sizes[outer - 1] === shape[outer - 1]) outer--;
  outer = Math.max(outer - 1, 0);
  const strides = stridesOf(shape);
  const start = shape.reduce((sum, _, dim) => sum + (offsets[dim] ?? 0) * strides[dim], 0);
  const steps: { readonly size: number; readonly stride: number }[] = [];
  for (let dim = outer - 1; dim >= 0; dim--) if (sizes[dim] > 1) steps.push({ size: sizes[dim], stride: strides[dim] });
  const at = (run: number) => {
    let index = start;
    let rest = run;
    for (const { size, stride } of steps) {
      index += (rest % size) * stride;
      rest = Math.floor(rest / size);
    }
    return index;
  };
  return { count: numelOf(sizes.slice(0, outer)), length: numelOf(sizes.slice(outer)), at };
}
