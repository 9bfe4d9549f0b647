import { ArgumentError, describeValue } from '../errors.js';
import type { FloatDType, Storage } from '../numerics/DType.js';
import { acceptUnderDensity } from './acceptUnderDensity.js';
import { checkUniformBounds, checkWithin } from './checkUniformBounds.js';
import { fillByInverse } from './fillByInverse.js';
import { checkNormal } from './fillNormal.js';
import { normalSteps } from './fillSteps.js';
import type { Generator } from './Generator.js';
import { normalCdf } from './normalCdf.js';
import { redrawOutside } from './redrawOutside.js';
import type { Steps } from './Steps.js';
import type { TruncatedNormalOptions } from './TruncatedNormalOptions.js';

/** If [a, b] has more than this probability, PyTorch draws normals; otherwise it draws uniforms under the density. */
const LIKELY = 0.3;
/** The smallest probability of acceptance of a uniform draw; below it a fill would take too long. */
const RAREST = 1e-7;

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
  generator: Generator,
): Steps {
  checkTruncatedNormal(options, dtype);
  if (options.method === 'inverse') yield* fillByInverse(data, dtype, options, generator);
  else if (drawsNormalsFirst(options)) {
    yield* normalSteps(data, dtype, options.mean, options.std, generator);
    yield* redrawOutside(data, dtype, options, generator);
  } else yield* acceptUnderDensity(data, dtype, options, generator);
}

/**
 * Checks the parameters of a truncated normal. Bounds may be infinite if normals are drawn.
 * @throws ArgumentError if the mean is not finite; if std is not finite or not > 0; if a > b or a bound is NaN; for an
 * unknown method; if uniforms are drawn or transformed and a bound is beyond the dtype, or, with `method: 'inverse'`,
 * mean or std are; if the interval is so far from the mean or so wide that hardly a draw would be accepted
 */
export function checkTruncatedNormal(options: TruncatedNormalOptions, dtype: FloatDType): void {
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
  if (method === 'inverse') checkInverse(options, dtype);
  if (method === 'inverse' || drawsNormalsFirst(options)) return;
  checkUniformBounds(a, b, dtype, ['a', 'b']);
  checkAcceptance(options);
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

function checkAcceptance({ mean, std, a, b }: TruncatedNormalOptions): void {
  // z standard deviations from the mean, the density falls by a factor of e within std/z. So at most a length of std/z
  // of [a, b] is accepted, and never more than the area under the density relative to its peak, std·√(2π).
  const z = Math.abs(Math.max(a, Math.min(mean, b)) - mean) / std;
  const accepted = std * Math.min(Math.sqrt(2 * Math.PI), 1 / z);
  if (accepted < RAREST * (b - a)) {
    throw new ArgumentError(
      `trunc_normal_ would hardly accept a draw: [${a}, ${b}] is too wide or too far from mean ${mean} at std ${std}; give a narrower or nearer interval`,
    );
  }
}
