import { type Matrix, rowMajor, transposeOf } from '../../kernels/linear/Matrix.js';
import { multiplyMatrices } from '../../kernels/linear/matmul.js';
import type { Floats } from '../../numerics/numbers.js';
import { type TridiagonalSpectrum, tridiagonalSpectrum } from '../../numerics/tridiagonal.js';
import type { WeightMatrix } from './WeightMatrix.js';

/** The Ritz values of one start vector, and their weights. */
export interface RitzValues extends TridiagonalSpectrum {
  /** Whether they are eigenvalues, and all that the start vector has a part in: the steps found an invariant space. */
  readonly isComplete: boolean;
}

/**
 * The Ritz values of A·Aᵀ / `largest`², for a matrix A, from each start vector. They lie within the eigenvalues. Their weights
 * are those of a Gauss rule for the distribution of the eigenvalues, as the start vector sees it.
 *
 * *Method:* Lanczos steps, each new vector made orthogonal to all before it, twice. All start vectors go through the matrix together.
 * The products have the precision of the matrix, everything else is float64.
 * @param starts each as long as the matrix is high, and not 0
 */
export function ritzValues(
  matrix: WeightMatrix,
  starts: readonly Float64Array[],
  steps: number,
): readonly RitzValues[] {
  const runs = starts.map((start) => new LanczosRun(start));
  for (let step = 0; step < Math.min(steps, matrix.height); step++) {
    const products = multiplyByGram(
      matrix,
      runs.map(({ last }) => last),
    );
    for (const [i, run] of runs.entries()) run.extend(products[i]);
  }
  return runs.map((run) => run.ritzValues());
}

/** The Lanczos vectors of one start vector, and the tridiagonal matrix that they make. */
class LanczosRun {
  private readonly basis: Float64Array[];
  private readonly diagonal: number[] = [];
  private readonly offDiagonal: number[] = [];
  private isComplete = false;

  constructor(start: Float64Array) {
    this.basis = [normalized(start)];
  }

  get last(): Float64Array {
    return this.basis[this.basis.length - 1];
  }

  /** @param product that of the matrix with the last vector */
  extend(product: Float64Array): void {
    if (this.isComplete) return;
    const size = Math.sqrt(dot(product, product));
    this.diagonal.push(dot(product, this.last));
    for (let pass = 0; pass < 2; pass++) {
      for (const other of this.basis) {
        const factor = dot(product, other);
        for (let i = 0; i < product.length; i++) product[i] -= factor * other[i];
      }
    }
    const rest = Math.sqrt(dot(product, product));
    // What is left is rounding: the vectors so far span an invariant space.
    this.isComplete = !(rest > ROUNDING * size);
    if (this.isComplete) return;
    this.offDiagonal.push(rest);
    this.basis.push(normalized(product));
  }

  ritzValues(): RitzValues {
    return { ...tridiagonalSpectrum(this.diagonal, this.offDiagonal), isComplete: this.isComplete };
  }
}

/** The relative rounding error of the products, float32 at worst, and a margin. */
const ROUNDING = 1e-5;

/** The products of A·Aᵀ / `largest`² with some vectors. */
function multiplyByGram(matrix: WeightMatrix, vectors: readonly Float64Array[]): Float64Array[] {
  const { height, width, elements, largest } = matrix;
  const count = vectors.length;
  const product = (length: number, result: number, inputs: readonly Float64Array[], by: Matrix): Float64Array[] => {
    const left = numbersLike(elements.data, count * length);
    for (const [i, input] of inputs.entries()) left.set(input, i * length);
    const out = numbersLike(elements.data, count * result);
    multiplyMatrices(count, length, result, rowMajor(left, length), by, rowMajor(out, result));
    return inputs.map((_, i) => Float64Array.from(out.subarray(i * result, (i + 1) * result), (x) => x / largest));
  };
  const across = product(height, width, vectors, elements);
  return product(width, height, across, transposeOf(elements));
}

function numbersLike(data: Floats, length: number): Floats {
  return data instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function normalized(a: Float64Array): Float64Array {
  const norm = Math.sqrt(dot(a, a));
  return a.map((x) => x / norm);
}
