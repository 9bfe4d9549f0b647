import { ArgumentError } from '../errors.js';
import { type DType, isFloatDType } from '../numerics/DType.js';
import { addToFloat32, fma } from '../numerics/fma.js';
import type { Numbers } from '../numerics/numbers.js';
import { type Combine, zipNumbers } from './broadcast.js';
import { type Computed, type Dense, denseOf, numbersOf } from './Dense.js';
import { differenceDtype, product, reduceTo } from './elementwise.js';
import { promoteOperands } from './promote.js';

/** The pairs x + alpha·y, each rounded once to the dtype, as PyTorch's fused multiply-add does. */
export function addScaledPairs(alpha: number): Combine {
  const write = (x: Numbers, y: Numbers, out: Numbers) => {
    if (out instanceof Float32Array) for (let i = 0; i < out.length; i++) out[i] = addToFloat32(alpha * y[i], x[i]);
    else if (out instanceof Float64Array) for (let i = 0; i < out.length; i++) out[i] = fma(alpha, y[i], x[i]);
    else for (let i = 0; i < out.length; i++) out[i] = x[i] + alpha * y[i];
  };
  return Object.assign(write, { integers: (x: bigint, y: bigint) => x + BigInt(alpha) * y });
}

/** The function that computes a + alpha·b, broadcast. */
export function addScaled(alpha: number): (a: Dense, b: Dense) => Computed {
  return (a, b) => scaledSum(a, b, promoteOperands(a, b), alpha);
}

/** The function that computes a − alpha·b, broadcast. */
export function subtractScaled(alpha: number): (a: Dense, b: Dense) => Computed {
  return (a, b) => scaledSum(a, b, differenceDtype(a, b), -alpha);
}

/**
 * The number alpha as the dtype of a sum stores it.
 * @throws ArgumentError for a fraction with integers
 */
export function checkAlpha(alpha: number, dtype: DType): number {
  if (isFloatDType(dtype)) return numbersOf(denseOf([alpha], [], dtype))[0];
  if (Number.isInteger(alpha)) return alpha;
  throw new ArgumentError(
    `For integral input tensors, argument alpha must not be a floating point number. Expected a whole number, found ${alpha}`,
  );
}

function scaledSum(a: Dense, b: Dense, dtype: DType, alpha: number): Computed {
  return {
    value: zipNumbers(a, b, dtype, addScaledPairs(checkAlpha(alpha, dtype))),
    pullback: (g) => [reduceTo(g, a), reduceTo(product(g, denseOf([alpha], [], 'float64'), g.dtype), b)],
  };
}
