import { ArgumentError, DTypeError, describeValue, ShapeError } from '../../errors.js';
import { isFloatDType } from '../../numerics/DType.js';
import { createNumbers, type Numbers } from '../../numerics/numbers.js';
import { checkGenerator } from '../../random/DrawOptions.js';
import { drawMask } from '../../random/drawMask.js';
import type { Generator } from '../../random/Generator.js';
import { ROUND_TO } from '../../random/roundTo.js';
import { type ReadArguments, readArguments, type Signature } from '../../readArguments.js';
import { denseOf, numbersOf } from '../../tensor/Dense.js';
import { formatShape, numelOf } from '../../tensor/Shape.js';
import { checkTensor, record, type Tensor } from '../../tensor/Tensor.js';
import { warnOnce } from '../../warnOnce.js';
import { NEVER_IN_PLACE } from './inPlace.js';

/** Options of the dropout functions. */
export interface DropoutOptions {
  /** Probability in [0, 1]. Default: 0.5. */
  p?: number | undefined;
  /** Whether elements are set to 0 at all. Default: true; false for {@link alphaDropout}. */
  training?: boolean | undefined;
  /** Generator that the mask is drawn from. Default: the default generator. */
  generator?: Generator | undefined;
}

const DROPOUT: Signature<DropoutOptions> = {
  required: ['input'],
  byPosition: ['p'],
  defaults: { p: 0.5, training: true, generator: undefined },
  lacks: NEVER_IN_PLACE,
};
const ALPHA_DROPOUT: Signature<DropoutOptions> = {
  required: ['input'],
  byPosition: ['p'],
  defaults: { p: 0.5, training: false, generator: undefined },
  lacks: NEVER_IN_PLACE,
};

const THREE_DIMENSIONS =
  'dropout2d: Received a 3D input to dropout2d and assuming that channel-wise 1D dropout behavior is desired - input is interpreted as shape (N, C, L), where C is the channel dim. To maintain the 1D channel-wise dropout behavior, please switch to using dropout1d instead.';

/** The limit of SELU for large negative numbers, −scale·alpha. Alpha dropout sets elements to this number. */
const SELU_LIMIT = -1.7580993408473766;

/**
 * Sets elements to 0 with probability `p` and divides the other elements by 1 − p, so that the expectation stays the
 * same (`torch.nn.functional.dropout`; Srivastava et al. 2014).
 *
 * The mask and the numbers are PyTorch's. The mask uses two words of the generator for each element. Without training, and for
 * p = 0, the function returns the input itself and draws nothing.
 * @param input Any shape.
 * @param p Probability in [0, 1], or the options. Default: 0.5.
 * @param options `p` (default: 0.5), `training` (default: true), `generator`.
 * @returns The shape of the input.
 * @throws ArgumentError if `p` is not in [0, 1].
 * @throws DTypeError if the dtype is not floating.
 * @example
 * ```ts
 * import { manualSeed, ones } from 'initree';
 * import * as F from 'initree/functional';
 * manualSeed(1);
 * console.log(String(F.dropout(ones([6]), 0.5))); // tensor([2., 2., 2., 2., 0., 2.])
 * ```
 */
export function dropout(input: Tensor, p?: number | DropoutOptions, options?: DropoutOptions): Tensor {
  const settings = readArguments('F.dropout', arguments, DROPOUT);
  const { numel } = checkTensor('dropout', input);
  return drop(input, settings, { units: numel });
}

/**
 * {@link dropout} of whole channels (`torch.nn.functional.dropout1d`; Tompson et al. 2015).
 * @param input `[N, C, L]` or `[C, L]`
 * @param p Probability in [0, 1], or the options. Default: 0.5.
 * @param options `p` (default: 0.5), `training` (default: true), `generator`.
 * @returns The shape of the input.
 * @throws ShapeError if the number of dimensions of the input is wrong.
 * @throws ArgumentError if `p` is not in [0, 1].
 * @throws DTypeError if the dtype is not floating.
 */
export function dropout1d(input: Tensor, p?: number | DropoutOptions, options?: DropoutOptions): Tensor {
  const settings = readArguments('F.dropout1d', arguments, DROPOUT);
  checkTensor('dropout1d', input);
  checkProbability(settings.p);
  if (input.ndim !== 2 && input.ndim !== 3) {
    throw new ShapeError(
      `dropout1d: Expected 2D or 3D input, but received a ${input.ndim}D input: ${formatShape(input.shape)}`,
    );
  }
  return drop(input, settings, { units: channelsOf(input, input.ndim - 1) });
}

/**
 * {@link dropout} of whole channels (`torch.nn.functional.dropout2d`; Tompson et al. 2015). As in PyTorch, an input
 * with three dimensions is `[N, C, L]`, with a warning.
 * @param input `[N, C, …]`
 * @param p Probability in [0, 1], or the options. Default: 0.5.
 * @param options `p` (default: 0.5), `training` (default: true), `generator`.
 * @returns The shape of the input.
 * @throws ShapeError if the input has fewer than two dimensions.
 * @throws ArgumentError if `p` is not in [0, 1].
 * @throws DTypeError if the dtype is not floating.
 */
export function dropout2d(input: Tensor, p?: number | DropoutOptions, options?: DropoutOptions): Tensor {
  const settings = readArguments('F.dropout2d', arguments, DROPOUT);
  if (checkTensor('dropout2d', input).ndim === 3) warnOnce(THREE_DIMENSIONS);
  return drop(input, settings, { units: channelsOf(input, 2) });
}

