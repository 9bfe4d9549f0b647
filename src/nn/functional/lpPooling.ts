import { ArgumentError, describeValue } from '../../errors.js';
import { createNumbers } from '../../numerics/numbers.js';
import { type ReadArguments, readArguments, type Signature } from '../../readArguments.js';
import { denseOf, numbersOf } from '../../tensor/Dense.js';
import { asSteps } from '../../tensor/observeOperations.js';
import { numelOf } from '../../tensor/Shape.js';
import { checkTensor, record, type Tensor } from '../../tensor/Tensor.js';
import { expandSizes } from '../sizePerDimension.js';
import { avgPool1d, avgPool2d, avgPool3d } from './averagePooling.js';
import { maxPool1d, maxPool2d, maxPool3d } from './maxPooling.js';
import type { Size } from './windows.js';

/** Options of the power-average pooling functions. */
export interface LPPoolOptions {
  /** Step from window to window, ≥ 1: one number, or one for each spatial dimension. Default: null (`kernelSize`). */
  stride?: Size | null | undefined;
  /** Whether windows may extend over the far edge. Default: false. */
  ceilMode?: boolean | undefined;
}

const LP_POOL: Signature<LPPoolOptions> = {
  required: ['input', 'normType', 'kernelSize'],
  byPosition: ['stride'],
  defaults: { stride: null, ceilMode: false },
};

/**
 * (Σ xᵖ)^(1/p) of each window of `[N, C, L]` or `[C, L]` (`torch.nn.functional.lp_pool1d`).
 *
 * As in PyTorch, the powers are powers of x itself and not of |x|, and a window that extends over the edge counts as a
 * whole window with the same mean.
 * @param input `[N, C, L]` or `[C, L]`
 * @param normType The power p, not 0. Infinity gives the largest absolute value of a window, −Infinity the smallest.
 * @param kernelSize Size of the window, ≥ 1: one number, or one for each spatial dimension.
 * @param stride Step from window to window, ≥ 1: one number, or one for each spatial dimension; or the options.
 *   Default: null, which means `kernelSize`.
 * @param options `stride`, `ceilMode`; see {@link LPPoolOptions}.
 * @returns `[N, C, L_out]` or `[C, L_out]`
 * @throws ArgumentError if p is 0 or a size is out of its range.
 * @throws ShapeError if the sizes do not match.
 */
export function lpPool1d(
  input: Tensor,
  normType: number,
  kernelSize: Size,
  stride?: Size | null | LPPoolOptions,
  options?: LPPoolOptions,
): Tensor {
  return pool(1, input, normType, kernelSize, readArguments('F.lpPool1d', arguments, LP_POOL));
}

/**
 * (Σ xᵖ)^(1/p) of each window of `[N, C, H, W]` or `[C, H, W]`; otherwise as {@link lpPool1d}
 * (`torch.nn.functional.lp_pool2d`).
 * @param input `[N, C, H, W]` or `[C, H, W]`
 * @param normType The power p, not 0. Infinity gives the largest absolute value of a window, −Infinity the smallest.
 * @param kernelSize Size of the window, ≥ 1: one number, or one for each spatial dimension.
 * @param stride Step from window to window, ≥ 1: one number, or one for each spatial dimension; or the options.
 *   Default: null, which means `kernelSize`.
 * @param options `stride`, `ceilMode`; see {@link LPPoolOptions}.
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
export function lpPool2d(
  input: Tensor,
  normType: number,
  kernelSize: Size,
  stride?: Size | null | LPPoolOptions,
  options?: LPPoolOptions,
): Tensor {
  return pool(2, input, normType, kernelSize, readArguments('F.lpPool2d', arguments, LP_POOL));
}

/**
 * (Σ xᵖ)^(1/p) of each window of `[N, C, D, H, W]` or `[C, D, H, W]`; otherwise as {@link lpPool1d}
 * (`torch.nn.functional.lp_pool3d`).
 * @param input `[N, C, D, H, W]` or `[C, D, H, W]`
 * @param normType The power p, not 0. Infinity gives the largest absolute value of a window, −Infinity the smallest.
 * @param kernelSize Size of the window, ≥ 1: one number, or one for each spatial dimension.
 * @param stride Step from window to window, ≥ 1: one number, or one for each spatial dimension; or the options.
 *   Default: null, which means `kernelSize`.
 * @param options `stride`, `ceilMode`; see {@link LPPoolOptions}.
 * @returns `[N, C, D_out, H_out, W_out]` or `[C, D_out, H_out, W_out]`
 * @throws ArgumentError if p is 0 or a size is out of its range.
 * @throws ShapeError if the sizes do not match.
 */
export function lpPool3d(
  input: Tensor,
  normType: number,
  kernelSize: Size,
  stride?: Size | null | LPPoolOptions,
  options?: LPPoolOptions,
): Tensor {
  return pool(3, input, normType, kernelSize, readArguments('F.lpPool3d', arguments, LP_POOL));
}

/**
 * Returns `normType` if there is such a norm.
 * @throws ArgumentError if it is 0 or is not a number.
 */
export function checkNormType(normType: number): number {
  if (typeof normType === 'number' && normType !== 0 && !Number.isNaN(normType)) return normType;
  throw new ArgumentError(`norm_type must be a non-zero value, but got ${describeValue(normType)}`);
}

function pool(
  dims: number,
  input: Tensor,
  normType: number,
  kernel: Size,
  options: ReadArguments<LPPoolOptions>,
): Tensor {
  checkNormType(normType);
  checkTensor(`lp_pool${dims}d`, input);
  const largest = [maxPool1d, maxPool2d, maxPool3d][dims - 1];
  if (normType === Infinity) return largest(input.abs(), kernel, options);
  if (normType === -Infinity) return largest(input.abs().neg(), kernel, options).neg();
  const means = asSteps(() => [avgPool1d, avgPool2d, avgPool3d][dims - 1](input.pow(normType), kernel, options));
  return rootsOf(means, numelOf(expandSizes('kernelSize', kernel, dims)), normType);
}

/** (count·mean)^(1/p). The gradient is 0 where a mean is 0, as in PyTorch, although the slope may be infinite there. */
function rootsOf(means: Tensor, count: number, p: number): Tensor {
  const { dtype, shape } = means;
  const x = numbersOf(means);
  const y = createNumbers(dtype, x.length);
  for (let i = 0; i < y.length; i++) y[i] = (count * x[i]) ** (1 / p);
  return record(
    'PowBackward0',
    [means],
    denseOf(y, shape, dtype),
    (g) => {
      const gradient = numbersOf(g);
      const result = createNumbers(dtype, x.length);
      for (let i = 0; i < result.length; i++) {
        result[i] = x[i] === 0 ? 0 : gradient[i] * (count / p) * (count * x[i]) ** (1 / p - 1);
      }
      return [denseOf(result, shape, dtype)];
    },
    { kind: 'lp_pool', values: { p } },
  );
}
