import { addAxes, reflectOntoAxes, scaleVectors } from '../kernels/linear/householder.js';
import { copyMatrix, type Matrix, partOf, rowMajor, transposeOf } from '../kernels/linear/Matrix.js';
import { multiplyMatrices } from '../kernels/linear/matmul.js';
import type { Floats } from '../numerics/numbers.js';
import type { Steps } from '../random/Steps.js';

/** Vectors of a panel: their reflections are applied to the other vectors together, by matrix products. */
const PANEL = 64;
/** Vectors of a panel's smallest part, which are reflected one by one. */
const BASE = 16;
/** Elements that are worked on between two pauses: a few milliseconds' work, within a second-level cache. */
const PIECE = 2 ** 18;
/** The least number of columns of Y that become axes at a time. */
const FEWEST_COLUMNS = 512;

/**
 * Computes orthonormal vectors q₁, q₂, …, times `gain`, from `count` vectors of length `size` ≥ `count` that are stored one
 * after another. For each k, the first k results span the same space as the first k given vectors: they are the Q of A = QR
 * where the diagonal of R is positive.
 *
 * *Method:* Householder reflections in panels, so that nearly all the work is matrix products. Each panel is reflected onto
 * its axes, half by half (Elmroth and Gustavson 2000), then the vectors after it are reflected too. Reflecting the axes back,
 * last panel first, gives Q. An ill-conditioned A magnifies only errors of the first part, which is computed in float64. The
 * second part is computed in the dtype of `q`.
 * @param vectors the given vectors; they are overwritten
 * @param q the array for the result; it may be `vectors`
 */
export function* orthonormalize(vectors: Float64Array, count: number, size: number, q: Floats, gain: number): Steps {
  const signs = new Float64Array(count);
  const forth = new Panels(vectors, count, size, new Float64Array(count * PANEL));
  for (let first = 0; first < count; first += PANEL) {
    const width = Math.min(PANEL, count - first);
    yield* forth.reflectOntoAxes(first, width, first, signs);
    yield* forth.reflectOthers(first, width, first, count);
  }
  if (q !== vectors) q.set(vectors);
  yield;
  const weights = q instanceof Float32Array ? new Float32Array(forth.weights) : forth.weights;
  const back = new Panels(q, count, size, weights);
  for (let first = count - 1 - ((count - 1) % PANEL); first >= 0; first -= PANEL) {
    yield* back.reflectBack(first, Math.min(PANEL, count - first), count);
  }
  for (let row = 0; row < count; row += back.rows) {
    scaleVectors(q, size, row, Math.min(count, row + back.rows), signs, gain);
    yield;
  }
}

/**
 * Vectors as rows of a matrix X. Rows that were reflected onto their axes hold rows of Y instead: the v of
 * H = I − β·v·vᵀ, with zeros before the axis.
 */
class Panels {
  /** Rows of X that are worked on between two pauses. */
  readonly rows: number;
  private readonly projections: Floats;
  private readonly weighted: Floats;

  /** @param weights S = −T of each panel's I − Yᵀ·T·Y: upper triangular, one row for each vector */
  constructor(
    private readonly vectors: Floats,
    count: number,
    private readonly size: number,
    readonly weights: Floats,
  ) {
    this.rows = Math.min(count, Math.ceil(PIECE / size));
    const Kind = vectors instanceof Float32Array ? Float32Array : Float64Array;
    const elements = Math.min(count, PANEL) * Math.max(this.rows, Math.min(size, FEWEST_COLUMNS));
    this.projections = new Kind(elements);
    this.weighted = new Kind(elements);
  }

  /** Reflects rows of a panel onto their axes. */
  *reflectOntoAxes(first: number, count: number, panel: number, signs: Float64Array): Steps {
    if (count <= BASE && (count === 1 || count * this.size <= PIECE)) {
      const weights = this.weightsAt(first, first - panel);
      reflectOntoAxes(this.vectors, this.size, first, first + count, weights, signs);
      yield;
      return;
    }
    const half = count > BASE ? Math.ceil(count / 2 / BASE) * BASE : Math.ceil(count / 2);
    const middle = first + half;
    const rest = count - half;
    yield* this.reflectOntoAxes(first, half, panel, signs);
    yield* this.reflectOthers(first, half, panel, first + count);
    yield* this.reflectOntoAxes(middle, rest, panel, signs);
    // The S of both halves together has S₁·Y₁·Y₂ᵀ·S₂ in its upper right corner.
    const products = rowMajor(this.projections, rest);
    const weighted = rowMajor(this.weighted, rest);
    const second = this.vectorsAt(middle, middle);
    multiplyMatrices(half, this.size - middle, rest, this.vectorsAt(first, middle), transposeOf(second), products);
    multiplyMatrices(half, half, rest, this.weightsAt(first, first - panel), products, weighted);
    const s = this.weightsAt(middle, middle - panel);
    multiplyMatrices(half, rest, rest, weighted, s, this.weightsAt(first, middle - panel));
    yield;
  }

  /** X += X·Yᵀ·S·Y for the rows from those after Y to `end`, excluded. Columns before the rows' axes are not computed. */
  *reflectOthers(first: number, count: number, panel: number, end: number): Steps {
    const s = this.weightsAt(first, first - panel);
    yield* this.reflectRows(first, count, s, end, first, first + count);
  }

  /** X += X·Yᵀ·Sᵀ·Y for a panel's axes, and for the rows after them, whose first elements are 0. */
  *reflectBack(first: number, count: number, end: number): Steps {
    const { vectors, size } = this;
    const s = transposeOf(this.weightsAt(first, 0));
    yield* this.reflectRows(first, count, s, end, first + count, first);
    // X·Yᵀ of the axes is Yᵀ. The results replace Y, some columns at a time.
    multiplyMatrices(count, count, count, transposeOf(this.vectorsAt(first, first)), s, rowMajor(this.weighted, count));
    const most = Math.floor(this.projections.length / count);
    for (let column = first; column < size; column += most) {
      const width = Math.min(most, size - column);
      const y = this.vectorsAt(first, column);
      const axes = rowMajor(this.projections, width);
      multiplyMatrices(count, count, width, rowMajor(this.weighted, count), y, axes);
      copyMatrix(count, width, axes, y);
      yield;
    }
    addAxes(vectors, size, first, first + count);
  }

  /**
   * @param from the first column in which both X and Y may have elements other than 0
   * @param to the first column of X that is computed
   */
  private *reflectRows(first: number, count: number, s: Matrix, end: number, from: number, to: number): Steps {
    const { size } = this;
    const projections = rowMajor(this.projections, count);
    const weighted = rowMajor(this.weighted, count);
    const y = this.vectorsAt(first, 0);
    for (let row = first + count; row < end; row += this.rows) {
      const height = Math.min(this.rows, end - row);
      const x = this.vectorsAt(row, 0);
      multiplyMatrices(height, size - from, count, partOf(x, 0, from), transposeOf(partOf(y, 0, from)), projections);
      multiplyMatrices(height, count, count, projections, s, weighted);
      yield;
      multiplyMatrices(height, count, size - to, weighted, partOf(y, 0, to), partOf(x, 0, to), true);
      yield;
    }
  }

  private vectorsAt(row: number, column: number): Matrix {
    return rowMajor(this.vectors, this.size, row * this.size + column);
  }

  private weightsAt(row: number, column: number): Matrix {
    return rowMajor(this.weights, PANEL, row * PANEL + column);
  }
}
