import type { SizedTensor } from '../checkpoint/layOutFolder.js';
import type { FilesPlan, FolderFormat, FolderOptions } from '../checkpoint/planFiles.js';
import type { ShardPlan } from '../checkpoint/planShards.js';
import { INDEX_FILE } from '../checkpoint/shardIndex.js';
import type { Column, Table, TableFormat } from '../formatTable.js';
import { operationsOf } from '../laws/bindLaw.js';
import { type FloatDType, isFloatDType } from '../numerics/DType.js';
import type { Plan } from '../policy/Plan.js';
import { printable } from '../printable.js';
import { formatShape, numelOf } from '../tensor/Shape.js';
import { UsageError } from './UsageError.js';

/** The options of the commands that write or plan a folder, as commander returns them. */
export interface ShardingOptions {
  readonly shards?: number;
  readonly maxShardSize?: number;
  readonly layout?: FolderFormat;
}

/** Whether the user chose how tensors are divided among files. */
export function isSharded({ shards, maxShardSize }: ShardingOptions): boolean {
  return shards !== undefined || maxShardSize !== undefined;
}

export function shardingOf({ shards, maxShardSize, layout = 'huggingface' }: ShardingOptions): FolderOptions {
  return { shards, maxShardSize, layout };
}

/** @throws UsageError if the options cannot be combined */
export function checkSharding({ shards, maxShardSize, layout }: ShardingOptions): void {
  if (layout === 'dcp' && maxShardSize !== undefined) {
    throw new UsageError(
      '--layout dcp cuts every tensor into --shards parts, found --max-shard-size; give --shards instead',
    );
  }
  if (layout !== undefined && shards === undefined && maxShardSize === undefined) {
    throw new UsageError(`--layout ${layout} requires --shards${layout === 'dcp' ? '' : ' or --max-shard-size'}`);
  }
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

/**
 * What the processes that share the files draw more than once: truncated normals that may draw again, because only drawing shows where
 * the parameters after them begin. Undefined if there are none.
 */
export function drawnTwice({ assignments }: Plan): string | undefined {
  const last = assignments.findLastIndex(({ law }) => law.kind !== 'untouched');
  const redrawn = assignments.slice(0, Math.max(last, 0)).filter(({ law, shape, dtype, key }) => {
    const start = { words: 0, cachedFrom: null };
    return key === null && operationsOf(law).positionAfter(law, shape, dtype as FloatDType, start) === null;
  });
  if (redrawn.length === 0) return undefined;
  const elements = redrawn.reduce((sum, { parameter }) => sum + parameter.numel, 0);
  const what = redrawn.length === 1 ? '1 truncated normal' : `${redrawn.length.toLocaleString('en')} truncated normals`;
  return (
    `${what} with ${elements.toLocaleString('en')} elements may draw again; each process draws what comes before its own parameters, ` +
    'unless another one has; --rng counter has no such wait'
  );
}

/** The files of a folder as a table: each file with its bytes, and below it its tensors with theirs. */
export function formatShards({ shards, totalSize }: ShardPlan<SizedTensor>, format: TableFormat): string {
  const rows = shards.flatMap(({ file, tensors, bytes }): Stored[] => [
    { file, name: file, shape: '', rows: '', dtype: '', bytes },
    ...tensors.map(({ name, shape, dtype, bytes }) => ({
      file,
      name: `  ${name}`,
      shape: formatShape(shape),
      rows: '',
      dtype,
      bytes,
    })),
  ]);
  const files = shards.length === 1 ? '1 file' : `${shards.length.toLocaleString('en')} files and ${INDEX_FILE}`;
  return `${files}: ${totalSize.toLocaleString('en')} bytes of tensors\n${format(tableOf(rows, ['shape', 'dtype']))}`;
}

/** A file of a folder, or a tensor in it. */
interface Stored {
  readonly file: string;
  readonly name: string;
  readonly shape: string;
  readonly rows: string;
  readonly dtype: string;
  readonly bytes: number;
}

function tableOf(rows: readonly Stored[], titles: readonly ('shape' | 'rows' | 'dtype')[]): Table<Stored> {
  return {
    rows,
    title: 'file',
    nameOf: ({ name }) => name,
    keyOf: ({ name: _, ...key }) => JSON.stringify(key),
    columns: [
      ...titles.map((title): Column<Stored> => ({ title, alignment: 'left', cell: ([row]) => row[title] })),
      { title: 'bytes', alignment: 'right', cell: ([{ bytes }]) => bytes.toLocaleString('en') },
    ],
    narrowings: [{ leaveOut: 'dtype' }, { leaveOut: 'rows' }],
  };
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

/** The files of slices as a table: each file with its bytes, and below it the slices with their rows. */
export function formatSlices({ files }: FilesPlan, format: TableFormat): string {
  const rows = files.flatMap(({ file, layout: { tensors } }): Stored[] => [
    { file, name: file, shape: '', rows: '', dtype: '', bytes: bytesOfAll(tensors) },
    ...tensors.map((slice) => ({
      file,
      name: `  ${slice.name}`,
      shape: formatShape(slice.shape),
      rows: rowsOf(slice),
      dtype: slice.dtype,
      bytes: slice.end - slice.start,
    })),
  ]);
  const total = files.reduce((sum, { layout: { tensors } }) => sum + bytesOfAll(tensors), 0);
  const count = files.length === 1 ? '1 file' : `${files.length.toLocaleString('en')} files`;
  return [
    `${count}: ${total.toLocaleString('en')} bytes of tensors`,
    format(tableOf(rows, ['shape', 'rows', 'dtype'])),
    ...undivided(files[0]),
  ].join('\n');
}

/** The files of slices as plain data. */
export function slicesAsJson({ files, layout }: FilesPlan): object {
  return {
    ...layout,
    files: files.map(({ file, layout: { tensors } }) => ({
      file,
      bytes: bytesOfAll(tensors),
      tensors: tensors.map(({ name, dtype, shape, from, to, start, end }) => ({
        name,
        dtype,
        shape,
        from,
        to,
        bytes: end - start,
      })),
    })),
    index: null,
  };
}

type PlannedSlice = FilesPlan['files'][number]['layout']['tensors'][number];

function bytesOfAll(slices: readonly PlannedSlice[]): number {
  return slices.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** The rows that a slice has of its tensor; a dash if the tensor is whole. */
function rowsOf({ tensor, shape, from }: PlannedSlice): string {
  if (numelOf(shape) === tensor.numel) return '–';
  const first = from / numelOf(shape.slice(1));
  return `${first} to ${first + shape[0] - 1}`;
}

/** What the user has to know about the tensors that are whole. */
function undivided({ file, layout: { tensors } }: FilesPlan['files'][number]): string[] {
  const whole = tensors.filter(({ tensor, shape }) => numelOf(shape) === tensor.numel);
  const large = whole.filter(({ shape }) => shape.length > 0 && shape[0] > 1);
  const refused = whole.filter(({ dtype, shape }) => shape.length === 0 || !isFloatDType(dtype));
  return [
    ...(large.length > 0 ? [`not divided, and in ${file}: ${listed(large)}`] : []),
    ...(refused.length > 0
      ? [
          `PyTorch's consolidate_safetensors_files refuses integers, bools and tensors of rank 0, so it cannot read this folder; dcp.load can: ${listed(refused)}`,
        ]
      : []),
  ];
}

function listed(tensors: readonly PlannedSlice[]): string {
  const more = tensors.length - 20;
  return (
    tensors
      .slice(0, 20)
      .map(({ name }) => printable(name))
      .join(', ') + (more > 0 ? ` and ${more} more` : '')
  );
}
