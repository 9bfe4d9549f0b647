import type { Floats } from '../../numerics/numbers.js';
import { Generator } from '../../random/Generator.js';
import { randn } from '../../tensor/randomCreation.js';
import { type RitzValues, ritzValues } from './lanczos.js';
import type { Spectrum } from './Spectrum.js';
import { singularValues } from './singularValues.js';
import { spectralEdge } from './tracyWidom.js';
import { type WeightMatrix, weightMatrix } from './WeightMatrix.js';

/** Up to this smaller side all singular values are computed. */
const MOST_EXACT = 1024;
/** Above it: the start vectors, and the steps from each. */
const STARTS = 2;
const STEPS = 40;
const BINS = 40;

/**
 * The spectrum of a weight [out, in, …kernel] as the matrix (out, in·∏kernel).
 *
 * Up to a smaller side of 1,024 it has all singular values. Above, it is estimated from two fixed random vectors: the largest singular
 * value to about 1e-4 from below, the smallest only from above, and the histogram by Lanczos quadrature. It draws from a generator of
 * its own, so it gives the same figures each time.
 * @param std the standard deviation of the elements by their law. `null` or 0: no edge is expected.
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
  const edge = std === null || std === 0 ? null : spectralEdge(rows, columns, std);
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
  const runs = ritzValues(matrix, starts, STEPS).map((run) => ({
    ...run,
    eigenvalues: run.eigenvalues.map((x) => matrix.largest * Math.sqrt(Math.max(0, x))),
  }));
  const smallest = Math.min(...runs.map(({ eigenvalues }) => eigenvalues[0]));
  const largest = Math.max(...runs.map(({ eigenvalues }) => eigenvalues[eigenvalues.length - 1]));
  const shares = runs.map((run) => sharesBelow(run, largest));
  const mean = (edge: number) => shares.reduce((sum, below) => sum + below(edge), 0) / STARTS;
  const histogram = Array.from(
    { length: BINS },
    (_, i) => mean(((i + 1) / BINS) * largest) - mean((i / BINS) * largest),
  );
  return { smallest, largest, histogram };
}

/**
 * The share of the singular values below a number, from the nodes and weights of a Gauss rule. Nodes that are eigenvalues have steps.
 * Others stand for all values around them: at a node, the share is that of the nodes before it and half of its own, and linear in
 * between.
 */
function sharesBelow({ eigenvalues, weights, isComplete }: RitzValues, largest: number): (x: number) => number {
  const places = [0];
  const shares = [0];
  let before = 0;
  for (const [i, place] of eigenvalues.entries()) {
    if (isComplete) {
      places.push(place);
      shares.push(before);
    }
    places.push(place);
    before += weights[i];
    shares.push(isComplete ? before : before - weights[i] / 2);
  }
  return (x) => {
    if (x >= largest) return 1;
    const i = places.findIndex((place) => place >= x);
    if (i < 0) return 1;
    if (i === 0) return 0;
    return shares[i - 1] + ((x - places[i - 1]) / (places[i] - places[i - 1])) * (shares[i] - shares[i - 1]);
  };
}

/** Σx² / scale². The elements are divided first, so that no square overflows or vanishes. */
function squaredNorm(data: Floats, scale: number): number {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += (data[i] / scale) ** 2;
  return sum;
}
