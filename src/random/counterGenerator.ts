import { Generator } from './Generator.js';
import { PhiloxEngine } from './PhiloxEngine.js';

/**
 * The generator of one parameter in counter mode: a stream of Philox4x32-10 of its own, whose key depends on the seed and
 * the parameter's path alone. So a layer added, removed or moved leaves the numbers of all others as they were.
 *
 * key = mix(fnv1a(path in UTF-8) xor mix(seed)) in 64 bits, where fnv1a is the 64-bit FNV-1a hash and mix the finaliser
 * of SplitMix64. This never changes within a major version.
 * @param seed any integer in [−2⁶³, 2⁶⁴); negative ones wrap
 */
export function counterGenerator(seed: bigint, path: string): Generator {
  const key = mix(fnv1a(new TextEncoder().encode(path)) ^ mix(BigInt.asUintN(64, seed)));
  return Generator.from(new PhiloxEngine(Number(BigInt.asIntN(32, key)), Number(BigInt.asIntN(32, key >> 32n))));
}

const FNV_OFFSET = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;

/** Fowler, Noll and Vo's hash, 64 bits, variant 1a. */
function fnv1a(bytes: Uint8Array): bigint {
  let hash = FNV_OFFSET;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * FNV_PRIME);
  return hash;
}

/** The finaliser of SplitMix64 (Steele, Lea & Flood 2014; Stafford's variant 13). */
function mix(value: bigint): bigint {
  let z = BigInt.asUintN(64, (value ^ (value >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}
