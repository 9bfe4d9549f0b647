import { PIECE } from '../../laws/streamPieces.js';
import { bytesOf, createStorage, type FloatDType, type Storage, storageIn } from '../../numerics/DType.js';
import { writeAt } from '../files/FileReplacement.js';
import { RefusedWrite } from '../files/RefusedWrite.js';
import type { FilePart, FillTask } from './FillTask.js';

/** Where an executor puts the elements of a task. */
interface OpenTarget {
  /** Memory for the elements of a piece. */
  readonly memory: (start: number, count: number) => Storage<FloatDType>;
  /** Receives the elements of a piece, in the memory that it got. */
  readonly write: (start: number, elements: Storage<FloatDType>) => void;
  /** The elements of a task whose target is new memory; otherwise `null`. */
  readonly created: Storage<FloatDType> | null;
}

/** Opens the target of a task for the executor. */
export function openTarget({ target, dtype, range: [from, to] }: FillTask): OpenTarget {
  if (target !== 'new' && 'parts' in target) {
    return {
      memory: (_start, count) => scratchOf(dtype, count),
      write: (start, elements) => writeParts(target.parts, start * bytesOf(dtype), bytesIn(elements)),
      created: null,
    };
  }
  const created = target === 'new' ? createStorage(dtype, to - from) : null;
  const memory = target === 'new' ? (created as Storage<FloatDType>) : target.memory;
  return {
    memory: (start, count) => memory.subarray(start - from, start - from + count) as Storage<FloatDType>,
    write: () => {},
    created,
  };
}

/** The memory of a small piece, which stays in the cache. A thread draws one piece at a time. */
const scratch = new ArrayBuffer(8 * (PIECE + 16));

function scratchOf<D extends FloatDType>(dtype: D, count: number): Storage<D> {
  return count * bytesOf(dtype) <= scratch.byteLength
    ? storageIn(dtype, scratch, 0, count)
    : createStorage(dtype, count);
}

/**
 * Writes the bytes of a fill from byte `at` on to every part of the files that has them.
 * @throws RefusedWrite if the system refuses
 */
function writeParts(parts: readonly FilePart[], at: number, bytes: Uint8Array): void {
  for (const { file, from, to, at: position } of parts) {
    const first = Math.max(at, from);
    const end = Math.min(at + bytes.length, to);
    if (first >= end) continue;
    try {
      writeAt(file, position + first - from, bytes.subarray(first - at, end - at));
    } catch (cause) {
      throw new RefusedWrite(cause);
    }
  }
}

function bytesIn({ buffer, byteOffset, byteLength }: Storage): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
