import { readArguments } from '../readArguments.js';
import { empty, full, ones, TENSOR_DEFAULTS, type TensorOptions, zeros } from './creation.js';
import type { Shape } from './Shape.js';
import { checkTensor, type Tensor } from './Tensor.js';

/**
 * Zeros in the shape of another tensor (`torch.zeros_like`).
 * @param input a tensor of any shape
 * @param options `dtype` (default: the dtype of `input`) and `requiresGrad` (default: false)
 * @example
 * ```ts
 * import { tensor, zerosLike } from 'initree';
 * console.log(zerosLike(tensor([[1n, 2n]])).tolist()); // [ [ 0n, 0n ] ]
 * ```
 */
export function zerosLike(input: Tensor, options?: TensorOptions): Tensor {
  return zeros(...shapeAndOptions('zerosLike', arguments, input));
}

/**
 * Ones in the shape of another tensor (`torch.ones_like`).
 * @param input a tensor of any shape
 * @param options `dtype` (default: the dtype of `input`) and `requiresGrad` (default: false)
 */
export function onesLike(input: Tensor, options?: TensorOptions): Tensor {
  return ones(...shapeAndOptions('onesLike', arguments, input));
}

/**
 * A tensor in the shape of another one that code fills later (`torch.empty_like`). Its elements are zeros.
 * @param input a tensor of any shape
 * @param options `dtype` (default: the dtype of `input`) and `requiresGrad` (default: false)
 */
export function emptyLike(input: Tensor, options?: TensorOptions): Tensor {
  return empty(...shapeAndOptions('emptyLike', arguments, input));
}

/**
 * A tensor in the shape of another one whose elements are all `value` (`torch.full_like`).
 * @param input a tensor of any shape
 * @param value any number that the dtype can hold
 * @param options `dtype` (default: the dtype of `input`) and `requiresGrad` (default: false)
 * @throws ArgumentError if the dtype cannot hold `value`
 */
export function fullLike(input: Tensor, value: number, options?: TensorOptions): Tensor {
  const [shape, read] = shapeAndOptions('fullLike', arguments, input, ['value']);
  return full(shape, value, read);
}

function shapeAndOptions(
  name: string,
  args: IArguments,
  input: Tensor,
  others: readonly string[] = [],
): [Shape, TensorOptions] {
  const read = readArguments<TensorOptions>(name, args, { required: ['input', ...others], defaults: TENSOR_DEFAULTS });
  const { dtype, shape } = checkTensor(name, input);
  return [shape, { ...read, dtype: read.dtype ?? dtype }];
}
