import type { SizedTensor } from '../checkpoint/layOutFolder.js';
import type { ShardOptions, ShardPlan } from '../checkpoint/planShards.js';
import { INDEX_FILE } from '../checkpoint/shardIndex.js';
import { formatTable } from '../formatTable.js';
import { formatShape } from '../tensor/Shape.js';

/** The options of the commands that write or plan a folder, as commander returns them. */
export interface ShardingOptions {
  readonly shards?: number;
  readonly maxShardSize?: number;
}

/** Whether the user chose how tensors are divided among files. */
export function isSharded({ shards, maxShardSize }: ShardingOptions): boolean {
  return shards !== undefined || maxShardSize !== undefined;
}

export function shardingOf({ shards, maxShardSize }: ShardingOptions): ShardOptions {
  return { shards, maxShardSize };
}

/** What the user has to know if there are fewer files than `--shards` allows; otherwise undefined. */
export function fewerShards({ shards }: ShardingOptions, count: number, maxShardSize: number): string | undefined {
  if (shards === undefined || count >= shards) return undefined;
  const reason =
    maxShardSize === 0
      ? 'each tensor has a file of its own'
      : `at most ${maxShardSize.toLocaleString('en')} bytes in a file gives ${count}, and any smaller size more than ${shards}`;
  return `fewer files than --shards ${shards}: ${reason}`;
}

/** The files of a folder as a table: each file with its bytes, and below it its tensors with theirs. */
export function formatShards({ shards, totalSize }: ShardPlan<SizedTensor>): string {
  const rows = shards.flatMap(({ file, tensors, bytes }) => [
    [file, '', '', bytes.toLocaleString('en')],
    ...tensors.map((tensor) => [
      `  ${tensor.name}`,
      formatShape(tensor.shape),
      tensor.dtype,
      tensor.bytes.toLocaleString('en'),
    ]),
  ]);
  const files = shards.length === 1 ? '1 file' : `${shards.length.toLocaleString('en')} files and ${INDEX_FILE}`;
  return (
    `${files}: ${totalSize.toLocaleString('en')} bytes of tensors\n` +
    formatTable(['file', 'shape', 'dtype', 'bytes'], rows, ['left', 'left', 'left', 'right'])
  );
}

/** The files of a folder as plain data. */
export function shardsAsJson({ shards, totalSize, maxShardSize }: ShardPlan<SizedTensor>): object {
  return {
    totalSize,
    maxShardSize,
    files: shards.map(({ file, bytes, tensors }) => ({
      file,
      bytes,
      tensors: tensors.map(({ name, dtype, shape, bytes }) => ({ name, dtype, shape, bytes })),
    })),
    index: shards.length === 1 ? null : INDEX_FILE,
  };
}
