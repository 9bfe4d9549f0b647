import { DTypeError } from '../../errors.js';
import { checkNumber } from '../../numerics/checkNumber.js';
import { isFloatDType } from '../../numerics/DType.js';
import { createNumbers } from '../../numerics/numbers.js';
import { readOptions } from '../../readOptions.js';
import { splitAt } from '../../tensor/alongDimension.js';
import { broadcastNumbers } from '../../tensor/broadcast.js';
import { denseOf, numbersOf } from '../../tensor/Dense.js';
import { negate, reduceTo } from '../../tensor/elementwise.js';
import { floatDtypeOf, promoteOperands } from '../../tensor/promote.js';
import { broadcastShapes, numelOf, resolveDim } from '../../tensor/Shape.js';
import { record, type Tensor } from '../../tensor/Tensor.js';
import { checkTensors } from './checkTensors.js';

const { abs, max, min, sign, sqrt } = Math;

/** Options of {@link cosineSimilarity}. */
export interface CosineSimilarityOptions {
  /** Along which dimension the vectors lie; 1 when absent. */
  dim?: number | undefined;
  /** The least length that is divided by; 1e-8 when absent. */
  eps?: number | undefined;
}

/**
 * The cosine of the angle between vectors, x·y / (max(|x|, eps)·max(|y|, eps)) (`torch.nn.functional.cosine_similarity`).
 * @param x1 of a shape that broadcasts with that of `x2`
 * @throws ShapeError where the sizes do not fit · DTypeError for integers
 */
export function cosineSimilarity(x1: Tensor, x2: Tensor, options: CosineSimilarityOptions = {}): Tensor {
  const { dim, eps } = readOptions('cosine_similarity', options, { dim: 1, eps: 1e-8 });
  checkTensors('cosine_similarity', { x1, x2 });
  checkNumber('eps', eps);
  const dtype = promoteOperands(x1, x2);
  if (!isFloatDType(dtype)) {
    throw new DTypeError(`expected common dtype to be floating point, yet common dtype is ${dtype}`);
  }
  const shape = broadcastShapes(x1.shape, x2.shape);
  const d = resolveDim(dim, shape.length);
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
  return record('SumBackward1', [x1, x2], denseOf(cosines, shape.toSpliced(d, 1), dtype), (g) => {
    const gradient = numbersOf(g);
    const byA = createNumbers(dtype, a.length);
    const byB = createNumbers(dtype, b.length);
    for (let row = 0; row < rows; row++) {
      const start = Math.floor(row / inner) * size * inner + (row % inner);
      const share = gradient[row] / (max(lengthsA[row], eps) * max(lengthsB[row], eps));
      // What the length's own growth takes away; as in PyTorch it does so below eps too, but for vectors of 0.
      const growth = gradient[row] * cosines[row];
      const growthA = lengthsA[row] === 0 ? 0 : growth / (max(lengthsA[row], eps) * lengthsA[row]);
      const growthB = lengthsB[row] === 0 ? 0 : growth / (max(lengthsB[row], eps) * lengthsB[row]);
      for (let k = 0, i = start; k < size; k++, i += inner) {
        byA[i] = share * b[i] - growthA * a[i];
        byB[i] = share * a[i] - growthB * b[i];
      }
    }
    return [reduceTo(denseOf(byA, shape, dtype), x1), reduceTo(denseOf(byB, shape, dtype), x2)];
  });
}

/** Options of {@link pairwiseDistance}. */
export interface PairwiseDistanceOptions {
  /** The norm's exponent: any number, infinities included; 2 when absent. */
  p?: number | undefined;
  /** Added to each difference; 1e-6 when absent. */
  eps?: number | undefined;
  /** Whether the last dimension stays, with size 1; false when absent. */
  keepdim?: boolean | undefined;
}

/**
 * The p-norm of x1 − x2 + eps along the last dimension (`torch.nn.functional.pairwise_distance`).
 * @param x1 [N, D] or [D], of a shape that broadcasts with that of `x2`
 * @throws ShapeError where the sizes do not fit
 */
export function pairwiseDistance(x1: Tensor, x2: Tensor, options: PairwiseDistanceOptions = {}): Tensor {
  const { p, eps, keepdim } = readOptions('pairwise_distance', options, { p: 2, eps: 1e-6, keepdim: false });
  checkTensors('pairwise_distance', { x1, x2 });
  checkNumber('p', p);
  checkNumber('eps', eps);
  const shape = broadcastShapes(x1.shape, x2.shape);
  const dtype = floatDtypeOf(promoteOperands(x1, x2));
  const size = shape.at(-1) ?? 1;
  const outer = shape.slice(0, -1);
  const a = broadcastNumbers(x1, shape);
  const b = broadcastNumbers(x2, shape);
  const norms = new Float64Array(numelOf(outer));
  const add = adderOf(p);
  const isPower = Number.isFinite(p) && p !== 0 && p !== 1;
  for (let row = 0, i = 0; row < norms.length; row++) {
    let sum = p === -Infinity ? Infinity : 0;
    for (const end = i + size; i < end; i++) sum = add(sum, abs(a[i] - b[i] + eps));
    norms[row] = p === 2 ? sqrt(sum) : isPower ? sum ** (1 / p) : sum;
  }
  const value = denseOf(norms, keepdim && shape.length > 0 ? [...outer, 1] : outer, dtype);
  return record('NormBackward1', [x1, x2], value, (g) => {
    const gradient = numbersOf(g);
    const byA = createNumbers(dtype, a.length);
    for (let row = 0; row < norms.length; row++) {
      const norm = norms[row];
      const end = (row + 1) * size;
      let reached = 0;
      for (let i = row * size; i < end; i++) if (abs(a[i] - b[i] + eps) === norm) reached++;
      for (let i = row * size; i < end; i++) {
        byA[i] = gradient[row] * slopeOf(a[i] - b[i] + eps, norm, p, reached);
      }
    }
    const forward = denseOf(byA, shape, dtype);
    return [reduceTo(forward, x1), x2.requiresGrad ? reduceTo(negate(forward).value, x2) : null];
  });
}

/** How the elements of a p-norm, taken without their signs, come together. */
function adderOf(p: number): (sum: number, size: number) => number {
  switch (p) {
    case Infinity:
      return max;
    case -Infinity:
      return min;
    case 0:
      return (sum, size) => sum + (size === 0 ? 0 : 1);
    case 1:
      return (sum, size) => sum + size;
    case 2:
      return (sum, size) => sum + size * size;
    default:
      return (sum, size) => sum + size ** p;
  }
}

/**
 * The derivative of a p-norm by one of its elements; 0 where it has none.
 * @param reached how many elements are as large as the norm: they share the slope of the largest or smallest
 */
function slopeOf(x: number, norm: number, p: number, reached: number): number {
  if (abs(p) === Infinity) return abs(x) === norm ? sign(x) / reached : 0;
  return p === 0 || x === 0 || norm === 0 ? 0 : sign(x) * (abs(x) / norm) ** (p - 1);
}
