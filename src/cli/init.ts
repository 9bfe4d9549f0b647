import { existsSync } from 'node:fs';
import { checkFolder } from '../node/FolderReplacement.js';
import { checkReplaceable } from '../node/targetOf.js';
import type { Report } from '../policy/Report.js';
import { printable } from '../printable.js';
import { prepareDerivation, recipeOf } from './Derivation.js';
import { interruptible } from './interruptible.js';
import type { PolicyOptions } from './options.js';
import { fewerShards, isSharded, type ShardingOptions, shardingOf } from './sharding.js';
import { withProgressBar } from './showProgress.js';
import { coloursFor, jsonOf, print, printJson } from './terminal.js';
import { UsageError } from './UsageError.js';
import { drawIntoFiles, namingForce, writeResults } from './writeResults.js';

interface InitOptions extends PolicyOptions, ShardingOptions {
  readonly out?: string;
  readonly report?: string;
  readonly force?: boolean;
  readonly strict?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
  readonly workers?: number;
}

/** `initree init`: constructs a model, initialises it, prints a report, and writes the weights. */
export async function init(text: string, options: InitOptions): Promise<void> {
  const { out, report: reportFile, force = false, quiet = false, json = false, workers } = options;
  checkFiles(options);
  const derivation = await prepareDerivation(text, recipeOf(options));
  const { report, written } = await interruptible(async (signal) => {
    const textOf = (report: Report) => `${jsonOf({ metadata: derivation.metadata(report), ...report.toJSON() })}\n`;
    const sharding = isFolder(options) ? shardingOf(options) : null;
    const results = { out, sharding, isHashed: json, reportFile, textOf, replace: force, signal };
    // Threads draw into the memory of the model.
    if (out !== undefined && sharding === null && workers === undefined) {
      return drawIntoFiles(derivation, { ...results, out, quiet });
    }
    const report = await withProgressBar(quiet, (onProgress) => derivation.run({ signal, onProgress, workers }));
    return { report, written: await writeResults(derivation, report, results) };
  });
  const metadata = derivation.metadata(report);
  if (json) {
    const isOne = written !== undefined && !('files' in written);
    printJson({
      metadata,
      ...report.toJSON(),
      file: isOne ? written : null,
      folder: isOne ? null : (written ?? null),
    });
  } else if (!quiet) {
    const { green } = coloursFor(process.stdout);
    print(String(report));
    if (written) {
      const bytes = `${written.bytes.toLocaleString('en')} bytes`;
      const files = 'files' in written ? `${describeFiles(written.files.length)}, ` : '';
      print(`${green('wrote')} ${printable(written.path)} (${files}${bytes})`);
      const fewer = 'files' in written ? fewerShards(options, written.files.length, written.maxShardSize) : undefined;
      if (fewer !== undefined) print(fewer);
    }
    if (reportFile !== undefined) print(`${green('wrote')} ${printable(reportFile)}`);
  }
}

/** Whether `--out` names a folder. */
function isFolder(options: InitOptions): boolean {
  return isSharded(options) || /[/\\]$/.test(options.out ?? '');
}

function describeFiles(count: number): string {
  return count === 1 ? '1 file' : `${count.toLocaleString('en')} files and an index`;
}

/** Checks before any work that the results can be written. */
function checkFiles(options: InitOptions): void {
  const { out, report, force = false } = options;
  if (isFolder(options)) checkOutFolder(out, force);
  else checkOutFile('--out', out, '.safetensors', force);
  checkOutFile('--report', report, '.json', force);
}

function checkOutFile(option: string, path: string | undefined, extension: string, force: boolean): void {
  if (path === undefined) return;
  if (!path.endsWith(extension)) {
    throw new UsageError(`${option}: expected the name of a ${extension} file, found '${path}'`);
  }
  checkReplaceable(path);
  if (!force && existsSync(path)) {
    throw new Error(`${path} exists already and may be the only copy of trained weights; add --force to replace it`);
  }
}

function checkOutFolder(path: string | undefined, force: boolean): void {
  if (path === undefined) {
    throw new UsageError('--shards and --max-shard-size divide the files of a folder; add --out with its path');
  }
  if (path.endsWith('.safetensors')) {
    throw new UsageError(
      `--out: with --shards and --max-shard-size it is a folder, found the name of a file '${path}'; leave out .safetensors`,
    );
  }
  try {
    checkFolder(path, { replace: force });
  } catch (error) {
    throw namingForce(error);
  }
}
