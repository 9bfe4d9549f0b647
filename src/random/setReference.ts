import { refuseSurplus } from '../readArguments.js';
import { defaultGenerator } from './defaultGenerator.js';
import { setDefaultReference } from './Generator.js';
import type { ReferenceName } from './references/table.js';

/**
 * Sets whose numbers the default generator gives, and every generator that is created later without the option `reference`.
 * The words of the streams are the same for all references.
 * @param name `'torch-x86'`, `'torch-aarch64'` or `'torch-scalar'`, with or without a version
 * @throws ArgumentError for another name, or if the default generator was given another engine than `'mersenne'`
 * @throws StateError if a run uses the default generator. Nothing is then changed.
 * @example
 * ```ts
 * import { defaultGenerator, setReference } from 'initree';
 * setReference('torch-aarch64');
 * console.log(defaultGenerator.reference); // torch-aarch64-2.15
 * setReference('torch-x86');
 * ```
 */
export function setReference(name: ReferenceName): void {
  refuseSurplus('setReference', arguments, ['name']);
  defaultGenerator.reference = name;
  setDefaultReference(name);
}
