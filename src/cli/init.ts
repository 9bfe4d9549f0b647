import type { Report } from '../policy/Report.js';
import { printable } from '../printable.js';
import { prepareDerivation, recipeOf } from './Derivation.js';
import type { InitOptions } from './InitOptions.js';
import { initShards } from './initShards.js';
import { interruptible } from './interruptible.js';
import { checkOutFile, checkOutFolder } from './outputPaths.js';
import { checkSharding, isSharded } from './sharding.js';
import { withProgressBar } from './showProgress.js';
import { coloursFor, jsonOf, print, printJson } from './terminal.js';
import { UsageError } from './UsageError.js';
import { drawIntoFiles, writeResults } from './writeResults.js';

/** `initree init`: constructs a model, initialises it, prints a report, and writes the weights. */
export async function init(text: string, options: InitOptions): Promise<void> {
  if (isSharded(options)) return initShards(text, options);
  const { out, report: reportFile, force = false, quiet = false, json = false, workers } = options;
  checkUnsharded(options);
  checkFiles(options);
  const derivation = await prepareDerivation(text, recipeOf(options));
  const { report, written } = await interruptible(async (signal) => {
    const textOf = (report: Report) => `${jsonOf({ metadata: derivation.metadata(report), ...report.toJSON() })}\n`;
    const sharding = isFolder(options) ? {} : null;
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
    }
    if (reportFile !== undefined) print(`${green('wrote')} ${printable(reportFile)}`);
  }
}

/** Whether `--out` names a folder. */
function isFolder({ out = '' }: InitOptions): boolean {
  return /[/\\]$/.test(out);
}

function describeFiles(count: number): string {
  return count === 1 ? '1 file' : `${count.toLocaleString('en')} files and an index`;
}

/** Checks before any work that the results can be written. */
function checkFiles(options: InitOptions): void {
  const { out, report, force = false } = options;
  if (out !== undefined && isFolder(options)) checkOutFolder(out, force);
  else checkOutFile('--out', out, '.safetensors', force);
  checkOutFile('--report', report, '.json', force);
}

/** @throws UsageError for options that only mean something for the files of `--shards` or `--max-shard-size` */
function checkUnsharded(options: InitOptions): void {
  checkSharding(options);
  const { rank, world } = options;
  if (rank === undefined && world === undefined) return;
  throw new UsageError('--rank and --world share files among processes; add --shards or --max-shard-size');
}
