import { addAxes, reflectOntoAxes, scaleVectors } from '../kernels/linear/householder.js';
import { copyMatrix, type Matrix, partOf, rowMajor, transposeOf } from '../kernels/linear/Matrix.js';
import { multiplyMatrices } from '../kernels/linear/matmul.js';
import type { Floats } from '../numerics/numbers.js';
import type { Steps } from '../random/Steps.js';

/** Vectors whose reflections meet all the others at once. */
const PANEL = 64;
/** Vectors of a panel that are reflected one by one. */
const BASE = 16;
/** Elements at a time: a few milliseconds' work, within a second-level cache. */
const PIECE = 2 ** 18;
/** Columns of Y that become axes at a time, at least. */
const FEWEST_COLUMNS = 512;

/**
 * Makes of `count` vectors of length `size` ≥ `count`, stored one after another, the orthonormal vectors q₁, q₂, … whose
 * first k span the same space as the first k given, times `gain`: the Q of A = QR with R's diagonal positive.
 *
 * *Method:* Householder's reflections in panels, so that nearly all the work is matrix products. Each panel is reflected
 * onto its axes, half by half (Elmroth and Gustavson 2000), and then the vectors after it are reflected as well; Q is the
 * axes reflected back, last panel first. An ill-conditioned A magnifies errors of the first part only: it is done in
 * doubles, the second in the dtype of `q`.
 * @param vectors are overwritten
 * @param q takes the result; may be `vectors`
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

/** Vectors as rows of a matrix X, some of which have become rows of Y: the v of H = I − β·v·vᵀ, with zeros before their axes. */
class Panels {
  /** Rows of X at a time. */
  readonly rows: number;
  private readonly projections: Floats;
  private readonly weighted: Floats;

  /** @param weights S = −T of each panel's I − Yᵀ·T·Y, upper triangular, a row for each vector */
  constructor(
    private readonly vectors: Floats,
    count: number,
    private readonly size: number,
    readonly weights: Floats,
  ) {
    this.rows = Math.min(count, Math.ceil(PIECE / size));
    const Kind = vectors instanceof Float32Array ? Float32Array : Float64Array;
    const room = Math.min(count, PANEL) * Math.max(this.rows, Math.min(size, FEWEST_COLUMNS));
    this.projections = new Kind(room);
    this.weighted = new Kind(room);
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
    // S of both halves together has S₁·Y₁·Y₂ᵀ·S₂ in its upper right corner.
    const products = rowMajor(this.projections, rest);
    const weighted = rowMajor(this.weighted, rest);
    const second = this.vectorsAt(middle, middle);
    multiplyMatrices(half, this.size - middle, rest, this.vectorsAt(first, middle), transposeOf(second), products);
    multiplyMatrices(half, half, rest, this.weightsAt(first, first - panel), products, weighted);
    const s = this.weightsAt(middle, middle - panel);
    multiplyMatrices(half, rest, rest, weighted, s, this.weightsAt(first, middle - panel));
    yield;
  }

  /** X += X·Yᵀ·S·Y for the rows after those of Y, `end` excluded; what would stand before their axes is left out. */
  *reflectOthers(first: number, count: number, panel: number, end: number): Steps {
    const s = this.weightsAt(first, first - panel);
    yield* this.reflectRows(first, count, s, end, first, first + count);
  }

  /** X += X·Yᵀ·Sᵀ·Y for a panel's axes and the rows after them, whose first elements are 0. */
  *reflectBack(first: number, count: number, end: number): Steps {
    const { vectors, size } = this;
    const s = transposeOf(this.weightsAt(first, 0));
    yield* this.reflectRows(first, count, s, end, first + count, first);
    // Of the axes X·Yᵀ is Yᵀ. Y goes as they come, some columns at a time.
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

  /** @param from column where Y or X begins to be other than 0 @param to column from which on X is to be known */
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