/**
 * {@link dropout} of whole channels (`torch.nn.functional.dropout3d`; Tompson et al. 2015).
 * @param input `[N, C, D, H, W]` or `[C, D, H, W]`
 * @param p Probability in [0, 1], or the options. Default: 0.5.
 * @param options `p` (default: 0.5), `training` (default: true), `generator`.
 * @returns The shape of the input.
 * @throws ShapeError if the input has no dimensions.
 * @throws ArgumentError if `p` is not in [0, 1].
 * @throws DTypeError if the dtype is not floating.
 */
export function dropout3d(input: Tensor, p?: number | DropoutOptions, options?: DropoutOptions): Tensor {
  const settings = readArguments('F.dropout3d', arguments, DROPOUT);
  checkTensor('dropout3d', input);
  return drop(input, settings, { units: channelsOf(input, input.ndim === 5 ? 2 : 1) });
}

/**
 * A dropout that keeps mean 0 and variance 1 under SELU: it sets elements to the limit of SELU with probability `p`,
 * then scales and shifts all elements (`torch.nn.functional.alpha_dropout`; Klambauer et al. 2017).
 *
 * The mask is drawn as in {@link dropout}.
 * @param input Any shape.
 * @param p Probability in [0, 1], or the options. Default: 0.5.
 * @param options `p` (default: 0.5), `training` (default: false, as in PyTorch), `generator`.
 * @returns The shape of the input.
 * @throws ArgumentError if `p` is not in [0, 1].
 * @throws DTypeError if the dtype is not floating.
 */
export function alphaDropout(input: Tensor, p?: number | DropoutOptions, options?: DropoutOptions): Tensor {
  const settings = readArguments('F.alphaDropout', arguments, ALPHA_DROPOUT);
  const { numel } = checkTensor('alphaDropout', input);
  const probability = checkProbability(settings.p);
  const scale = 1 / Math.sqrt((SELU_LIMIT ** 2 * probability + 1) * (1 - probability));
  const shift = -SELU_LIMIT * scale * probability;
  const mapping = probability === 1 ? {} : { scale, limit: SELU_LIMIT * scale, shift };
  return drop(input, settings, { units: numel, ...mapping });
}

/** How elements change: kept elements become `scale`·x + `shift`, and dropped elements `limit` + `shift`. */
interface Mapping {
  /** Number of units that the mask has, which are elements or channels. All units have the same number of elements. */
  readonly units: number;
  /** Default: 1 / (1 − p). */
  readonly scale?: number;
  /** Default: 0, as for `shift`. */
  readonly limit?: number;
  readonly shift?: number;
}

function drop(
  input: Tensor,
  { p, training, generator }: ReadArguments<DropoutOptions>,
  { units, scale, limit = 0, shift = 0 }: Mapping,
): Tensor {
  checkProbability(p);
  const source = checkGenerator(generator);
  if (!training || p === 0 || input.numel === 0) return input;
  const { dtype, shape } = input;
  if (!isFloatDType(dtype)) throw new DTypeError(`dropout: result type Float can't be cast to '${dtype}'`);
  const mask = new Uint8Array(units);
  if (p < 1) drawMask(mask, p, source);
  // PyTorch rounds to the dtype after every step.
  const round = ROUND_TO[dtype];
  const factor = round(scale ?? 1 / (1 - p));
  const y = createNumbers(dtype, input.numel);
  scaleUnits(numbersOf(input), y, mask, factor);
  if (shift !== 0) shiftUnits(y, mask, round(round(limit) + round(shift)), round(shift), round);
  return record(
    'MulBackward0',
    [input],
    denseOf(y, shape, dtype),
    (g) => {
      const result = createNumbers(dtype, y.length);
      scaleUnits(numbersOf(g), result, mask, factor);
      return [denseOf(result, shape, dtype)];
    },
    { kind: limit === 0 ? 'dropout' : 'alpha_dropout', values: { p, units } },
  );
}

/** 0·x where the mask is 0, otherwise `factor`·x. */
function scaleUnits(x: Numbers, y: Numbers, mask: Uint8Array, factor: number): void {
  const size = x.length / mask.length;
  for (let unit = 0, i = 0; unit < mask.length; unit++) {
    const times = mask[unit] === 0 ? 0 : factor;
    for (const end = i + size; i < end; i++) y[i] = x[i] * times;
  }
}

/** Adds `dropped` where the mask is 0, otherwise `kept`. */
function shiftUnits(y: Numbers, mask: Uint8Array, dropped: number, kept: number, round: (x: number) => number): void {
  for (let i = 0; i < y.length; i++) y[i] = round(y[i]) + (mask[i] === 0 ? dropped : kept);
}

/**
 * Returns `p` if it is in [0, 1].
 * @throws ArgumentError in PyTorch's words.
 */
export function checkProbability(p: number): number {
  if (typeof p === 'number' && p >= 0 && p <= 1) return p;
  throw new ArgumentError(`dropout probability has to be between 0 and 1, but got ${describeValue(p)}`);
}

/** The product of the first `dims` sizes, which is the number of channels. */
function channelsOf({ shape }: Tensor, dims: number): number {
  if (shape.length < dims) {
    throw new ShapeError(
      `Feature dropout requires at least ${dims} dimensions in the input, found ${formatShape(shape)}`,
    );
  }
  return numelOf(shape.slice(0, dims));
}
