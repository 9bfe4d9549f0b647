import { FormatError } from '../errors.js';
import { isFloatDType } from '../numerics/DType.js';
import { numelOf } from '../tensor/Shape.js';
import type { TensorDescription } from './FileLayout.js';
import { METADATA_KEY } from './readHeader.js';

/** A tensor that may be divided among files. */
export interface Divisible extends TensorDescription {
  /** Whether the elements can only be had together, so that the tensor stays whole. Default: false. */
  readonly isWhole?: boolean;
}

/** A part of a tensor that a file holds under the tensor's name: rows of the first dimension, or the whole tensor. */
export interface Slice<T extends TensorDescription = TensorDescription> extends TensorDescription {
  /** The whole tensor. */
  readonly tensor: T;
  /** Index of the first element in the whole tensor, in row-major order. */
  readonly from: number;
  /** Index after the last element. */
  readonly to: number;
}

/** A file and the slices in it, in the order of the tensors. */
export interface SliceFile<T extends TensorDescription = TensorDescription> {
  readonly file: string;
  readonly slices: readonly Slice<T>[];
}

/** The version of the layout, `HF_DCP_VERSION` of PyTorch. */
const DCP_VERSION = '1.0';
const VERSION_KEY = 'DCP_VERSION';
const SHARDING_KEY = 'DCP_SHARDING_INFO';

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
    const { name, dtype, shape } = tensor;
    const [rows] = shape;
    const numel = numelOf(shape);
    if (tensor.isWhole || shape.length === 0 || numel === 0 || !isFloatDType(dtype)) {
      files[0].slices.push({ tensor, name, dtype, shape, from: 0, to: numel });
      continue;
    }
    const size = Math.ceil(rows / count);
    for (let i = 0, row = 0; row < rows; i++, row += size) {
      const own = Math.min(size, rows - row);
      const from = (row * numel) / rows;
      const to = ((row + own) * numel) / rows;
      files[i].slices.push({ tensor, name, dtype, shape: [own, ...shape.slice(1)], from, to });
    }
  }
  return files;
}

/** The name of file `index`, as PyTorch's writer gives it with `save_distributed`. */
function sliceFileName(index: number): string {
  return `shard-${String(index + 1).padStart(5, '0')}-model-00001-of-00001.safetensors`;
}

/**
 * The metadata by which `HuggingFaceStorageReader` finds the places of the slices of a file: the offset of each slice in every
 * dimension of its tensor.
 * @param texts the other metadata of the file
 * @throws FormatError if the other metadata have one of the keys
 */
export function addShardingInfo(
  texts: Readonly<Record<string, string>>,
  slices: readonly Slice[],
): Record<string, string> {
  for (const key of [VERSION_KEY, SHARDING_KEY]) {
    if (!Object.hasOwn(texts, key)) continue;
    throw new FormatError(`the metadata have '${key}', which this layout gives a meaning; choose another key`);
  }
  const entries: [string, readonly number[]][] = slices.map((slice) => [slice.name, offsetsOf(slice)]);
  // PyTorch's consolidator refuses a file without entries. No tensor has this name.
  if (entries.length === 0) entries.push([METADATA_KEY, []]);
  // An object would move names such as '1' to the front.
  const info = entries.map(
    ([name, offsets]) => `${JSON.stringify(name)}:${JSON.stringify({ saved_offsets: offsets })}`,
  );
  return { ...texts, [VERSION_KEY]: DCP_VERSION, [SHARDING_KEY]: `{${info.join(',')}}` };
}

function offsetsOf({ shape, from }: Slice): number[] {
  const sizeOfRow = numelOf(shape.slice(1));
  return shape.map((_, i) => (i === 0 && from > 0 ? from / sizeOfRow : 0));
}
