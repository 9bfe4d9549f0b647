import { join } from 'node:path';
import type { CoveredRange } from '../../checkpoint/coverage.js';
import { isCount, isRange } from '../../checkpoint/ShardManifest.js';
import { isCheckpointFile, NOTES_FOLDER } from '../../checkpoint/shardIndex.js';
import { FormatError, InitreeError, isPlainObject } from '../../errors.js';
import { type DType, isDType } from '../../numerics/DType.js';
import type { Shape } from '../../tensor/Shape.js';
import { isFolder } from './FolderReplacement.js';
import { type CheckpointDescription, PLAN_FILE, readPlan } from './folderNotes.js';
import { unreadable } from './openRegularFile.js';

/** The parts of a description that say which files there are to be. */
interface PlannedFolder {
  readonly tensors: readonly { readonly name: string; readonly dtype: DType; readonly shape: Shape }[];
  readonly files: readonly {
    readonly file: string;
    readonly bytes: number;
    readonly covered: readonly CoveredRange[];
  }[];
  readonly index: readonly (readonly [key: string, text: string])[] | null;
}

/**
 * The hash of a folder's plan, and the files that the folder has when all of its processes have ended; undefined if there is no plan.
 * @throws FormatError if the plan is damaged
 */
export function plannedFiles(path: string): { shardPlan: string; files: readonly string[] } | undefined {
  if (!planIn(path)) return undefined;
  const { shardPlan, planned } = readPlanned(path);
  return { shardPlan, files: planned.files.map(({ file }) => file) };
}

export function readPlanned(path: string): { shardPlan: string; planned: PlannedFolder } {
  const plan = planIn(path);
  if (!plan) {
    const found = plan === null ? 'there is no such folder' : 'the folder has no plan';
    throw new FormatError(
      `${found}; expected a folder that initree init writes with --shards or --max-shard-size`,
      path,
    );
  }
  const planned: unknown = parse(plan.text);
  if (!isPlanned(planned)) {
    const file = join(path, NOTES_FOLDER, PLAN_FILE);
    throw new FormatError('the plan of the folder is damaged; remove it and run initree init again', file);
  }
  return { shardPlan: plan.shardPlan, planned };
}

/** Whether a description says which files there are to be. Otherwise it is damaged, or of another version of this package. */
export function isSound({ text }: CheckpointDescription): boolean {
  return isPlanned(parse(text));
}

/** The plan of a folder; `null` if there is no folder, `undefined` if the folder has none. */
function planIn(path: string) {
  try {
    return isFolder(path) ? readPlan(path) : null;
  } catch (error) {
    throw error instanceof InitreeError ? error : unreadable(error, path);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a plan has what is read of it. */
function isPlanned(plan: unknown): plan is PlannedFolder {
  if (!isPlainObject(plan)) return false;
  const { tensors, files, index } = plan;
  return (
    Array.isArray(tensors) &&
    tensors.every(
      (tensor) =>
        isPlainObject(tensor) &&
        typeof tensor.name === 'string' &&
        isDType(tensor.dtype) &&
        Array.isArray(tensor.shape) &&
        tensor.shape.every(isCount),
    ) &&
    Array.isArray(files) &&
    files.every(
      (file) =>
        isPlainObject(file) &&
        typeof file.file === 'string' &&
        isCheckpointFile(file.file) &&
        isCount(file.bytes) &&
        Array.isArray(file.covered) &&
        file.covered.every(isRange),
    ) &&
    (index === null || (Array.isArray(index) && index.every(isPairOfTexts)))
  );
}

function isPairOfTexts(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((text) => typeof text === 'string');
}
