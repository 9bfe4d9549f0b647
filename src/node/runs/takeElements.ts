import { PIECE } from '../../laws/streamPieces.js';
import type { StatePair } from '../../nn/matchState.js';
import { bytesOf, createStorage, type DType } from '../../numerics/DType.js';
import type { Run } from '../../policy/prepareRun.js';
import type { Steps } from '../../random/Steps.js';
import { memoryOf } from '../../tensor/deferredData.js';
import { Tensor } from '../../tensor/Tensor.js';
import type { SafetensorsFile } from '../reading/SafetensorsFile.js';
import type { FileMemory, MemoryRange } from './FileMemory.js';
import type { ElementSink } from './keepElements.js';

/** A run that may take elements from an open checkpoint, which stays open until the run has ended. */
export interface FileRun extends Run {
  /** The checkpoint of `taken`. */
  readonly checkpointFile?: SafetensorsFile | undefined;
}

/** The memory of a tensor that a run takes from a checkpoint. */
export interface Taken extends MemoryRange, StatePair {
  readonly file: SafetensorsFile;
  /** The dtype of the checkpoint. The elements are converted to that of the tensor. */
  readonly dtype: DType;
}

/** What a run takes from a checkpoint, in the order in which `loadStateDict` writes it. */
export function takenBy({ taken = [], checkpointFile: file }: Pick<FileRun, 'taken' | 'checkpointFile'>): Taken[] {
  if (file === undefined) return [];
  return taken.map((pair) => ({
    ...memoryOf(pair.target),
    ...pair,
    file,
    // The match has refused other dtypes.
    dtype: file.info(pair.name).dtype as DType,
  }));
}

/**
 * Copies tensors from a checkpoint into a file, a piece at a time. Of a tensor only the elements are read that the file has.
 * @param onTensor is called with the key of each tensor before it is read
 */
export function* takeElements(
  memory: FileMemory,
  taken: readonly Taken[],
  samples: Pick<ElementSink, 'add'>,
  onTensor: (key: string) => void,
): Steps {
  for (const range of taken) {
    const { key, name, file, target, dtype: given } = range;
    const { dtype } = target;
    const wanted = memory.wanted([range], dtype);
    if (wanted === null) continue;
    onTensor(key);
    const [from, to] = wanted;
    const scratch = given === dtype ? null : createStorage(given, Math.min(PIECE, to - from));
    for (let start = from; start < to; start += PIECE) {
      const shape = [Math.min(PIECE, to - start)];
      const data = memory.piece(dtype, shape[0]);
      const read = scratch?.subarray(0, shape[0]) ?? data;
      file.readInto(name, start, read);
      if (read !== data) new Tensor({ dtype, shape, data }).copy_(new Tensor({ dtype: given, shape, data: read }));
      samples.add(range.memory, range.from + start * bytesOf(dtype), data);
      memory.write(range.memory, range.from + start * bytesOf(dtype), data);
      yield;
    }
  }
}
