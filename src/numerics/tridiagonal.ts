/** The eigenvalues of a symmetric matrix, and the square of the first component of each eigenvector. */
export interface TridiagonalSpectrum {
  /** In rising order. */
  readonly eigenvalues: Float64Array;
  /** In the order of the eigenvalues; their sum is 1. */
  readonly weights: Float64Array;
}

/** More steps than this for one eigenvalue do not occur: convergence is cubic. */
const MOST_STEPS = 60;

/** Beside a largest element of 1, a connection below this changes no eigenvalue by more than the smallest rounding error. */
const WEAKEST_CONNECTION = Number.EPSILON ** 2;

/**
 * The eigenvalues of a symmetric tridiagonal matrix, and the squared first components of its normalised eigenvectors.
 *
 * *Method:* implicit QL steps with Wilkinson's shift (EISPACK's `imtql2`, of whose eigenvectors only the first row is kept).
 * The matrix is scaled to a largest element of 1 meanwhile, so elements of any size keep their bits.
 * The errors are a few units in the last place of the largest eigenvalue.
 * @param diagonal n numbers
 * @param offDiagonal n − 1 numbers; element i connects rows i and i + 1
 */
export function tridiagonalSpectrum(diagonal: ArrayLike<number>, offDiagonal: ArrayLike<number>): TridiagonalSpectrum {
  const n = diagonal.length;
  const connections = Array.from(offDiagonal).slice(0, Math.max(0, n - 1));
  const largest = largestMagnitude([diagonal, connections]) || 1;
  const d = Float64Array.from(diagonal, (x) => x / largest);
  const e = new Float64Array(n);
  e.set(connections.map((x) => x / largest));
  const first = new Float64Array(n);
  if (n > 0) first[0] = 1;
  for (let l = 0; l < n; l++) {
    for (let step = 0; step < MOST_STEPS; step++) {
      let m = l;
      while (m < n - 1 && connects(d, e, m)) m++;
      if (m === l) break;
      qlStep(d, e, first, l, m);
    }
  }
  const order = Array.from(d.keys()).sort((i, j) => d[i] - d[j]);
  return {
    eigenvalues: Float64Array.from(order, (i) => d[i] * largest),
    weights: Float64Array.from(order, (i) => first[i] ** 2),
  };
}

function largestMagnitude(rows: readonly ArrayLike<number>[]): number {
  let largest = 0;
  for (const row of rows) for (let i = 0; i < row.length; i++) largest = Math.max(largest, Math.abs(row[i]));
  return largest;
}

/** Whether rows m and m + 1 are connected by more than a rounding error of their diagonal elements. */
function connects(d: Float64Array, e: Float64Array, m: number): boolean {
  const size = Math.abs(e[m]);
  return size > Number.EPSILON * (Math.abs(d[m]) + Math.abs(d[m + 1])) && size > WEAKEST_CONNECTION;
}

/** One implicit QL step on rows l … m, which are connected to no other row. */
function qlStep(d: Float64Array, e: Float64Array, first: Float64Array, l: number, m: number): void {
  const half = (d[l + 1] - d[l]) / (2 * e[l]);
  const root = Math.hypot(half, 1);
  let g = d[m] - d[l] + e[l] / (half + (half < 0 ? -root : root));
  let s = 1;
  let c = 1;
  let p = 0;
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i];
    const b = c * e[i];
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      // The matrix falls apart here.
      d[i + 1] -= p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = d[i + 1] - p;
    const t = (d[i] - g) * s + 2 * c * b;
    p = s * t;
    d[i + 1] = g + p;
    g = c * t - b;
    const above = first[i + 1];
    first[i + 1] = s * first[i] + c * above;
    first[i] = c * first[i] - s * above;
  }
  d[l] -= p;
  e[l] = g;
  e[m] = 0;
}
