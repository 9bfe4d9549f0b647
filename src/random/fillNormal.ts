import { ArgumentError, describeValue } from '../errors.js';
import type { FloatDType, Storage } from '../numerics/DType.js';
import type { WordStream } from './references/Reference.js';

/**
 * Fills `data` with N(mean, std²) (`torch.Tensor.normal_` on contiguous tensors), as the stream's reference does.
 * @throws ArgumentError, before it draws, as {@link checkNormal} does
 */
export function fillNormal(
  data: Storage<FloatDType>,
  dtype: FloatDType,
  mean: number,
  std: number,
  stream: WordStream,
): void {
  checkNormal(mean, std);
  stream.numbers.fillNormal(data, dtype, mean, std, stream);
}

/**
 * Checks the parameters of a normal distribution.
 * @throws ArgumentError unless mean is finite, and std is finite and ≥ 0
 */
export function checkNormal(mean: number, std: number): void {
  if (!(Number.isFinite(std) && std >= 0)) {
    throw new ArgumentError(`normal expects std >= 0.0, but found std ${describeValue(std)}; give a finite std ≥ 0`);
  }
  if (!Number.isFinite(mean)) {
    throw new ArgumentError(`normal expects a finite mean, but found mean ${describeValue(mean)}`);
  }
}
