import { ArgumentError, DTypeError, describeValue } from '../errors.js';
import { checkFinite } from '../numerics/checkNumber.js';
import { checkDtype, createStorage, type DType, isFloatDType, type Storage } from '../numerics/DType.js';
import { fma } from '../numerics/fma.js';
import { readNumber, writeNumber } from '../numerics/numbers.js';
import { readArguments } from '../readArguments.js';
import { checkFits } from './checkFits.js';
import { TENSOR_DEFAULTS, type TensorOptions, tensorOver } from './creation.js';
import { getDefaultDtype } from './defaultDtype.js';
import type { Tensor } from './Tensor.js';

const { fround } = Math;

/**
 * Evenly spaced numbers from `start` to `end`, both inclusive (`torch.linspace`), with PyTorch's roundings.
 * @param start the first number
 * @param end the last number
 * @param steps how many numbers, ≥ 0; one number is `start`
 * @param options `dtype` (default: the default dtype; not `bool`) and `requiresGrad` (default: false)
 * @returns shape `[steps]`
 * @throws ArgumentError if the dtype cannot hold a bound as a finite number, or if `steps` is not a whole number ≥ 0
 * @throws DTypeError for the dtype `bool`
 * @example
 * ```ts
 * import { linspace } from 'initree';
 * console.log(linspace(0, 1, 5).tolist()); // [ 0, 0.25, 0.5, 0.75, 1 ]
 * ```
 */
export function linspace(start: number, end: number, steps: number, options?: TensorOptions): Tensor {
  const read = readArguments<TensorOptions>('linspace', arguments, {
    required: ['start', 'end', 'steps'],
    defaults: TENSOR_DEFAULTS,
  });
  const dtype = checkDtype(read.dtype ?? getDefaultDtype());
  if (dtype === 'bool') throw new DTypeError('"linspace_cpu" not implemented for \'bool\'');
  for (const [name, bound] of Object.entries({ start, end })) checkFits(checkFinite(name, bound), dtype);
  if (!Number.isSafeInteger(steps) || steps < 0) {
    throw new ArgumentError(
      `number of steps must be non-negative: expected a whole number, found ${describeValue(steps)}`,
    );
  }
  const data = createStorage(dtype, steps) as Storage;
  fillEvenly(data, dtype, start, end);
  return tensorOver(data, [steps], dtype, read.requiresGrad);
}

/**
 * Fills `data` with evenly spaced numbers.
 *
 * *Method:* the first half counts from the start and the second half from the end, by a fused multiply-add. The step of
 * float32 and halves is a float32, and that of float64 and integers a float64.
 */
function fillEvenly(data: Storage, dtype: DType, start: number, end: number): void {
  const count = data.length;
  const isNarrow = isFloatDType(dtype) && dtype !== 'float64';
  const isHalf = dtype === 'float16' || dtype === 'bfloat16';
  const [first, last] = [rounded(start, dtype), rounded(end, dtype)];
  const exactStep = count > 1 ? (last - first) / (count - 1) : 0;
  const step = isNarrow ? fround(exactStep) : exactStep;
  // The product of a float32 and an index is exact in double.
  const at = isHalf
    ? (base: number, index: number, by: number) => fround(index * by + base)
    : (base: number, index: number, by: number) => fma(index, by, base);
  const half = Math.floor(count / 2);
  for (let i = 0; i < half; i++) writeNumber(data, dtype, i, at(first, i, step));
  for (let i = half; i < count; i++) writeNumber(data, dtype, i, at(last, count - 1 - i, -step));
  if (count === 1) writeNumber(data, dtype, 0, first);
}

/** A number as a dtype stores it. */
function rounded(value: number, dtype: DType): number {
  const one = createStorage(dtype, 1) as Storage;
  writeNumber(one, dtype, 0, value);
  return readNumber(one, dtype, 0);
}
