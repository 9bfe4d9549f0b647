import { checkOptions } from '../../errors.js';
import type { Policy } from '../definePolicy.js';

/** The description of a published policy. */
export interface PresetAbout {
  /** The name of the function, and of the policy that it returns. */
  readonly name: string;
  /** The origin of the rule: a package with its version and file, or a paper. */
  readonly source: string;
  /** The rule in words, one sentence a line. */
  readonly rule: string;
  /**
   * The kind of comparison with the source that the tests make. `'bits'`: the bits equal those of the source's finished
   * model. `'rule'`: the bits equal those of a loop in PyTorch that follows the same rule, because the source draws in
   * another order than any pass over the finished model, is not a program, or rounds differently. `'law'`: bounds and
   * moments agree, because the source draws from another generator.
   */
  readonly fidelity: 'bits' | 'rule' | 'law';
  /** How the source differs. Always given for `'rule'` and `'law'`. */
  readonly differs?: string | undefined;
  /** The meaning of each option, by its name. */
  readonly options?: Readonly<Record<string, string>> | undefined;
}

/** A published policy: a function that returns the policy, with its description as a property. */
export interface Preset<O extends object = Record<never, never>> {
  (options?: O): Policy;
  readonly about: PresetAbout;
}

/**
 * Makes a preset from its description and a function that builds the policy. The preset throws ArgumentError for an option
 * that `about` does not name.
 */
export function definePreset<O extends object = Record<never, never>>(
  about: PresetAbout,
  build: (options: Partial<O>) => Policy,
): Preset<O> {
  const preset = (options: Partial<O> = {}) =>
    build(checkOptions(`the preset '${about.name}'`, options, about.options ?? {}));
  return Object.freeze(Object.assign(preset, { about: Object.freeze(about) }));
}
