import type { Module } from '../../nn/Module.js';
import { type FloatDType, isShared, type Storage } from '../../numerics/DType.js';
import { dataToOverwrite, deferredArrayOf, isDeferred, wholeArrayOf } from '../../tensor/deferredData.js';
import type { Tensor } from '../../tensor/Tensor.js';
import type { DrawnFill, FillDestination } from './buildTasks.js';

/** The memory of a tensor as the destination of a fill. */
export interface MemoryDestination extends FillDestination {
  /** Gives a tensor that was deferred its elements. Called when the fill is drawn. */
  readonly attach: (drawn: DrawnFill) => void;
}

/** Which memory a run gives to deferred tensors. */
export type TensorMemory = 'private' | 'shared';

/**
 * The destination of a fill in memory. What is deferred gets an array that is drawn before the tensor shows it: a shared one, in which
 * all threads draw, or a private one, which one thread makes and hands over. What has memory keeps it; if that is private, only the
 * calling thread can write it.
 */
export function memoryDestination(tensor: Tensor): MemoryDestination {
  const array = wholeArrayOf(tensor);
  if (array === undefined) {
    const isLocal = isDeferred(tensor) || !isShared(tensor.data);
    return {
      isLocal,
      isWhole: isLocal,
      isHeld: false,
      targetOf: ([from, to]) => ({ memory: dataToOverwrite(tensor).subarray(from, to) as Storage<FloatDType> }),
      attach: () => {},
    };
  }
  const attach = (elements: Storage) => {
    const deferred = wholeArrayOf(tensor);
    if (deferred) deferred.create(elements);
    // Code that ran during a pause has read the tensor, and may hold that array.
    else dataToOverwrite(tensor).set(elements as never);
  };
  if (!array.isShared) {
    return {
      isLocal: false,
      isWhole: true,
      isHeld: false,
      targetOf: () => 'new',
      attach: ({ last }) => attach(last.elements as Storage),
    };
  }
  let storage: Storage<FloatDType> | undefined;
  return {
    isLocal: false,
    isWhole: false,
    isHeld: false,
    targetOf: ([from, to]) => {
      storage ??= array.allocate() as Storage<FloatDType>;
      return { memory: storage.subarray(from, to) as Storage<FloatDType> };
    },
    attach: () => attach(storage as Storage),
  };
}

/** Decides which memory the deferred tensors of a model get, whoever materializes them. */
export function chooseMemory(model: Module, memory: TensorMemory): void {
  for (const tensor of [...model.parameters(), ...model.buffers()]) {
    const array = deferredArrayOf(tensor);
    if (array) array.isShared = memory === 'shared';
  }
}
