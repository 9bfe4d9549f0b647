import type { DType, Storage } from '../numerics/DType.js';
import { fromNumbers, type Numbers, toNumbers } from '../numerics/numbers.js';
import type { Shape } from './Shape.js';

/** A dense row-major array, nothing more: what operations compute on. Every Tensor is one. */
export interface Dense<D extends DType = DType> {
  readonly dtype: D;
  readonly shape: Shape;
  readonly data: Storage<D>;
}

/** What an operation gives: its value, and how a gradient of the value becomes gradients of its inputs. */
export interface Computed<D extends DType = DType> {
  readonly value: Dense<D>;
  readonly pullback: Pullback;
}

/**
 * Turns the gradient of a value into the gradients of the inputs, in the order of the inputs, each of its
 * input's shape; `null` where an input has none. Never writes into the gradient it is given.
 */
export type Pullback = (gradient: Dense) => readonly (Dense | null)[];

/** Wraps computed numbers, rounding them to `dtype` where it stores fewer bits. */
export function denseOf<D extends DType>(numbers: Numbers | readonly number[], shape: Shape, dtype: D): Dense<D> {
  return { dtype, shape, data: fromNumbers(numbers, dtype) };
}

/** The elements as numbers to compute with: not a copy for float32, float64, int32, uint8 and bool. */
export function numbersOf(dense: Dense): Numbers {
  return toNumbers(dense.data, dense.dtype);
}

/** The same elements under another shape of as many elements; nothing is copied. */
export function reshaped<D extends DType>(dense: Dense<D>, shape: Shape): Dense<D> {
  return { dtype: dense.dtype, shape, data: dense.data };
}
