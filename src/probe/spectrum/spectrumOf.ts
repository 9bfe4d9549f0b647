import type { Floats } from '../../numerics/numbers.js';
import { Generator } from '../../random/Generator.js';
import { randn } from '../../tensor/randomCreation.js';
import { ritzValues } from './lanczos.js';
import type { Spectrum } from './Spectrum.js';
import { singularValues } from './singularValues.js';
import { spectralEdge } from './tracyWidom.js';
import { type WeightMatrix, weightMatrix } from './WeightMatrix.js';

/** Up to this smaller side all singular values are computed. */
const MOST_EXACT = 1024;
/** Above it: the start vectors, and the steps from each. */
const STARTS = 2;
const STEPS = 60;
const BINS = 40;

/**
 * The spectrum of a weight [out, in, …kernel] as the matrix (out, in·∏kernel).
 *
 * Up to a smaller side of 1,024 it has all singular values. Above, it is estimated from two fixed random vectors: the largest singular
 * value to about 1e-5 from below, the smallest only from above, and the histogram by Lanczos quadrature. It draws from a generator of
 * its own, so it gives the same figures each time.
 * @param std the standard deviation of the elements by their law. `null`: no edge is expected.
 * @returns `null` if there are fewer than two dimensions, no elements, or elements that are not finite
 */
export function spectrumOf(data: Floats, shape: readonly number[], std: number | null): Spectrum | null {
  const matrix = weightMatrix(data, shape);
  if (!matrix) return null;
  const rows = shape[0];
  const columns = data.length / rows;
  const isEstimated = matrix.height > MOST_EXACT && matrix.largest > 0;
  const { smallest, largest, histogram } = isEstimated ? estimated(matrix) : exact(matrix);
  const stableRank = largest === 0 ? 0 : squaredNorm(data, largest);
  const edge = std === null ? null : spectralEdge(rows, columns, std);
  return { rows, columns, largest, smallest, stableRank, isEstimated, histogram, edge };
}

type Figures = Pick<Spectrum, 'smallest' | 'largest' | 'histogram'>;

function exact(matrix: WeightMatrix): Figures {
  const values = singularValues(matrix);
  const largest = values[values.length - 1];
  const histogram = new Array<number>(BINS).fill(0);
  for (const value of values) histogram[largest === 0 ? 0 : Math.min(BINS - 1, Math.floor((value / largest) * BINS))]++;
  return { smallest: values[0], largest, histogram };
}

function estimated(matrix: WeightMatrix): Figures {
  const generator = new Generator(0);
  const starts = Array.from(
    { length: STARTS },
    () => randn([matrix.height], { dtype: 'float64', generator }).data as Float64Array,
  );
  const runs = ritzValues(matrix, starts, STEPS).map(({ eigenvalues, weights }) => ({
    values: eigenvalues.map((x) => matrix.largest * Math.sqrt(Math.max(0, x))),
    weights,
  }));
  const smallest = Math.min(...runs.map(({ values }) => values[0]));
  const largest = Math.max(...runs.map(({ values }) => values[values.length - 1]));
  const shares = runs.map(({ values, weights }) => sharesBelow(values, weights, largest));
  const mean = (edge: number) => shares.reduce((sum, below) => sum + below(edge), 0) / STARTS;
  const histogram = Array.from(
    { length: BINS },
    (_, i) => mean(((i + 1) / BINS) * largest) - mean((i / BINS) * largest),
  );
  return { smallest, largest, histogram };
}

/**
 * The share of the singular values below a number, from the nodes and weights of a Gauss rule: at a node, the weights before
 * it and half of its own; linear in between.
 */
function sharesBelow(values: Float64Array, weights: Float64Array, largest: number): (x: number) => number {
  const places = [0];
  const shares = [0];
  let before = 0;
  for (let i = 0; i < values.length; i++) {
    places.push(values[i]);
    shares.push(before + weights[i] / 2);
    before += weights[i];
  }
  places.push(largest);
  shares.push(1);
  return (x) => {
    let i = 1;
    while (i < places.length - 1 && places[i] < x) i++;
    const width = places[i] - places[i - 1];
    const part = width > 0 ? Math.min(1, Math.max(0, (x - places[i - 1]) / width)) : 1;
    return shares[i - 1] + part * (shares[i] - shares[i - 1]);
  };
}

/** Σx² / scale². The elements are divided first, so that no square overflows or vanishes. */
function squaredNorm(data: Floats, scale: number): number {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += (data[i] / scale) ** 2;
  return sum;
}
