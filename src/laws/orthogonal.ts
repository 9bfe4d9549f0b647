import { copyMatrix, rowMajor, transposeOf } from '../kernels/linear/Matrix.js';
import { checkFinite } from '../numerics/checkNumber.js';
import { bytesOf, createStorage, type DType, type FloatDType } from '../numerics/DType.js';
import { type Floats, fromNumbers, type Numbers, toNumbers, writeNumber } from '../numerics/numbers.js';
import { normalSteps, piecesOf } from '../random/fillSteps.js';
import type { Generator } from '../random/Generator.js';
import type { Steps } from '../random/Steps.js';
import { numelOf, type Shape } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import { bindLaw } from './bindLaw.js';
import { checkFloatDType } from './checkFloatDType.js';
import type { DeltaOrthogonalLaw, OrthogonalLaw } from './Law.js';
import type { LawOperations, Moments } from './LawOperations.js';
import { afterNormals } from './normal.js';
import { orthonormalize } from './orthonormalize.js';
import { writePieces } from './writeElements.js';

/** A matrix with orthonormal rows or columns, whichever are fewer, times `gain`. */
export function orthogonalLaw(gain: number): OrthogonalLaw {
  return bindLaw({ kind: 'orthogonal', gain }, ORTHOGONAL);
}

/** A convolution's weight, [out, in, …kernel], with an orthogonal matrix at the kernel's centre, and 0 elsewhere. */
export function deltaOrthogonalLaw(gain: number): DeltaOrthogonalLaw {
  return bindLaw({ kind: 'deltaOrthogonal', gain }, DELTA_ORTHOGONAL);
}

export const ORTHOGONAL: LawOperations<OrthogonalLaw> = {
  check,

  // The fewer vectors have length gain each: their squares sum to gain²·min(rows, columns) over rows·columns elements.
  moments: ({ gain }, shape) => spreadMoments(gain, Math.max(shape[0], numelOf(shape.slice(1)))),

  positionAfter: (_law, shape, dtype, position) => afterNormals(numelOf(shape), dtype, position),

  *write({ gain }, tensor, generator) {
    const { data, dtype, shape } = tensor as Tensor<FloatDType>;
    const matrix = yield* drawOrthogonal(shape, gain, dtype, generator);
    let start = 0;
    for (const piece of piecesOf(matrix)) {
      data.set(fromNumbers(piece, dtype) as never, start);
      start += piece.length;
      yield;
    }
  },

  cost,

  bytesBeside: (_law, shape, dtype) => bytesOfFactor(shape, dtype),
};

export const DELTA_ORTHOGONAL: LawOperations<DeltaOrthogonalLaw> = {
  check,

  // The columns, one for each input, have length gain each: their squares sum to gain²·inputs over outputs·inputs·∏kernel
  // elements.
  moments: ({ gain }, [outputs, , ...kernel]) => spreadMoments(gain, outputs * numelOf(kernel)),

  positionAfter: (_law, [outputs, inputs], dtype, position) => afterNormals(outputs * inputs, dtype, position),

  *write({ gain }, tensor, generator) {
    const { data, dtype, shape } = tensor as Tensor<FloatDType>;
    const matrix = yield* drawOrthogonal(shape.slice(0, 2), gain, dtype, generator);
    yield* writePieces(tensor, (piece) => piece.zero_());
    let drawn = 0;
    for (const index of centreIndices(shape)) writeNumber(data, dtype, index, matrix[drawn++]);
  },

  cost,

  bytesBeside: (_law, shape, dtype) => bytesOfFactor(shape.slice(0, 2), dtype),
};

function check({ kind, gain }: OrthogonalLaw | DeltaOrthogonalLaw, dtype: DType): void {
  checkFloatDType(kind, dtype);
  checkFinite('gain', gain);
}

/** The moments of elements of mean 0 and mean square gain² / `count`, none of them beyond ±gain. */
function spreadMoments(gain: number, count: number): Moments {
  const bound = Math.abs(gain);
  return { mean: 0, std: bound / Math.sqrt(Math.max(count, 1)), min: -bound, max: bound };
}

/** 20 ns for drawing and copying an element, and 1 ns for each vector that is made orthogonal to it. */
function cost(_law: OrthogonalLaw | DeltaOrthogonalLaw, shape: Shape): number {
  const [rows] = shape;
  const numel = numelOf(shape);
  return (20 + Math.min(rows, numel / rows)) * numel;
}

/** Indices of the elements at the centre of a convolution's kernels, the lower one of two, in row-major order. */
function* centreIndices([outputs, inputs, ...kernel]: Shape): IterableIterator<number> {
  const kernelSize = numelOf(kernel);
  if (kernelSize === 0) return;
  const centre = kernel.reduce((index, size) => index * size + Math.floor((size - 1) / 2), 0);
  for (let unit = 0; unit < outputs * inputs; unit++) yield unit * kernelSize + centre;
}

/**
 * Draws the elements, in row-major order, of a tensor that, seen as a matrix [out, in·∏kernel], has orthonormal rows or
 * columns, whichever are fewer, times `gain`. Draws one normal for each element. Yields between the steps.
 */
function* drawOrthogonal(shape: Shape, gain: number, dtype: FloatDType, generator: Generator): Steps<Numbers> {
  const [rows, ...rest] = shape;
  const columns = numelOf(rest);
  const drawn = createStorage(dtype, rows * columns);
  if (drawn.length === 0) return toNumbers(drawn, dtype);
  yield* normalSteps(drawn, dtype, 0, 1, generator);
  const q = toNumbers(drawn, dtype) as Floats;
  yield;
  const isWide = rows < columns;
  const count = Math.min(rows, columns);
  const size = Math.max(rows, columns);
  // The vectors that are made orthonormal, one after another: the rows of a wide matrix, the columns of a tall one.
  const vectors = isWide && q instanceof Float64Array ? q : new Float64Array(q.length);
  if (isWide) vectors.set(q);
  else yield* transpose(q, rows, columns, vectors);
  yield;
  yield* orthonormalize(vectors, count, size, q, gain);
  if (isWide) return q;
  const factor = q instanceof Float64Array ? vectors : new Float32Array(q.length);
  yield* transpose(q, columns, rows, factor);
  return factor;
}

/** The bytes that {@link drawOrthogonal} allocates. */
function bytesOfFactor(shape: Shape, dtype: FloatDType): number {
  const [rows, ...rest] = shape;
  const isWide = rows < numelOf(rest);
  // The normals, and for narrow dtypes the same as float32; the vectors in float64; and the transposed factor.
  if (dtype === 'float64') return numelOf(shape) * (isWide ? 8 : 16);
  return numelOf(shape) * (bytesOf(dtype) + (dtype === 'float32' ? 0 : 4) + 8 + (isWide ? 0 : 4));
}

/** Rows that are transposed at a time: the columns that they are written to stay in the caches. */
const BAND = 32;

function* transpose(from: Floats, rows: number, columns: number, to: Floats): Steps {
  for (let start = 0; start < rows; start += BAND) {
    const band = Math.min(BAND, rows - start);
    copyMatrix(columns, band, transposeOf(rowMajor(from, columns, start * columns)), rowMajor(to, rows, start));
    yield;
  }
}
