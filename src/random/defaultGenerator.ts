import { refuseSurplus } from '../readArguments.js';
import { Generator } from './Generator.js';

/**
 * The generator that functions draw from if the caller gives none. Until it is seeded, it is in the state of a new
 * `torch.Generator()`.
 *
 * `defaultGenerator.copyState(new Generator(seed, { engine }))` gives it another engine.
 */
export const defaultGenerator: Generator = new Generator();

/**
 * Seeds the default generator, with the engine that it has, and returns it (`torch.manual_seed`).
 * @param seed a safe integer, or a bigint in [−2⁶³, 2⁶⁴); negative seeds wrap, and the stream depends on the low 32 bits only
 * @throws ArgumentError for another seed, such as the number 2⁵³ + 1, which JavaScript rounds: write 9007199254740993n
 * @throws StateError if a run uses the default generator
 * @example
 * ```ts
 * import { manualSeed, rand } from 'initree';
 * manualSeed(0);
 * console.log(rand([2]).tolist()); // [ 0.49625658988952637, 0.7682217955589294 ]
 * ```
 */
export function manualSeed(seed: number | bigint): Generator {
  refuseSurplus('manualSeed', arguments, ['seed']);
  return defaultGenerator.manualSeed(seed);
}

/**
 * The state of the default generator: the 5,056 bytes of `torch.get_rng_state()`.
 * @throws StateError if the default generator was given another engine than `'mersenne'`
 * @example
 * ```ts
 * import { getRngState, rand, setRngState } from 'initree';
 * const state = getRngState();
 * const first = String(rand([3]));
 * setRngState(state);
 * console.log(String(rand([3])) === first); // true
 * ```
 */
export function getRngState(): Uint8Array {
  refuseSurplus('getRngState', arguments, []);
  return defaultGenerator.getState();
}

/**
 * Sets the state of the default generator to the bytes of {@link getRngState} or of PyTorch (`torch.set_rng_state`).
 * @throws StateError, with the generator unchanged, if the bytes are not such a state, or if the default generator was
 * given another engine than `'mersenne'`
 * @example
 * ```ts
 * import { Generator, rand, setRngState } from 'initree';
 * setRngState(new Generator(0).getState());
 * console.log(rand([2]).tolist()); // [ 0.49625658988952637, 0.7682217955589294 ]
 * ```
 */
export function setRngState(bytes: Uint8Array): void {
  refuseSurplus('setRngState', arguments, ['bytes']);
  defaultGenerator.setState(bytes);
}
