import { defaultGenerator } from '../random/defaultGenerator.js';
import { isDeferred } from '../tensor/deferredData.js';
import { bufferEntries } from './entries.js';
import type { ModuleNode } from './ModuleNode.js';
import { propertyOf } from './stateNames.js';

/**
 * Saves what a forward pass may change: the state of the default generator, and of each module `training` and the buffers.
 * @returns a function that restores it
 */
export function saveState(modules: readonly (ModuleNode & { training: boolean })[]): () => void {
  const generator = defaultGenerator.clone();
  const modes = modules.map(({ training }) => training);
  const buffers = modules.flatMap((module) =>
    bufferEntries(module).map(([key, buffer]) => {
      const copy = isDeferred(buffer) ? null : buffer.data.slice();
      return { module, property: propertyOf(module, key), buffer, shown: buffer.detach(), copy };
    }),
  );
  return () => {
    modules.forEach((module, i) => {
      module.training = modes[i];
    });
    for (const { module, property, buffer, shown, copy } of buffers) {
      if (copy) shown.data.set(copy as never);
      buffer.set_(shown);
      (module as unknown as Record<string, unknown>)[property] = buffer;
    }
    // The last step, because it throws while a run uses the generator.
    defaultGenerator.copyState(generator);
  };
}
