import { DTypeError } from '../../errors.js';
import { checkNumber } from '../../numerics/checkNumber.js';
import { isFloatDType } from '../../numerics/DType.js';
import { createNumbers } from '../../numerics/numbers.js';
import { type ReadArguments, readArguments, type Signature } from '../../readArguments.js';
import { splitAt } from '../../tensor/alongDimension.js';
import { broadcastNumbers } from '../../tensor/broadcast.js';
import { denseOf, numbersOf } from '../../tensor/Dense.js';
import { reduceTo } from '../../tensor/elementwise.js';
import { norm } from '../../tensor/norms.js';
import { floatDtypeOf, promoteOperands } from '../../tensor/promote.js';
import { broadcastShapes, resolveDim } from '../../tensor/Shape.js';
import { record, type Tensor } from '../../tensor/Tensor.js';
import { checkTensors } from './checkTensors.js';

const { max, sqrt } = Math;

/** Options of {@link cosineSimilarity}. */
export interface CosineSimilarityOptions {
  /** The dimension of the vectors; a negative number counts from the end. Default: 1. */
  dim?: number | undefined;
  /** The smallest length that is divided by. Default: 1e-8. */
  eps?: number | undefined;
}

const COSINE_SIMILARITY: Signature<CosineSimilarityOptions> = {
  required: ['x1', 'x2'],
  byPosition: ['dim'],
  defaults: { dim: 1, eps: 1e-8 },
};

/**
 * The cosine of the angle between vectors, x·y / (max(|x|, eps)·max(|y|, eps))
 * (`torch.nn.functional.cosine_similarity`).
 * @param x1 Vectors along `dim`.
 * @param x2 Vectors along `dim`; the shapes of `x1` and `x2` broadcast together.
 * @param dim The dimension of the vectors, or the options; a negative number counts from the end. Default: 1.
 * @param options `dim`, `eps`; see {@link CosineSimilarityOptions}.
 * @returns The broadcast shape without `dim`.
 * @throws ShapeError if the shapes do not broadcast together.
 * @throws DTypeError if the dtypes are integers.
 * @example
 * ```ts
 * import { tensor } from 'initree';
 * import * as F from 'initree/functional';
 * console.log(F.cosineSimilarity(tensor([[1, 0]]), tensor([[1, 1]])).item().toFixed(4)); // 0.7071
 * ```
 */
export function cosineSimilarity(
  x1: Tensor,
  x2: Tensor,
  dim?: number | CosineSimilarityOptions,
  options?: CosineSimilarityOptions,
): Tensor {
  const settings = readArguments('F.cosineSimilarity', arguments, COSINE_SIMILARITY);
  const { eps } = settings;
  checkTensors('cosine_similarity', { x1, x2 });
  checkNumber('eps', eps);
  const dtype = promoteOperands(x1, x2);
  if (!isFloatDType(dtype)) {
    throw new DTypeError(`expected common dtype to be floating point, yet common dtype is ${dtype}`);
  }
  const shape = broadcastShapes(x1.shape, x2.shape);
  const d = resolveDim(settings.dim, shape.length);
  const [outer, size, inner] = shape.length === 0 ? [1, 1, 1] : splitAt(shape, d);
  const a = broadcastNumbers(x1, shape);
  const b = broadcastNumbers(x2, shape);
  const rows = outer * inner;
  const cosines = createNumbers(dtype, rows);
  const lengthsA = new Float64Array(rows);
  const lengthsB = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const start = Math.floor(row / inner) * size * inner + (row % inner);
    let product = 0;
    let squaresA = 0;
    let squaresB = 0;
    for (let k = 0, i = start; k < size; k++, i += inner) {
      product += a[i] * b[i];
      squaresA += a[i] * a[i];
      squaresB += b[i] * b[i];
    }
    lengthsA[row] = sqrt(squaresA);
    lengthsB[row] = sqrt(squaresB);
    cosines[row] = product / (max(lengthsA[row], eps) * max(lengthsB[row], eps));
  }
  return record(
    'SumBackward1',
    [x1, x2],
    denseOf(cosines, shape.toSpliced(d, 1), dtype),
    (g) => {
      const gradient = numbersOf(g);
      const byA = createNumbers(dtype, a.length);
      const byB = createNumbers(dtype, b.length);
      for (let row = 0; row < rows; row++) {
        const start = Math.floor(row / inner) * size * inner + (row % inner);
        const share = gradient[row] / (max(lengthsA[row], eps) * max(lengthsB[row], eps));
        // The part of the gradient that comes from the length. As in PyTorch it also counts below eps, except for vectors
        // of length 0.
        const growth = gradient[row] * cosines[row];
        const growthA = lengthsA[row] === 0 ? 0 : growth / (max(lengthsA[row], eps) * lengthsA[row]);
        const growthB = lengthsB[row] === 0 ? 0 : growth / (max(lengthsB[row], eps) * lengthsB[row]);
        for (let k = 0, i = start; k < size; k++, i += inner) {
          byA[i] = share * b[i] - growthA * a[i];
          byB[i] = share * a[i] - growthB * b[i];
        }
      }
      return [reduceTo(denseOf(byA, shape, dtype), x1), reduceTo(denseOf(byB, shape, dtype), x2)];
    },
    { kind: 'cosine_similarity' },
  );
}

/** Options of {@link pairwiseDistance}. */
export interface PairwiseDistanceOptions {
  /** The exponent of the norm: any number, or ±Infinity. Default: 2. */
  p?: number | undefined;
  /** Number added to each difference. Default: 1e-6. */
  eps?: number | undefined;
  /** Whether the last dimension remains, with size 1. Default: false. */
  keepdim?: boolean | undefined;
}

const PAIRWISE_DISTANCE: Signature<PairwiseDistanceOptions> = {
  required: ['x1', 'x2'],
  byPosition: ['p'],
  defaults: { p: 2, eps: 1e-6, keepdim: false },
};

/**
 * The p-norm of x1 − x2 + eps along the last dimension (`torch.nn.functional.pairwise_distance`).
 * @param x1 `[N, D]` or `[D]`
 * @param x2 `[N, D]` or `[D]`; the shapes of `x1` and `x2` broadcast together.
 * @param p The exponent of the norm: any number, or ±Infinity; or the options. Default: 2.
 * @param options `p`, `eps`, `keepdim`; see {@link PairwiseDistanceOptions}.
 * @returns `[N]` or `[]`; with `keepdim` `[N, 1]` or `[1]`. Integers are subtracted in their dtype, and the result has the
 *   default dtype.
 * @throws ShapeError if the shapes do not broadcast together.
 * @throws DTypeError if `x1` or `x2` is of booleans.
 */
export function pairwiseDistance(
  x1: Tensor,
  x2: Tensor,
  p?: number | PairwiseDistanceOptions,
  options?: PairwiseDistanceOptions,
): Tensor {
  return distance(x1, x2, readArguments('F.pairwiseDistance', arguments, PAIRWISE_DISTANCE));
}

function distance(x1: Tensor, x2: Tensor, { p, eps, keepdim }: ReadArguments<PairwiseDistanceOptions>): Tensor {
  checkTensors('pairwise_distance', { x1, x2 });
  checkNumber('p', p);
  checkNumber('eps', eps);
  // Integers are subtracted before they become floating-point numbers, so they wrap around as in PyTorch.
  const exact = x1.sub(x2);
  const difference = exact.to(floatDtypeOf(exact.dtype)).add(eps);
  const { value, pullback } = norm(difference, { p, dim: -1, keepdim });
  return record('NormBackward1', [difference], value, pullback);
}
