import { bytesOf, type FloatDType, type Storage, storageIn } from '../numerics/DType.js';
import { numelOf } from '../tensor/Shape.js';
import type { FillTask } from './FillTask.js';

/** Bytes that the elements of a task take in a buffer, rounded up to where the next may begin. */
export function bytesOfTask({ shape, dtype }: FillTask): number {
  return Math.ceil((numelOf(shape) * bytesOf(dtype)) / 8) * 8;
}

/** The elements of each task in the buffer that the tasks share. */
export function elementsIn(buffer: ArrayBuffer, tasks: readonly FillTask[]): Storage<FloatDType>[] {
  let offset = 0;
  return tasks.map((task) => {
    const elements = storageIn(task.dtype, buffer, offset, numelOf(task.shape));
    offset += bytesOfTask(task);
    return elements;
  });
}
