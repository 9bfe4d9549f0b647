import { ArgumentError, describeValue } from '../../errors.js';
import { createNumbers } from '../../numerics/numbers.js';
import { readOptions } from '../../readOptions.js';
import { denseOf, numbersOf } from '../../tensor/Dense.js';
import { numelOf } from '../../tensor/Shape.js';
import { checkTensor, record, type Tensor } from '../../tensor/Tensor.js';
import { expandSizes } from '../sizePerDimension.js';
import { avgPool1d, avgPool2d, avgPool3d } from './averagePooling.js';
import { maxPool1d, maxPool2d, maxPool3d } from './maxPooling.js';
import type { Size } from './windows.js';

/** Options of the power-average pooling functions. */
export interface LPPoolOptions {
  /** Whether windows may extend over the far edge. Default: false. */
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
 * (Σ xᵖ)^(1/p) of each window of `[N, C, L]` or `[C, L]` (`torch.nn.functional.lp_pool1d`).
 *
 * As in PyTorch, the powers are powers of x itself and not of |x|, and a window that extends over the edge counts as a
 * whole window with the same mean.
 * @param operands `input`; `normType`, the power p, where Infinity gives the largest absolute value and −Infinity the
 *   smallest; `kernelSize`, ≥ 1; `stride`, ≥ 1 (default: `kernelSize`); `options` with `ceilMode` (default: false).
 * @returns `[N, C, L_out]` or `[C, L_out]`
 * @throws ArgumentError if p is 0 or a size is out of its range.
 * @throws ShapeError if the sizes do not match.
 */
export function lpPool1d(...operands: LPPoolOperands): Tensor {
  return pool(1, ...operands);
}

/**
 * (Σ xᵖ)^(1/p) of each window of `[N, C, H, W]` or `[C, H, W]`; otherwise as {@link lpPool1d}
 * (`torch.nn.functional.lp_pool2d`).
 * @param operands The arguments of {@link lpPool1d}.
 * @returns `[N, C, H_out, W_out]` or `[C, H_out, W_out]`
 * @throws ArgumentError if p is 0 or a size is out of its range.
 * @throws ShapeError if the sizes do not match.
 * @example
 * ```ts
 * import { zeros } from 'initree';
 * import * as F from 'initree/functional';
 * console.log(F.lpPool2d(zeros([1, 6, 28, 28]), 2, 3, 2).shape); // [ 1, 6, 13, 13 ]
 * ```
 */
export function lpPool2d(...operands: LPPoolOperands): Tensor {
  return pool(2, ...operands);
}

/**
 * (Σ xᵖ)^(1/p) of each window of `[N, C, D, H, W]` or `[C, D, H, W]`; otherwise as {@link lpPool1d}
 * (`torch.nn.functional.lp_pool3d`).
 * @param operands The arguments of {@link lpPool1d}.
 * @returns `[N, C, D_out, H_out, W_out]` or `[C, D_out, H_out, W_out]`
 * @throws ArgumentError if p is 0 or a size is out of its range.
 * @throws ShapeError if the sizes do not match.
 */
export function lpPool3d(...operands: LPPoolOperands): Tensor {
  return pool(3, ...operands);
}

/**
 * Returns `normType` if there is such a norm.
 * @throws ArgumentError if it is 0 or is not a number.
 */
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
  return rootsOf(means, numelOf(expandSizes('kernelSize', kernel, dims)), normType);
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
