import { isFloatDType } from '../numerics/DType.js';
import { numelOf } from '../tensor/Shape.js';
import type { TensorDescription } from './FileLayout.js';

/** A tensor that may be divided among files. */
export interface Divisible extends TensorDescription {
  /** Whether the elements can only be had together, so that the tensor stays whole. Default: false. */
  readonly isWhole?: boolean;
}

/** What a file holds of a tensor under its name: rows of the first dimension, or all of them. `shape` is that of the slice. */
export type Slice<T extends TensorDescription = TensorDescription> = T & {
  /** Index of the first element in the whole tensor, in row-major order. */
  readonly from: number;
  /** Index after the last element. */
  readonly to: number;
};

/** A file and the slices in it, in the order of the tensors. */
export interface SliceFile<T extends TensorDescription = TensorDescription> {
  readonly file: string;
  readonly slices: readonly Slice<T>[];
}

/**
 * Divides tensors among exactly `count` files, as `torch.distributed.checkpoint` shards them: file i has part i of each tensor that
 * `torch.chunk(count)` cuts on the first dimension. `HuggingFaceStorageReader` reads the files into any number of processes. Tensors
 * that are whole, of rank 0, empty, of integers or of bools are in the first file, because torch's consolidator and FSDP do
 * not divide them. A file may have no tensors.
 * @param tensors the tensors, in the order of the state dict
 * @param count the number of files, from 1 to 99,999
 */
export function planSlices<T extends Divisible>(tensors: readonly T[], count: number): SliceFile<T>[] {
  const files = Array.from({ length: count }, (_, i) => ({ file: sliceFileName(i), slices: [] as Slice<T>[] }));
  for (const tensor of tensors) {
    const { dtype, shape, isWhole = false } = tensor;
    const [rows] = shape;
    if (isWhole || shape.length === 0 || numelOf(shape) === 0 || !isFloatDType(dtype)) {
      files[0].slices.push(wholeSlice(tensor));
      continue;
    }
    const rest = shape.slice(1);
    const sizeOfRow = numelOf(rest);
    const size = Math.ceil(rows / count);
    for (let i = 0, row = 0; row < rows; i++, row += size) {
      const end = Math.min(row + size, rows);
      files[i].slices.push({ ...tensor, shape: [end - row, ...rest], from: row * sizeOfRow, to: end * sizeOfRow });
    }
  }
  return files;
}

/** A tensor as the only slice of itself. */
export function wholeSlice<T extends TensorDescription>(tensor: T): Slice<T> {
  return { ...tensor, from: 0, to: numelOf(tensor.shape) };
}

/** The name of file `index`, as PyTorch's writer gives it with `save_distributed`. */
function sliceFileName(index: number): string {
  return `shard-${String(index + 1).padStart(5, '0')}-model-00001-of-00001.safetensors`;
}
