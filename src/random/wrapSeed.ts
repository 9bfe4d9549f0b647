import { ArgumentError, describeValue } from '../errors.js';

/**
 * A seed as PyTorch reads it, in [0, 2⁶⁴): negative seeds wrap.
 * @throws ArgumentError unless the seed is an integer in [−2⁶³, 2⁶⁴)
 */
export function wrapSeed(seed: number | bigint): bigint {
  const integer = typeof seed === 'bigint' || Number.isInteger(seed) ? BigInt(seed) : undefined;
  if (integer === undefined || integer < -(2n ** 63n) || integer >= 2n ** 64n) {
    throw new ArgumentError(`manual_seed expected a long: an integer in [-2^63, 2^64), found ${describeValue(seed)}`);
  }
  return BigInt.asUintN(64, integer);
}
