import { type Command, InvalidArgumentError, Option } from 'commander';
import type { FolderFormat } from '../checkpoint/planFiles.js';
import { checkShardOptions, readShardSize, type ShardOptions } from '../checkpoint/planShards.js';
import { ArgumentError } from '../errors.js';
import { MAX_WORKERS } from '../node/threads/maxWorkers.js';
import { type DType, type FloatDType, isDType } from '../numerics/DType.js';
import { ENGINE_NAMES, type EngineName } from '../random/createEngine.js';
import { REFERENCE_NAMES, type ReferenceName, referenceOf } from '../random/references/table.js';
import { TORCH_STATELESS } from '../random/references/torchStateless.js';
import { parseRename, type RenameRule } from './renameRules.js';

/** The options of every command that constructs a model, as commander returns them. */
export interface ModelOptions {
  readonly args?: readonly unknown[];
  readonly dtype?: FloatDType;
}

/** The options of every command that uses a policy. */
export interface PolicyOptions extends ModelOptions {
  readonly policy?: string;
  readonly policyOptions?: Readonly<Record<string, unknown>>;
  readonly seed?: bigint;
  readonly rng?: 'torch' | 'counter';
  readonly engine?: EngineName;
  /** The full name of a reference, `TORCH_STATELESS` included. */
  readonly reference?: string;
}

/** The options of the commands that start a model from a checkpoint. */
export interface FromOptions {
  readonly from?: string;
  readonly onlyMissing?: boolean;
  readonly ignoreMismatched?: boolean;
  readonly rename?: readonly RenameRule[];
}

/** The values of `--dtype`. */
export const DTYPES: readonly FloatDType[] = ['float32', 'bfloat16', 'float16', 'float64'];

/** The values of `--rng`. */
export const RNGS = ['torch', 'counter'] as const;

/** Adds the options of {@link ModelOptions}. */
export function addModelOptions(command: Command): Command {
  return addArguments(command).addOption(
    new Option('--dtype <dtype>', 'default dtype during the construction (default: float32)').choices(DTYPES),
  );
}

/** Adds `--args`. */
export function addArguments(command: Command): Command {
  return command.addOption(
    new Option('--args <json>', 'arguments of the constructor as a JSON array: \'[10, {"bias": false}]\'').argParser(
      parseArguments,
    ),
  );
}

/**
 * Adds `--policy` and `--policy-options`.
 * @param choices the values of `--policy`, for the help
 */
export function addPolicyChoice(command: Command, choices: string): Command {
  return command
    .option('--policy <policy>', choices)
    .addOption(
      new Option('--policy-options <json>', 'options of the preset as a JSON object: \'{"layers": 12}\'').argParser(
        parseRecord,
      ),
    );
}

/** Adds the options of {@link PolicyOptions}. */
export function addPolicyOptions(command: Command): Command {
  return addPolicyChoice(
    addModelOptions(command),
    "a preset's name; file.ts#export; own: call the model's initializeWeights(); none: keep the constructor's weights (default: none)",
  )
    .addOption(
      new Option(
        '--seed <integer>',
        'seed of the generator, in [−2⁶³, 2⁶⁴), set before the construction (default: 0)',
      ).argParser(parseSeed),
    )
    .addOption(
      new Option(
        '--rng <rng>',
        "torch: PyTorch's stream; counter: a key for each parameter, as in torch.func._random (default: torch)",
      ).choices(RNGS),
    )
    .addOption(
      new Option('--engine <engine>', "engine of the generator; PyTorch's is mersenne (default: mersenne)").choices(
        ENGINE_NAMES,
      ),
    )
    .addOption(
      new Option(
        '--reference <name>',
        `whose numbers: ${ALL_REFERENCES.join(', ')}; without a version the newest (default: torch-x86, and torch-stateless with --rng counter)`,
      ).argParser(parseReference),
    );
}

/** Adds the options of {@link FromOptions}. */
export function addFromOptions(command: Command): Command {
  return command
    .option(
      '--from <path>',
      'take what a .safetensors file or folder has; the policy draws what it lacks, from the seed, whatever the constructor drew',
      parsePath,
    )
    .option('--ignore-mismatched', 'with --from: draw what has another size in the file; otherwise this is an error')
    .addOption(
      new Option(
        '--rename <pattern=result>',
        "with --from: rename keys of the file: 'module.*=*'; 'cls.*=' leaves tensors out; repeatable, the first match wins",
      ).argParser((text, earlier: readonly RenameRule[] = []) => [...earlier, parseRename(text)]),
    )
    .addOption(new Option('--only-missing', 'with --from: the policy fills only what the file lacks (default)'))
    .addOption(
      new Option('--no-only-missing', "with --from: the policy's rules replace what the file has").default(undefined),
    );
}

const ALL_REFERENCES: readonly string[] = [...REFERENCE_NAMES, TORCH_STATELESS.name];

/** Reads `--reference`. Returns the full name. */
export function parseReference(text: string): string {
  if (TORCH_STATELESS.name.startsWith(text) && text.startsWith('torch-stateless')) return TORCH_STATELESS.name;
  try {
    return referenceOf(text as ReferenceName).name;
  } catch {
    throw new InvalidArgumentError(`Expected one of ${ALL_REFERENCES.join(', ')}.`);
  }
}

