import { ArgumentError, describeValue } from '../../errors.js';
import { createNumbers } from '../../numerics/numbers.js';
import { readOptions } from '../../readOptions.js';
import { denseOf, numbersOf } from '../../tensor/Dense.js';
import { numelOf } from '../../tensor/Shape.js';
import { checkTensor, record, type Tensor } from '../../tensor/Tensor.js';
import { sizePerDimension } from '../checkSize.js';
import { avgPool1d, avgPool2d, avgPool3d } from './averagePooling.js';
import { maxPool1d, maxPool2d, maxPool3d } from './maxPooling.js';
import type { Size } from './windows.js';

/** Options of the power-average pooling functions. */
export interface LPPoolOptions {
  /** Whether windows may reach over the far edge; false when absent. */
  ceilMode?: boolean | undefined;
}

/** The arguments of every power-average pooling function. */
type LPPoolOperands = [
  input: Tensor,
  normType: number,
  kernelSize: Size,
  stride?: Size | null,
  options?: LPPoolOptions,
];

/**
 * (Σ xᵖ)^(1/p) of each window (`torch.nn.functional.lp_pool1d`). As in PyTorch the powers are of x itself, not of its size,
 * and windows that reach over the edge count as whole ones of the same mean.
 * @param input [N, C, L] or [C, L]
 * @param normType p, not 0; ±Infinity takes the largest or the smallest size
 * @param stride step from window to window; the kernel size when absent
 * @throws ArgumentError for p = 0 · otherwise as `avgPool1d`
 */
export function lpPool1d(...operands: LPPoolOperands): Tensor {
  return pool(1, ...operands);
}

/** As {@link lpPool1d}, over [N, C, H, W] or [C, H, W] (`torch.nn.functional.lp_pool2d`). */
export function lpPool2d(...operands: LPPoolOperands): Tensor {
  return pool(2, ...operands);
}

/** As {@link lpPool1d}, over [N, C, D, H, W] or [C, D, H, W] (`torch.nn.functional.lp_pool3d`). */
export function lpPool3d(...operands: LPPoolOperands): Tensor {
  return pool(3, ...operands);
}

/** Returns `normType` if there is such a norm. */
export function checkNormType(normType: number): number {
  if (typeof normType === 'number' && normType !== 0 && !Number.isNaN(normType)) return normType;
  throw new ArgumentError(`norm_type must be a non-zero value, but got ${describeValue(normType)}`);
}

function pool(dims: number, ...[input, normType, kernel, given = null, options = {}]: LPPoolOperands): Tensor {
  checkNormType(normType);
  const stride = given ?? kernel;
  checkTensor(`lp_pool${dims}d`, input);
  readOptions(`lp_pool${dims}d`, options, { ceilMode: false });
  const largest = [maxPool1d, maxPool2d, maxPool3d][dims - 1];
  if (normType === Infinity) return largest(input.abs(), kernel, stride, options);
  if (normType === -Infinity) return largest(input.abs().neg(), kernel, stride, options).neg();
  const means = [avgPool1d, avgPool2d, avgPool3d][dims - 1](input.pow(normType), kernel, stride, options);
  return rootsOf(means, numelOf(sizePerDimension('kernelSize', kernel, dims)), normType);
}

/** (count·mean)^(1/p). The gradient is 0 where a mean is 0, as in PyTorch, although the slope may be infinite there. */
function rootsOf(means: Tensor, count: number, p: number): Tensor {
  const { dtype, shape } = means;
  const x = numbersOf(means);
  const y = createNumbers(dtype, x.length);
  for (let i = 0; i < y.length; i++) y[i] = (count * x[i]) ** (1 / p);
  return record('PowBackward0', [means], denseOf(y, shape, dtype), (g) => {
    const gradient = numbersOf(g);
    const result = createNumbers(dtype, x.length);
    for (let i = 0; i < result.length; i++) {
      result[i] = x[i] === 0 ? 0 : gradient[i] * (count / p) * (count * x[i]) ** (1 / p - 1);
    }
    return [denseOf(result, shape, dtype)];
  });
}
