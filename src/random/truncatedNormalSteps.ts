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

/** From this probability of [a, b] on PyTorch draws normals; below it uniforms under the density. */
const LIKELY = 0.3;
/** The rarest acceptance of a uniform draw that is worth waiting for. */
const RAREST = 1e-7;

/**
 * Fills `data` with N(mean, std²) cut off outside [a, b] (`torch.nn.init.trunc_normal_`).
 *
 * How many words it takes depends on what is drawn, except with `method: 'inverse'`.
 * @throws ArgumentError, before drawing, for a > b, NaN, an infinite mean, std ≤ 0 or infinite, bounds beyond the dtype
 * where uniforms are drawn or transformed (there mean and std too), or an interval so far out or so wide that hardly a draw
 * would be accepted
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
 * Checks the numbers of a truncated normal law; bounds may be infinite where normals are drawn.
 * @throws ArgumentError as {@link truncatedNormalSteps} does
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
    throw new ArgumentError(`method is 'rejection' or 'inverse', found ${describeValue(method)}`);
  }
  if (method === 'inverse') checkInverse(options, dtype);
  if (method === 'inverse' || drawsNormalsFirst(options)) return;
  checkUniformBounds(a, b, dtype);
  checkAcceptance(options);
}

/** Infinite bounds stay; everything else that a number is multiplied by, added to or cut off at has to be one of the dtype. */
function checkInverse({ mean, std, a, b }: TruncatedNormalOptions, dtype: FloatDType): void {
  checkWithin('mean', mean, dtype);
  checkWithin('std·√2', std * Math.sqrt(2), dtype === 'float64' ? dtype : 'float32');
  if (a !== -Infinity) checkWithin('a', a, dtype);
  if (b !== Infinity) checkWithin('b', b, dtype);
}

/** Whether normals are drawn first, and those outside [a, b] again; otherwise uniforms under the density. */
export function drawsNormalsFirst({ mean, std, a, b }: TruncatedNormalOptions): boolean {
  return normalCdf((b - mean) / std) - normalCdf((a - mean) / std) > LIKELY;
}

function checkAcceptance({ mean, std, a, b }: TruncatedNormalOptions): void {
  // Far out the density falls by e within std/z: that much of [a, b] is accepted at most, and never more than the bell.
  const z = Math.abs(Math.max(a, Math.min(mean, b)) - mean) / std;
  const accepted = std * Math.min(Math.sqrt(2 * Math.PI), 1 / z);
  if (accepted < RAREST * (b - a)) {
    throw new ArgumentError(
      `trunc_normal_ would hardly accept a draw: [${a}, ${b}] is too wide or too far from mean ${mean} at std ${std}; narrow it`,
    );
  }
}
