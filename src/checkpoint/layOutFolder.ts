import { FormatError } from '../errors.js';
import { bytesOf } from '../numerics/DType.js';
import { numelOf } from '../tensor/Shape.js';
import { type FileLayout, layOut, type Metadata, sortTensors, writeMetadata } from './FileLayout.js';
import {
  checkPresent,
  type HasStateDict,
  type NamedTensor,
  type NamedTensors,
  type StoredTensors,
  storedTensors,
} from './layOutTensors.js';
import { planShards, type ShardOptions, type ShardPlan, type Sized } from './planShards.js';
import { writeIndex } from './shardIndex.js';

/** A tensor to write, with the bytes of its elements. */
export interface SizedTensor extends NamedTensor, Sized {}

/** The files of a folder, before they are written. */
export interface FolderLayout {
  readonly files: readonly { readonly file: string; readonly layout: FileLayout<NamedTensor> }[];
  /** The bytes of the index; `null` for a single file, which has none. */
  readonly index: Uint8Array | null;
  readonly plan: ShardPlan<SizedTensor>;
}

/** Divides the tensors of a checkpoint among files. No elements are read. */
export function planFolder({ tensors }: StoredTensors, options: ShardOptions): ShardPlan<SizedTensor> {
  return planShards(
    tensors.map((tensor) => ({ ...tensor, bytes: numelOf(tensor.shape) * bytesOf(tensor.dtype) })),
    options,
  );
}

/**
 * The layout of a folder as Hugging Face's libraries write it. Each file has the metadata, and the other names of the tied
 * tensors that it holds. The index has all of them.
 * @throws ArgumentError if the options are wrong
 * @throws FormatError if the format cannot hold these names or metadata, or if a tensor has lost its array to a thread
 */
export function layOutFolder(
  source: HasStateDict | NamedTensors,
  metadata: Metadata,
  options: ShardOptions,
): FolderLayout {
  const stored = storedTensors(source);
  const texts = writeMetadata(metadata);
  if (Object.hasOwn(texts, 'total_size')) {
    throw new FormatError("the metadata of an index have a 'total_size' of their own; choose another key");
  }
  const plan = planFolder(stored, options);
  stored.tensors.forEach(checkPresent);
  const fileOf = new Map(plan.shards.flatMap(({ file, tensors }) => tensors.map(({ name }) => [name, file] as const)));
  const files = plan.shards.map(({ file, tensors }) => {
    const tied = [...stored.keptNames].filter(([, kept]) => fileOf.get(kept) === file);
    return { file, layout: layOut(sortTensors(tensors), { ...Object.fromEntries(tied), ...texts }) };
  });
  const all = new Map([...stored.keptNames, ...Object.entries(texts)]);
  const index = files.length === 1 ? null : writeIndex(plan.totalSize, all, fileOf);
  return { files, index, plan };
}
