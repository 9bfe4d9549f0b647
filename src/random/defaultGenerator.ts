import { Generator } from './Generator.js';

/** The generator that draws where none is given; until it is seeded, in the state of a new `torch.Generator()`. */
export const defaultGenerator: Generator = new Generator();

/** Seeds the default generator and returns it (`torch.manual_seed`): any integer in [−2⁶³, 2⁶⁴), else ArgumentError. */
export function manualSeed(seed: number | bigint): Generator {
  return defaultGenerator.manualSeed(seed);
}

/** The default generator's state: the 5,056 bytes of `torch.get_rng_state()`. */
export function getRngState(): Uint8Array {
  return defaultGenerator.getState();
}

/** Puts the default generator into a state of {@link getRngState} or of PyTorch; StateError where it is not one. */
export function setRngState(bytes: Uint8Array): void {
  defaultGenerator.setState(bytes);
}
