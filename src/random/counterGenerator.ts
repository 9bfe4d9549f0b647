import { Generator } from './Generator.js';
import { PhiloxEngine } from './PhiloxEngine.js';

/**
 * The generator of one parameter in counter mode: its own stream of Philox4x32-10, whose key depends only on the seed
 * and on the path of the parameter. So the other parameters keep their numbers if a layer is added, removed or moved.
 *
 * key = mix(fnv1a(path in UTF-8) xor mix(seed)) in 64 bits, where fnv1a is the 64-bit FNV-1a hash and mix is the
 * finaliser of SplitMix64. This never changes within a major version.
 * @param seed in [−2⁶³, 2⁶⁴); negative seeds wrap
 */
export function counterGenerator(seed: bigint, path: string): Generator {
  const key = mix(fnv1a(new TextEncoder().encode(path)) ^ mix(BigInt.asUintN(64, seed)));
  return Generator.from(new PhiloxEngine(key));
}

const FNV_OFFSET = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;

/** The hash FNV-1a of 64 bits (Fowler, Noll and Vo). */
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
