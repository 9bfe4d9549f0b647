import { ArgumentError, DTypeError, describeValue, ShapeError } from '../../errors.js';
import { isFloatDType } from '../../numerics/DType.js';
import { createNumbers, type Numbers } from '../../numerics/numbers.js';
import { checkGenerator, DRAW_DEFAULTS } from '../../random/DrawOptions.js';
import { drawMask } from '../../random/drawMask.js';
import type { Generator } from '../../random/Generator.js';
import { readOptions } from '../../readOptions.js';
import { denseOf, numbersOf } from '../../tensor/Dense.js';
import { formatShape, numelOf } from '../../tensor/Shape.js';
import { checkTensor, record, type Tensor } from '../../tensor/Tensor.js';

/** Options of the dropout functions. */
export interface DropoutOptions {
  /** Whether elements are dropped at all; true when absent, for {@link alphaDropout} false. */
  training?: boolean | undefined;
  /** Where the mask is drawn from; the default generator when absent. */
  generator?: Generator | undefined;
}

/** SELU's limit for large negative numbers, −scale·alpha, which alpha dropout puts in place of what it drops. */
const SELU_LIMIT = -1.7580993408473766;

/**
 * Sets elements to 0 with probability `p` and divides the others by 1 − p, so that the expectation stays
 * (`torch.nn.functional.dropout`; Srivastava et al. 2014).
 *
 * The mask takes one word of the generator for each element. PyTorch's masks come from another library's stream, so that
 * they differ; scale and expectation do not. Without training, or with p = 0, the input itself comes back and nothing is
 * drawn.
 * @param p from 0 to 1
 * @throws ArgumentError for another p · DTypeError unless the input is floating
 */
export function dropout(input: Tensor, p = 0.5, options: DropoutOptions = {}): Tensor {
  const { numel } = checkTensor('dropout', input);
  return drop('dropout', input, p, options, { units: numel });
}

/**
 * {@link dropout} of whole channels (`torch.nn.functional.dropout1d`; Tompson et al. 2015).
 * @param input [N, C, L] or [C, L]
 * @throws ShapeError for other numbers of dimensions
 */
export function dropout1d(input: Tensor, p = 0.5, options: DropoutOptions = {}): Tensor {
  checkTensor('dropout1d', input);
  checkProbability(p);
  if (input.ndim !== 2 && input.ndim !== 3) {
    throw new ShapeError(
      `dropout1d: Expected 2D or 3D input, but received a ${input.ndim}D input: ${formatShape(input.shape)}`,
    );
  }
  return drop('dropout1d', input, p, options, { units: channelsOf(input, input.ndim - 1) });
}

/**
 * {@link dropout} of whole channels (`torch.nn.functional.dropout2d`). As in PyTorch three dimensions are [N, C, L].
 * @param input [N, C, …]
 * @throws ShapeError for fewer than two dimensions
 */
export function dropout2d(input: Tensor, p = 0.5, options: DropoutOptions = {}): Tensor {
  checkTensor('dropout2d', input);
  return drop('dropout2d', input, p, options, { units: channelsOf(input, 2) });
}

/**
 * {@link dropout} of whole channels (`torch.nn.functional.dropout3d`).
 * @param input [N, C, D, H, W] or [C, D, H, W]
 * @throws ShapeError for a single number
 */
export function dropout3d(input: Tensor, p = 0.5, options: DropoutOptions = {}): Tensor {
  checkTensor('dropout3d', input);
  return drop('dropout3d', input, p, options, { units: channelsOf(input, input.ndim === 5 ? 2 : 1) });
}

/**
 * Dropout that keeps mean 0 and variance 1 under SELU: sets elements to SELU's limit with probability `p`, then scales and
 * shifts all (`torch.nn.functional.alpha_dropout`; Klambauer et al. 2017). The mask is drawn as in {@link dropout}; as in
 * PyTorch `training` is false when absent.
 */
export function alphaDropout(input: Tensor, p = 0.5, options: DropoutOptions = {}): Tensor {
  const { numel } = checkTensor('alphaDropout', input);
  checkProbability(p);
  const scale = 1 / Math.sqrt((SELU_LIMIT ** 2 * p + 1) * (1 - p));
  const shift = -SELU_LIMIT * scale * p;
  const law = p === 1 ? {} : { scale, dropped: SELU_LIMIT * scale + shift, kept: shift };
  return drop('alphaDropout', input, p, options, { units: numel, ...law }, false);
}

/** How elements change: dropped ones become `dropped`, the others `scale`·x + `kept`. */
interface Law {
  /** How many elements or channels are drawn for, each of equally many neighbours. */
  readonly units: number;
  readonly scale?: number;
  readonly dropped?: number;
  readonly kept?: number;
}

function drop(
  name: string,
  input: Tensor,
  p: number,
  options: DropoutOptions,
  // Adding −0 changes no number.
  { units, scale, dropped = -0, kept = -0 }: Law,
  byDefault = true,
): Tensor {
  checkProbability(p);
  const { training, generator } = readOptions(name, options, { training: byDefault, ...DRAW_DEFAULTS });
  checkGenerator(generator);
  if (!training || p === 0 || input.numel === 0) return input;
  const { dtype, shape } = input;
  if (!isFloatDType(dtype)) throw new DTypeError(`dropout: result type Float can't be cast to '${dtype}'`);
  const mask = new Uint8Array(units);
  if (p < 1) drawMask(mask, p, generator);
  // PyTorch rounds the factor to the dtype before it multiplies.
  const [factor] = numbersOf(denseOf([scale ?? 1 / (1 - p)], [], dtype));
  const y = createNumbers(dtype, input.numel);
  mapUnits(numbersOf(input), y, mask, factor, dropped, kept);
  return record('MulBackward0', [input], denseOf(y, shape, dtype), (g) => {
    const result = createNumbers(dtype, y.length);
    mapUnits(numbersOf(g), result, mask, factor, -0, -0);
    return [denseOf(result, shape, dtype)];
  });
}

/** 0·x + `dropped` where the mask is 0, elsewhere `factor`·x + `kept`. */
function mapUnits(x: Numbers, y: Numbers, mask: Uint8Array, factor: number, dropped: number, kept: number): void {
  const size = x.length / mask.length;
  for (let unit = 0, i = 0; unit < mask.length; unit++) {
    const times = mask[unit] === 0 ? 0 : factor;
    const plus = mask[unit] === 0 ? dropped : kept;
    for (const end = i + size; i < end; i++) y[i] = x[i] * times + plus;
  }
}

/** Returns `p` if it is a probability. */
export function checkProbability(p: number): number {
  if (typeof p === 'number' && p >= 0 && p <= 1) return p;
  throw new ArgumentError(`dropout probability has to be between 0 and 1, but got ${describeValue(p)}`);
}

/** The number of channels that the first `dims` dimensions count. */
function channelsOf({ shape }: Tensor, dims: number): number {
  if (shape.length < dims) {
    throw new ShapeError(
      `Feature dropout requires at least ${dims} dimensions in the input, found ${formatShape(shape)}`,
    );
  }
  return numelOf(shape.slice(0, dims));
}
