import { memoryOf, shareData, sharing } from '../tensor/deferredData.js';
import { Tensor } from '../tensor/Tensor.js';
import { Parameter } from './Parameter.js';

/** A tensor's copy, and the bytes of memory that the tensor itself shows. */
interface Place {
  readonly copy: Tensor;
  readonly from: number;
  readonly to: number;
}

/**
 * Lets the copies of tensors share their elements where one of the originals shows a part of another, as `copy.deepcopy` does.
 * A parameter never shares in a copy, because PyTorch gives each copied parameter elements of its own.
 */
export function shareElements(copies: ReadonlyMap<object, object>): void {
  for (const places of placesByMemory(copies).values()) {
    // A whole comes before its parts.
    places.sort((a, b) => a.from - b.from || b.to - a.to);
    let whole = places[0];
    for (const place of places.slice(1)) {
      const { copy, from, to } = place;
      if (to > whole.to || copy.dtype !== whole.copy.dtype) whole = place;
      else shareData(copy, sharing(whole.copy, copy.shape, ((from - whole.from) / (to - from)) * copy.numel));
    }
  }
}

function placesByMemory(copies: ReadonlyMap<object, object>): Map<object, Place[]> {
  const found = new Map<object, Place[]>();
  for (const [tensor, copy] of copies) {
    if (!(tensor instanceof Tensor) || tensor instanceof Parameter || tensor.numel === 0) continue;
    const { memory, from, to } = memoryOf(tensor);
    const places = found.get(memory);
    if (places) places.push({ copy: copy as Tensor, from, to });
    else found.set(memory, [{ copy: copy as Tensor, from, to }]);
  }
  return found;
}
