import { existsSync } from 'node:fs';
import { checkFolder } from '../node/files/FolderReplacement.js';
import { checkReplaceable } from '../node/files/targetOf.js';
import { checkShardFolder } from '../node/shards/ShardFolder.js';
import { namingForce } from './namingForce.js';
import { UsageError } from './UsageError.js';

/**
 * Checks before any work that a file can be written.
 * @param alternative what else the option accepts, for messages. Default: nothing.
 */
export function checkOutFile(
  option: string,
  path: string | undefined,
  extension: string,
  force: boolean,
  alternative = '',
): void {
  if (path === undefined) return;
  if (!path.endsWith(extension)) {
    throw new UsageError(`${option}: expected the name of a ${extension} file${alternative}, found '${path}'`);
  }
  checkReplaceable(path);
  if (!force && existsSync(path)) {
    throw new Error(`${path} exists already and may be the only copy of trained weights; add --force to replace it`);
  }
}

/** Checks before any work that the files of a folder can be written by this process and others. Returns its path. */
export function checkOutShards(path: string | undefined): string {
  if (path === undefined) {
    throw new UsageError('--shards and --max-shard-size divide the files of a folder; add --out with its path');
  }
  if (path === '') throw new UsageError("--out: expected the path of a folder, found ''");
  if (path.endsWith('.safetensors')) {
    throw new UsageError(
      `--out: with --shards and --max-shard-size it is a folder, found the name of a file '${path}'; leave out .safetensors`,
    );
  }
  checkShardFolder(path);
  return path;
}

/** Checks before any work that a folder can be written. */
export function checkOutFolder(path: string, replace: boolean): void {
  try {
    checkFolder(path, { replace });
  } catch (error) {
    throw namingForce(error);
  }
}
