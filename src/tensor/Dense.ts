import type { DType, Storage } from '../numerics/DType.js';
import { fromNumbers, type Numbers, toNumbers } from '../numerics/numbers.js';
import { sharing } from './deferredData.js';
import type { Shape } from './Shape.js';

/** A dense row-major array without gradients: the operand and result type of operations. Every Tensor is a Dense. */
export interface Dense<D extends DType = DType> {
  readonly dtype: D;
  readonly shape: Shape;
  readonly data: Storage<D>;
}

/** The result of an operation: its value, and the function that computes the gradients of its inputs. */
export interface Computed<D extends DType = DType> {
  readonly value: Dense<D>;
  readonly pullback: Pullback;
  /** Whether the value is a copy of elements that PyTorch's result shares with its input. Default: false. */
  readonly isCopiedPart?: boolean;
}

/**
 * Computes the gradients of the inputs from the gradient of the value. The gradients are in the order of the inputs and
 * have their shapes; `null` if an input has no gradient. It never writes into its argument.
 */
export type Pullback = (gradient: Dense) => readonly (Dense | null)[];

/** An array of computed numbers, rounded to `dtype` if it has fewer bits. */
export function denseOf<D extends DType>(numbers: Numbers | readonly number[], shape: Shape, dtype: D): Dense<D> {
  return { dtype, shape, data: fromNumbers(numbers, dtype) };
}

/** The elements as numbers for computing. For float32, float64, int32, uint8 and bool it is the array itself, not a copy. */
export function numbersOf(dense: Dense): Numbers {
  return toNumbers(dense.data, dense.dtype);
}

/** The same array with another shape that has the same number of elements. */
export function reshaped<D extends DType>(dense: Dense<D>, shape: Shape): Dense<D> {
  return sharing(dense, shape);
}
