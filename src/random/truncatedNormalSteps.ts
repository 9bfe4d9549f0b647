import { ArgumentError, describeValue } from '../errors.js';
import type { FloatDType, Storage } from '../numerics/DType.js';
import { acceptUnderDensity } from './acceptUnderDensity.js';
import { checkUniformBounds, checkWithin } from './checkUniformBounds.js';
import { expectedRounds } from './expectedRounds.js';
import { fillByInverse } from './fillByInverse.js';
import { checkNormal } from './fillNormal.js';
import { normalSteps } from './fillSteps.js';
import { normalCdf } from './normalCdf.js';
import type { WordStream } from './references/Reference.js';
import type { Steps } from './Steps.js';
import type { TruncatedNormalOptions } from './TruncatedNormalOptions.js';

/** If [a, b] has more than this probability, PyTorch draws normals; otherwise it draws uniforms under the density. */
const LIKELY = 0.3;
/** A fill may take this many rounds, whatever its size. */
const MOST_ROUNDS = 1000;
/** The most elements that all rounds of a fill may draw together: about a minute of work. */
const MOST_ELEMENTS = 1e9;
/** A round takes the time of at least this many elements. */
const LEAST_OF_ROUND = 500;

/**
 * Fills `data` with N(mean, std²) truncated to [a, b] (`torch.nn.init.trunc_normal_`).
 *
 * With `method: 'rejection'` the number of words that it draws depends on the words.
 * @throws ArgumentError, before it draws, as {@link checkTruncatedNormal} does
 */
export function* truncatedNormalSteps(
  data: Storage<FloatDType>,
  dtype: FloatDType,
  options: TruncatedNormalOptions,
  stream: WordStream,
): Steps {
  checkTruncatedNormal(options, dtype, data.length);
  if (options.method === 'inverse') yield* fillByInverse(data, dtype, options, stream);
  else if (drawsNormalsFirst(options)) {
    yield* normalSteps(data, dtype, options.mean, options.std, stream.part(0));
    yield* stream.numbers.redrawOutside(data, dtype, options, stream);
  } else yield* acceptUnderDensity(data, dtype, options, stream);
}

/**
 * Checks the parameters of a truncated normal. Bounds may be infinite if normals are drawn.
 * @param count the number of elements to fill
 * @throws ArgumentError if the mean is not finite; if std is not finite or not > 0; if a > b or a bound is NaN; for an
 * unknown method; if uniforms are drawn or transformed and a bound is beyond the dtype, or, with `method: 'inverse'`,
 * mean or std are; if so few draws would be accepted that the fill would not end
 */
export function checkTruncatedNormal(options: TruncatedNormalOptions, dtype: FloatDType, count: number): void {
  const { mean, std, a, b, method } = options;
  checkNormal(mean, std);
  if (std === 0) throw new ArgumentError('trunc_normal_ expects std > 0, but found std 0: float division by zero');
  if (!(typeof a === 'number' && typeof b === 'number' && a <= b)) {
    throw new ArgumentError(
      `trunc_normal_ expects a <= b, but found a ${describeValue(a)} and b ${describeValue(b)}: uniform_ expects to return a [from, to) range`,
    );
  }
  if (method !== 'rejection' && method !== 'inverse') {
    throw new ArgumentError(`method: expected 'rejection' or 'inverse', found ${describeValue(method)}`);
  }
  if (method === 'inverse') {
    checkInverse(options, dtype);
    return;
  }
  if (!drawsNormalsFirst(options)) checkUniformBounds(a, b, dtype, ['a', 'b']);
  checkAcceptance(options, dtype, count);
}

/** Bounds may be infinite. Every other number has to be within the range of the dtype, or of float32 that computes it. */
function checkInverse({ mean, std, a, b }: TruncatedNormalOptions, dtype: FloatDType): void {
  checkWithin('mean', mean, dtype);
  checkWithin('std·√2', std * Math.sqrt(2), dtype === 'float64' ? dtype : 'float32');
  if (a !== -Infinity) checkWithin('a', a, dtype);
  if (b !== Infinity) checkWithin('b', b, dtype);
}

/** Whether normals are drawn, and drawn again outside [a, b]; otherwise uniforms are drawn under the density. */
export function drawsNormalsFirst({ mean, std, a, b }: TruncatedNormalOptions): boolean {
  return normalCdf((b - mean) / std) - normalCdf((a - mean) / std) > LIKELY;
}

/**
 * Checks that the fill ends. It is expected to take at most 1,000 rounds, or to draw at most 10⁹ elements in all its rounds.
 * A round counts as 500 elements at least.
 */
function checkAcceptance(options: TruncatedNormalOptions, dtype: FloatDType, count: number): void {
  if (count === 0) return;
  const rounds = expectedRounds(options, dtype, count, drawsNormalsFirst(options));
  if (rounds <= MOST_ROUNDS || rounds * Math.max(count, LEAST_OF_ROUND) <= MOST_ELEMENTS) return;
  const { mean, std, a, b } = options;
  throw new ArgumentError(
    `trunc_normal_ would hardly accept a draw: in ${dtype}, [${a}, ${b}] is too wide, too narrow or too far from mean ` +
      `${mean} at std ${std} for ${count} elements; expected at most ${MOST_ROUNDS} rounds of draws, or 10^9 ` +
      `elements in all rounds, found ${Number.isFinite(rounds) ? `about ${rounds.toExponential(0)} rounds` : 'no end'}; ` +
      "give a nearer interval, or method: 'inverse', which draws every element once",
  );
}
