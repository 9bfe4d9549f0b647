import { ArgumentError, describeValue } from '../errors.js';
import { readArguments } from '../readArguments.js';
import { TENSOR_DEFAULTS, type TensorOptions, zeros } from './creation.js';
import { getDefaultDtype } from './defaultDtype.js';
import type { Tensor } from './Tensor.js';

/** Options of {@link eye}. */
export interface EyeOptions extends TensorOptions {
  /** The number of columns, ≥ 0. Default: null, which means `n`. */
  m?: number | null | undefined;
}

/**
 * A matrix with ones on its main diagonal and zeros elsewhere (`torch.eye`).
 * @param n the number of rows, ≥ 0
 * @param options `m`, `dtype`, `requiresGrad`; see {@link EyeOptions}. `m` can also be given by position.
 * @returns shape `[n, m]`
 * @throws ArgumentError if a size is not a whole number ≥ 0
 * @example
 * ```ts
 * import { eye } from 'initree';
 * console.log(eye(2).tolist()); // [ [ 1, 0 ], [ 0, 1 ] ]
 * console.log(eye(1, 3).tolist()); // [ [ 1, 0, 0 ] ]
 * ```
 */
export function eye(n: number, m?: number | null | EyeOptions, options?: EyeOptions): Tensor {
  const read = readArguments<EyeOptions>('eye', arguments, {
    required: ['n'],
    byPosition: ['m'],
    defaults: { m: null, ...TENSOR_DEFAULTS },
  });
  const columns = read.m ?? n;
  for (const [name, size] of [
    ['n', n],
    ['m', columns],
  ] as const) {
    if (Number.isSafeInteger(size) && size >= 0) continue;
    throw new ArgumentError(
      `${name} must be greater or equal to 0, got ${describeValue(size)}: expected a whole number`,
    );
  }
  const result = zeros([n, columns], { dtype: read.dtype ?? getDefaultDtype() });
  const diagonal = result.view(-1);
  for (let i = 0; i < Math.min(n, columns); i++) diagonal.narrow(0, i * (columns + 1), 1).fill_(1);
  return result.requiresGrad_(read.requiresGrad);
}
