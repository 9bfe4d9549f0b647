import { type OptionDefaults, type ReadArguments, readArguments } from '../../readArguments.js';
import type { Policy } from '../definePolicy.js';
import type { PresetOption, PresetOptions } from './presetOptions.js';

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
export interface Preset<O extends object = Record<never, never>, P extends Policy = Policy> {
  (options?: O): P;
  readonly about: PresetAbout;
}

/**
 * Makes a preset from its description, its options, and a function that builds the policy from their values. The preset
 * throws ArgumentError for an argument that is not one object of these options, and for a value that an option cannot have.
 */
export function definePreset<O extends object = Record<never, never>, P extends Policy = Policy>(
  about: Omit<PresetAbout, 'options'>,
  options: PresetOptions<O>,
  build: (values: ReadArguments<O>) => P,
): Preset<O, P> {
  const caller = `presets.${about.name}`;
  const entries = Object.entries(options) as [string, PresetOption<unknown>][];
  const defaults = Object.fromEntries(entries.map(([name, { standard }]) => [name, standard]));
  const meanings = Object.fromEntries(entries.map(([name, { meaning }]) => [name, meaning]));
  const preset = (...args: readonly unknown[]) => {
    const values = readArguments<O>(caller, args, { defaults: defaults as OptionDefaults<O> });
    for (const [name, { check }] of entries) check(`${name} of ${caller}()`, values[name as keyof O]);
    return build(values);
  };
  const description = entries.length === 0 ? about : { ...about, options: Object.freeze(meanings) };
  return Object.freeze(Object.assign(preset, { about: Object.freeze(description) })) as Preset<O, P>;
}
