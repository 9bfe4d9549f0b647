import { congruential32 } from 'pure-rand/generator/congruential32';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { xorshift128plus } from 'pure-rand/generator/xorshift128plus';
import { ArgumentError, describeValue, nearestName } from '../errors.js';
import type { Engine } from './Engine.js';
import { MersenneEngine } from './MersenneEngine.js';

/**
 * The engines that a `Generator` can be created with by name.
 *
 * - `'mersenne'`: MT19937, the engine of PyTorch's CPU generator; period 2¹⁹⁹³⁷ − 1. Only this engine has state bytes
 *   and jumps over any distance.
 * - `'xoroshiro128plus'`, `'xorshift128plus'`: of pure-rand; period 2¹²⁸ − 1.
 * - `'congruential32'`: of pure-rand; its stream repeats after 2³² words, so it does not suit models of billions of
 *   parameters.
 */
export type EngineName = 'mersenne' | 'xoroshiro128plus' | 'xorshift128plus' | 'congruential32';

const FACTORIES: { readonly [N in EngineName]: (seed: number) => Engine } = {
  mersenne: MersenneEngine.seeded,
  xoroshiro128plus,
  xorshift128plus,
  congruential32,
};

/** All names of engines. */
export const ENGINE_NAMES = Object.keys(FACTORIES) as readonly EngineName[];

/** The engine of a name at the beginning of the stream of a seed, of which the low 32 bits count. */
export function createEngine(name: EngineName, seed: bigint): Engine {
  return FACTORIES[name](Number(BigInt.asIntN(32, seed)));
}

/**
 * Returns a name if it is an engine's.
 * @throws ArgumentError that lists the names otherwise
 */
export function checkEngineName(name: EngineName): EngineName {
  if (ENGINE_NAMES.includes(name)) return name;
  const found: unknown = name;
  throw new ArgumentError(
    `unknown engine ${describeValue(found)}${nearestName(typeof found === 'string' ? found : '', ENGINE_NAMES)}`,
  );
}
