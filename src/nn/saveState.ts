import { defaultGenerator } from '../random/defaultGenerator.js';
import { Generator } from '../random/Generator.js';
import { isDeferred } from '../tensor/deferredData.js';
import { Tensor } from '../tensor/Tensor.js';
import { parameterEntries } from './entries.js';
import { heldObjects } from './heldObjects.js';
import type { ModuleNode } from './ModuleNode.js';
import { saveHeld } from './saveHeld.js';

/**
 * Saves what a forward pass may change: the default generator, and of the modules all that {@link heldObjects} finds: members,
 * properties, hooks, arrays, maps, sets, objects, generators, and the elements of buffers and other tensors. It does not save the
 * elements of the modules' parameters, which would need as much memory again.
 * @returns a function that puts it back
 */
export function saveState(modules: readonly ModuleNode[]): () => void {
  const held = [...heldObjects(modules)];
  const parameters = new Set<object>(modules.flatMap((module) => parameterEntries(module).map(([, own]) => own)));
  const generators = new Map<Generator, Generator>();
  for (const found of [...held, defaultGenerator]) {
    if (found instanceof Generator) generators.set(found, found.clone());
  }
  const putBack = held.flatMap((object) => {
    if (object instanceof Generator) return [];
    return object instanceof Tensor ? saveTensor(object, parameters.has(object)) : saveHeld(object);
  });
  return () => {
    for (const put of putBack) put();
    // The last step, because it throws while a run uses a generator.
    for (const [generator, before] of generators) generator.copyState(before);
  };
}

/** Saves which array a tensor shows and, unless it is a parameter, its elements. */
function saveTensor(tensor: Tensor, isParameter: boolean): () => void {
  const shown = tensor.detach();
  const copy = isParameter || isDeferred(tensor) ? null : tensor.data.slice();
  return () => {
    if (copy) shown.data.set(copy as never);
    if (isDeferred(shown) || tensor.data !== shown.data || tensor.shape !== shown.shape) tensor.set_(shown);
  };
}
