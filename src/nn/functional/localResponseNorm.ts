import { ShapeError } from '../../errors.js';
import { checkNumber, checkWhole } from '../../numerics/checkNumber.js';
import { createNumbers, type Numbers } from '../../numerics/numbers.js';
import { readArguments, type Signature } from '../../readArguments.js';
import { splitAt } from '../../tensor/alongDimension.js';
import { denseOf, numbersOf } from '../../tensor/Dense.js';
import { formatShape } from '../../tensor/Shape.js';
import { checkTensor, record, type Tensor } from '../../tensor/Tensor.js';
import { floatDtype } from './floatDtype.js';

/** Options of local response normalisation. */
export interface LocalResponseNormOptions {
  /** Factor of the mean square. Default: 1e-4. */
  alpha?: number | undefined;
  /** Exponent. Default: 0.75. */
  beta?: number | undefined;
  /** Number added to the mean square. Default: 1. */
  k?: number | undefined;
}

/** The defaults of {@link LocalResponseNormOptions}. */
export const LOCAL_RESPONSE_DEFAULTS = { alpha: 1e-4, beta: 0.75, k: 1 } as const;

const LOCAL_RESPONSE_NORM: Signature<LocalResponseNormOptions> = {
  required: ['input', 'size'],
  defaults: LOCAL_RESPONSE_DEFAULTS,
};

/**
 * x / (k + alpha·mean of x² over `size` neighbouring channels)^beta (`torch.nn.functional.local_response_norm`;
 * Krizhevsky et al. 2012).
 * @param input `[N, C, …]` with at least three dimensions
 * @param size Number of neighbouring channels, ≥ 1.
 * @param options `alpha`, `beta`, `k`; see {@link LocalResponseNormOptions}.
 * @returns The shape of the input.
 * @throws ShapeError or ArgumentError if the sizes do not match.
 * @throws DTypeError if the dtype is not floating.
 */
export function localResponseNorm(input: Tensor, size: number, options?: LocalResponseNormOptions): Tensor {
  const { alpha, beta, k } = readArguments('F.localResponseNorm', arguments, LOCAL_RESPONSE_NORM);
  for (const [name, value] of Object.entries({ alpha, beta, k })) checkNumber(name, value);
  checkWhole('size', size);
  const { shape } = checkTensor('local_response_norm', input);
  const dtype = floatDtype('local_response_norm', input);
  if (shape.length < 3) {
    throw new ShapeError(
      `Expected 3D or higher dimensionality input (got ${shape.length} dimensions): ${formatShape(shape)}`,
    );
  }
  const x = numbersOf(input);
  const squares = Float64Array.from(x, (value) => value * value);
  // Channel c sees the channels from c − size/2 to c + (size − 1)/2, both rounded down.
  const base = channelSums(squares, shape, Math.floor(size / 2), Math.floor((size - 1) / 2)).map(
    (sum) => k + (alpha * sum) / size,
  );
  const y = createNumbers(dtype, x.length);
  for (let i = 0; i < y.length; i++) y[i] = x[i] * base[i] ** -beta;
  return record(
    'DivBackward0',
    [input],
    denseOf(y, shape, dtype),
    (g) => {
      const gradient = numbersOf(g);
      const parts = Float64Array.from(x, (value, i) => gradient[i] * value * base[i] ** (-beta - 1));
      const spread = channelSums(parts, shape, Math.floor((size - 1) / 2), Math.floor(size / 2));
      const result = createNumbers(dtype, x.length);
      for (let i = 0; i < result.length; i++) {
        result[i] = gradient[i] * base[i] ** -beta - ((2 * alpha * beta) / size) * x[i] * spread[i];
      }
      return [denseOf(result, shape, dtype)];
    },
    { kind: 'local_response_norm', values: { size, alpha, beta, k } },
  );
}

/** The sum of each element's own channel, `before` channels before it and `after` channels after it. */
function channelSums(values: Numbers, shape: readonly number[], before: number, after: number): Float64Array {
  const [outer, channels, inner] = splitAt(shape, 1);
  const sums = new Float64Array(values.length);
  for (let o = 0; o < outer; o++) {
    for (let c = 0; c < channels; c++) {
      const to = (o * channels + c) * inner;
      for (let other = Math.max(0, c - before); other <= Math.min(channels - 1, c + after); other++) {
        const from = (o * channels + other) * inner;
        for (let i = 0; i < inner; i++) sums[to + i] += values[from + i];
      }
    }
  }
  return sums;
}