/** Reads `--args`. */
export function parseArguments(text: string): unknown[] {
  const value = parseJson(text);
  if (!Array.isArray(value)) throw new InvalidArgumentError("Expected a JSON array such as '[10]'.");
  return value;
}

/** Reads `--policy-options`. */
export function parseRecord(text: string): Record<string, unknown> {
  const value = parseJson(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new InvalidArgumentError('Expected a JSON object such as \'{"layers": 12}\'.');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidArgumentError(`It is not valid JSON: ${(error as Error).message}.`);
  }
}

/** Reads `--seed`. */
export function parseSeed(text: string): bigint {
  // More digits would take long to read.
  const seed = /^[+-]?\d{1,50}$/.test(text) ? BigInt(text) : undefined;
  if (seed === undefined || seed < -(2n ** 63n) || seed >= 2n ** 64n) {
    throw new InvalidArgumentError('Expected an integer in [−2^63, 2^64).');
  }
  return seed;
}

/** Adds `--shards` and `--max-shard-size`. */
export function addShardOptions(command: Command): Command {
  const size = new Option(
    '--max-shard-size <size>',
    'most bytes of tensors in a file of the folder: 5GB, 1.5MB, or a number of bytes (default: 5GB)',
  );
  return command
    .addOption(
      new Option(
        '--shards <n>',
        'largest number of files of the folder, 1 to 99999; the smallest maximal size is used that gives no more',
      ).argParser(parseShards),
    )
    .addOption(size.argParser(parseShardSize).conflicts('shards'))
    .addOption(
      new Option(
        '--layout <layout>',
        'huggingface: whole tensors and an index; dcp: exactly --shards files of slices, for torch.distributed.checkpoint (default: huggingface)',
      ).choices(LAYOUTS),
    );
}

/** The values of `--layout`. */
const LAYOUTS: readonly FolderFormat[] = ['huggingface', 'dcp'];

/** Adds `--rank` and `--world`. */
export function addRankOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--rank <r>',
        "this process among those that share the files, from 0; with --world (default: the launcher's, with --shards or --max-shard-size)",
      ).argParser((text) => parseCount(text, 0)),
    )
    .addOption(
      new Option(
        '--world <w>',
        "the number of processes that share the files (default: the launcher's, or 1)",
      ).argParser((text) => parseCount(text, 1)),
    );
}

/** Reads a whole number such as `--rank` and `--world`. */
export function parseCount(text: string, least: number): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (count >= least) return count;
  throw new InvalidArgumentError(`Expected an integer of at least ${least} and below 10^9.`);
}

/** Reads `--shards`. */
function parseShards(text: string): number {
  return parseSharding(
    'shards',
    /^\d+$/.test(text) ? Number(text) : Number.NaN,
    'Expected an integer from 1 to 99999.',
  );
}

/** Reads `--max-shard-size`. */
function parseShardSize(text: string): number {
  const size = /^\d+$/.test(text) ? Number(text) : text;
  parseSharding(
    'maxShardSize',
    size,
    'Expected a size of at least one byte: 5GB, 1.5MB, 300KB, 2TB, or a number of bytes.',
  );
  return readShardSize(size);
}

function parseSharding<T extends number | string>(option: keyof ShardOptions, value: T, expected: string): T {
  try {
    checkShardOptions({ [option]: value });
    return value;
  } catch (cause) {
    if (cause instanceof ArgumentError) throw new InvalidArgumentError(expected);
    throw cause;
  }
}

/** Reads the path of something that is there. */
export function parsePath(text: string): string {
  if (text !== '') return text;
  throw new InvalidArgumentError('Expected a path.');
}

/** Reads `--learning-rate`. */
export function parseRate(text: string): number {
  const rate = Number(text);
  if (text.trim() !== '' && rate > 0 && rate < Infinity) return rate;
  throw new InvalidArgumentError('Expected a finite number above 0.');
}

/** Reads `--workers`. */
export function parseWorkers(text: string): number {
  const workers = /^\d+$/.test(text) ? Number(text) : 0;
  if (workers < 1 || workers > MAX_WORKERS)
    throw new InvalidArgumentError(`Expected an integer from 1 to ${MAX_WORKERS}.`);
  return workers;
}

/** The shape and dtype of one input of a model. */
export interface Input {
  readonly shape: readonly number[];
  /** Default: the dtype of the model. */
  readonly dtype: DType | undefined;
}

/** Reads `--input`: `1x3x32x32`, `1x8:int64`, `1x8,1x8`. */
export function parseInputs(text: string): Input[] {
  return text.split(',').map((part) => {
    const [, sizes, dtype] = /^(\d+(?:x\d+)*)(?::(\w+))?$/.exec(part.trim()) ?? [];
    if (sizes === undefined) throw new InvalidArgumentError('Expected sizes such as 1x3x32x32.');
    if (dtype !== undefined && !isDType(dtype)) throw new InvalidArgumentError(`There is no dtype '${dtype}'.`);
    return { shape: sizes.split('x').map(Number), dtype };
  });
}
