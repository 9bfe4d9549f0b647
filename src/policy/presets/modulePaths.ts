import { PolicyError } from '../../errors.js';
import type { Module } from '../../nn/Module.js';

/** The last name of a dotted path. */
export function lastName(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

/**
 * The number of modules of a model that have one of the names. Presets derive the number of layers from it.
 * @throws PolicyError if no module has one of the names
 */
export function countNamed(model: Module, names: readonly string[]): number {
  let count = 0;
  for (const [path] of model.namedModules()) if (names.includes(lastName(path))) count++;
  if (count > 0) return count;
  throw new PolicyError(
    `cannot count the layers: expected modules called ${names.join(' or ')}, found none; give the option layers`,
  );
}
