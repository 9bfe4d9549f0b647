import { DTypeError, ShapeError } from '../errors.js';
import { type Matrix, rowMajor, transposeOf } from '../kernels/linear/Matrix.js';
import { multiplyMatrices } from '../kernels/linear/matmul.js';
import { createNumbers, type Floats, type Numbers } from '../numerics/numbers.js';
import { broadcastNumbers, sumToShape } from './broadcast.js';
import { type Computed, type Dense, denseOf, numbersOf, reshaped } from './Dense.js';
import { broadcastShapes, formatShape, numelOf, type Shape } from './Shape.js';

/** Matrix product of vectors, matrices, and batches of matrices whose leading dimensions broadcast (`torch.matmul`). */
export function matmul(a: Dense, b: Dense): Computed {
  if (a.dtype !== b.dtype) {
    throw new DTypeError(`expected m1 and m2 to have the same dtype, but got: ${a.dtype} != ${b.dtype}`);
  }
  if (a.shape.length === 0 || b.shape.length === 0) {
    throw new ShapeError(
      `both arguments to matmul need to be at least 1D, but they are ${a.shape.length}D and ${b.shape.length}D`,
    );
  }
  if (a.dtype === 'bool') throw new DTypeError(`"addmm_impl_cpu_" not implemented for 'bool'`);
  checkInner(a.shape, b.shape);
  const left = a.shape.length === 1 ? reshaped(a, [1, ...a.shape]) : a;
  const right = b.shape.length === 1 ? reshaped(b, [...b.shape, 1]) : b;
  const { value, pullback } = multiplyBatches(left, right);
  const shape = value.shape.filter(
    (_, d) =>
      !(a.shape.length === 1 && d === value.shape.length - 2) &&
      !(b.shape.length === 1 && d === value.shape.length - 1),
  );
  return {
    value: reshaped(value, shape),
    pullback: (g) => {
      const [byLeft, byRight] = pullback(reshaped(g, value.shape));
      return [byLeft && reshaped(byLeft, a.shape), byRight && reshaped(byRight, b.shape)];
    },
  };
}

function multiplyBatches(a: Dense, b: Dense): Computed {
  const [m, k] = a.shape.slice(-2);
  const n = b.shape.at(-1) as number;
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const left = batchOf(a, batch);
  const right = batchOf(b, batch);
  const count = numelOf(batch);
  const value = createNumbers(a.dtype, count * m * n);
  for (let i = 0; i < count; i++) {
    multiplyMatrices(m, k, n, matrixAt(left, i, m, k), matrixAt(right, i, k, n), matrixAt(value, i, m, n));
  }
  return {
    value: denseOf(value, [...batch, m, n], a.dtype),
    pullback: (g) => {
      const gradient = numbersOf(g);
      const byLeft = createNumbers(a.dtype, count * m * k);
      const byRight = createNumbers(b.dtype, count * k * n);
      for (let i = 0; i < count; i++) {
        const own = matrixAt(gradient, i, m, n);
        multiplyMatrices(m, n, k, own, transposeOf(matrixAt(right, i, k, n)), matrixAt(byLeft, i, m, k));
        multiplyMatrices(k, m, n, transposeOf(matrixAt(left, i, m, k)), own, matrixAt(byRight, i, k, n));
      }
      return [
        sumToShape(denseOf(byLeft, [...batch, m, k], a.dtype), a.shape),
        sumToShape(denseOf(byRight, [...batch, k, n], b.dtype), b.shape),
      ];
    },
  };
}

/** Throws ShapeError if the inner sizes differ, with PyTorch's message for the operands' numbers of dimensions. */
function checkInner(a: Shape, b: Shape): void {
  const [m, k] = [a.at(-2) ?? 1, a.at(-1)];
  const rows = b.at(-2) ?? b[0];
  if (k === rows) return;
  const n = b.length === 1 ? 1 : b.at(-1);
  const shapes = `${formatShape(a)} and ${formatShape(b)}`;
  if (a.length === 1 && b.length === 1) {
    throw new ShapeError(
      `inconsistent tensor size, expected tensor ${formatShape(a)} and src ${formatShape(b)} to have the same number of elements, but got ${k} and ${rows} elements respectively`,
    );
  }
  if (a.length === 2 && b.length === 1) {
    throw new ShapeError(`size mismatch, got input (${m}), mat (${m}x${k}), vec (${rows}): ${shapes}`);
  }
  if (a.length > 2 && b.length > 2) {
    throw new ShapeError(
      `Expected size for first two dimensions of batch2 tensor to be: [${numelOf(a.slice(0, -2))}, ${k}] but got: [${numelOf(b.slice(0, -2))}, ${rows}], multiplying ${shapes}`,
    );
  }
  throw new ShapeError(`mat1 and mat2 shapes cannot be multiplied (${m}x${k} and ${rows}x${n}): ${shapes}`);
}

function batchOf(dense: Dense, batch: Shape): Numbers {
  return broadcastNumbers(dense, [...batch, ...dense.shape.slice(-2)]);
}

function matrixAt(numbers: Numbers, index: number, rows: number, columns: number): Matrix {
  // Integers are multiplied as doubles: sums of products are exact up to 2⁵³.
  return rowMajor(numbers as Floats, columns, index * rows * columns);
}
