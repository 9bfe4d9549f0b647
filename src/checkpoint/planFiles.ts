import { ArgumentError, describeValue } from '../errors.js';
import { type FileLayout, layOut, type Metadata, sortTensors, writeMetadata } from './FileLayout.js';
import { layOutWholes } from './layOutFolder.js';
import { type HasStateDict, type NamedTensor, storedTensors } from './layOutTensors.js';
import { checkShardOptions, type ShardOptions } from './planShards.js';
import { planSlices, type Slice } from './planSlices.js';
import { addShardingInfo } from './shardingInfo.js';

/** How the files of a folder are made: of whole tensors, as Hugging Face's libraries; or of slices, as torch.distributed.checkpoint. */
export type FolderFormat = 'huggingface' | 'dcp';

/** How a model is divided among the files of a folder. */
export interface FolderOptions extends ShardOptions {
  readonly layout: FolderFormat;
}

/** A slice of a tensor of the model. */
export type StoredSlice = Slice<NamedTensor>;

/** The files of a folder, before they are written. */
export interface FilesPlan {
  readonly files: readonly { readonly file: string; readonly layout: FileLayout<StoredSlice> }[];
  /** The tensors that the files hold together, in the order of the state dict. */
  readonly tensors: readonly NamedTensor[];
  /** What determines how the tensors are divided. */
  readonly layout: Readonly<Record<string, string | number>>;
  /** The metadata of every file. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The metadata of the index; `null` if there is none: for a single file, and for slices. */
  readonly index: ReadonlyMap<string, string> | null;
}

/**
 * Divides a model among the files of a folder. No elements are read.
 * @param isWhole whether a tensor can only be written as a whole
 * @throws ArgumentError if the options are wrong
 * @throws FormatError if the format cannot hold these names or metadata
 */
export function planFiles(
  model: HasStateDict,
  metadata: Metadata,
  options: FolderOptions,
  isWhole: (tensor: NamedTensor) => boolean,
): FilesPlan {
  checkFolderOptions(options);
  const texts = writeMetadata(metadata);
  return options.layout === 'dcp' ? inSlices(model, texts, options, isWhole) : inWholes(model, texts, options);
}

const FORMATS: readonly FolderFormat[] = ['huggingface', 'dcp'];

/** @throws ArgumentError if the options are wrong, or cannot be combined */
export function checkFolderOptions(options: FolderOptions): void {
  const { layout, shards } = options;
  checkShardOptions(options);
  if (!FORMATS.includes(layout)) {
    throw new ArgumentError(`expected layout 'huggingface' or 'dcp', found ${describeValue(layout)}`);
  }
  if (layout === 'dcp' && shards === undefined) {
    throw new ArgumentError(
      "layout 'dcp' cuts every tensor into as many parts as there are files; add shards, their number",
    );
  }
}

/** Every tensor is whole, and tied tensors are written once. */
function inWholes(model: HasStateDict, texts: Record<string, string>, options: ShardOptions): FilesPlan {
  const stored = storedTensors(model);
  const { plan, files, indexTexts } = layOutWholes(stored, texts, options);
  return {
    files,
    tensors: stored.tensors,
    layout: { format: 'huggingface', maxShardSize: plan.maxShardSize },
    metadata: texts,
    index: files.length === 1 ? null : indexTexts,
  };
}

/** Tied tensors are written under each name, because `dcp.load` asks for each. */
function inSlices(
  model: HasStateDict,
  texts: Record<string, string>,
  { shards = 1 }: ShardOptions,
  isWhole: (tensor: NamedTensor) => boolean,
): FilesPlan {
  const { tensors } = storedTensors([...model.stateDict()]);
  const divisible = tensors.map((tensor) => ({ ...tensor, isWhole: isWhole(tensor) }));
  const files = planSlices(divisible, shards).map(({ file, slices }) => ({
    file,
    layout: layOut(sortTensors(slices), addShardingInfo(texts, slices)),
  }));
  return { files, tensors, layout: { format: 'dcp', shards }, metadata: texts, index: null };
}
