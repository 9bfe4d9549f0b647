import { PolicyError } from '../../errors.js';
import type { Module } from '../../nn/Module.js';

/** The last name of a dotted path. */
export function lastName(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

/**
 * How many modules of a model have one of the names: what a preset reads the number of layers from.
 * @throws PolicyError if there are none
 */
export function countNamed(model: Module, names: readonly string[]): number {
  let count = 0;
  for (const [path] of model.namedModules()) if (names.includes(lastName(path))) count++;
  if (count > 0) return count;
  throw new PolicyError(
    `the number of layers is not to be seen: no module is called ${names.join(' or ')}; say layers`,
  );
}
