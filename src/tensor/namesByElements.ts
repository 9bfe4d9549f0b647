import { memoryOf } from './deferredData.js';
import type { Tensor } from './Tensor.js';

/**
 * For each name: all names whose tensors have exactly the same elements in memory, in order, this name included. Tensors that
 * share only a part of their memory are not the same, and neither are tensors without elements.
 */
export function namesByElements(tensors: Iterable<readonly [string, Tensor]>): Map<string, readonly string[]> {
  const groups = new Map<object, Map<string, string[]>>();
  const found = new Map<string, readonly string[]>();
  for (const [name, tensor] of tensors) {
    const { memory, part } = placeOf(tensor);
    const parts = groups.get(memory) ?? new Map<string, string[]>();
    groups.set(memory, parts);
    const names = parts.get(part) ?? [];
    parts.set(part, names);
    names.push(name);
    found.set(name, names);
  }
  return found;
}

/** Where the elements of a tensor are, or will be. */
function placeOf(tensor: Tensor): { memory: object; part: string } {
  if (tensor.numel === 0) return { memory: tensor, part: '' };
  const { memory, from, to } = memoryOf(tensor);
  return { memory, part: `${from} ${to} ${tensor.dtype}` };
}
