import { ArgumentError, describeValue } from '../errors.js';

/**
 * A seed, or another number of 64 bits, as PyTorch reads it, in [0, 2⁶⁴): negative ones wrap.
 *
 * A number beyond 2⁵³ − 1 is refused, even where it is an integer: several integers are rounded to it, and each of them is
 * the seed of another stream.
 * @param expectation the beginning of the error's message
 * @throws ArgumentError unless the seed is a safe integer, or a bigint in [−2⁶³, 2⁶⁴)
 */
export function wrapSeed(seed: number | bigint, expectation = 'manual_seed expected a long'): bigint {
  const integer = typeof seed === 'bigint' || Number.isSafeInteger(seed) ? BigInt(seed) : undefined;
  if (integer === undefined || integer < -(2n ** 63n) || integer >= 2n ** 64n) {
    const advice = Number.isInteger(seed) ? '; write it as a bigint, such as 9007199254740993n' : '';
    throw new ArgumentError(
      `${expectation}: a safe integer, or a bigint in [-2^63, 2^64), found ${describeValue(seed)}${advice}`,
    );
  }
  return BigInt.asUintN(64, integer);
}
