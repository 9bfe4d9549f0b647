import { ArgumentError, DTypeError, describeValue } from '../errors.js';
import { broadcastNumbers } from './broadcast.js';
import type { Dense } from './Dense.js';
import { compare } from './elementwise.js';
import { broadcastShapes, equalShapes } from './Shape.js';

/** Whether two arrays have the same shape and equal elements. NaN equals nothing. */
export function areEqual(a: Dense, b: Dense): boolean {
  return equalShapes(a.shape, b.shape) && compare(a, b, (x, y) => x === y).data.every((holds) => holds === 1);
}

/** The tolerances of {@link areClose}. */
export interface Tolerances {
  /** The tolerance relative to the other element, ≥ 0. Default: 1e-5. */
  readonly rtol?: number | undefined;
  /** The absolute tolerance, ≥ 0. Default: 1e-8. */
  readonly atol?: number | undefined;
  /** Whether NaN is close to NaN. Default: false. */
  readonly equalNan?: boolean | undefined;
}

/** Whether |a − b| ≤ atol + rtol·|b| for all pairs of elements, broadcast, and infinities are equal. */
export function areClose(a: Dense, b: Dense, { rtol, atol, equalNan }: Required<Tolerances>): boolean {
  if (a.dtype !== b.dtype) {
    throw new DTypeError(
      `allclose: ${a.dtype} did not match ${b.dtype}; expected two tensors of one dtype; convert one with to()`,
    );
  }
  for (const [name, value] of Object.entries({ rtol, atol })) {
    if (typeof value === 'number' && value >= 0) continue;
    throw new ArgumentError(`${name} must be greater than or equal to zero, but got ${describeValue(value)}`);
  }
  const shape = broadcastShapes(a.shape, b.shape);
  const [x, y] = [broadcastNumbers(a, shape), broadcastNumbers(b, shape)];
  for (let i = 0; i < x.length; i++) {
    if (x[i] === y[i] || (equalNan && Number.isNaN(x[i]) && Number.isNaN(y[i]))) continue;
    const distance = Math.abs(x[i] - y[i]);
    if (!Number.isFinite(distance) || distance > (atol as number) + Math.abs((rtol as number) * y[i])) return false;
  }
  return true;
}
