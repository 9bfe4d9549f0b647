import { checkOptions } from '../../errors.js';
import type { Policy } from '../definePolicy.js';

/** What is known of a published policy, in words. */
export interface PresetAbout {
  /** How it is called: the name of the function, and of the policy it returns. */
  readonly name: string;
  /** Package, version and place in it, or the paper, that the rule was read from. */
  readonly source: string;
  /** The rule in words, one sentence a line. */
  readonly rule: string;
  /**
   * What was compared with the source: `'bits'`, the finished model's; `'rule'`, a loop in PyTorch that follows the same
   * rule, because the source draws in an order no pass over the finished model has, is no program, or rounds otherwise;
   * `'law'`, bounds and moments, because the source draws from another generator.
   */
  readonly fidelity: 'bits' | 'rule' | 'law';
  /** What the source does besides or otherwise; for `'rule'` and `'law'` always said. */
  readonly differs?: string | undefined;
  /** Options and what they mean. */
  readonly options?: Readonly<Record<string, string>> | undefined;
}

/** A published policy: a function that makes it, and what is known of it. */
export interface Preset<O extends object = Record<never, never>> {
  (options?: O): Policy;
  readonly about: PresetAbout;
}

/**
 * Makes a preset of what is known and how its policy is built. Options that `about` does not name are an ArgumentError.
 */
export function definePreset<O extends object = Record<never, never>>(
  about: PresetAbout,
  build: (options: Partial<O>) => Policy,
): Preset<O> {
  const preset = (options: Partial<O> = {}) =>
    build(checkOptions(`the preset '${about.name}'`, options, about.options ?? {}));
  return Object.freeze(Object.assign(preset, { about: Object.freeze(about) }));
}
