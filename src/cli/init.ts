import { formatReport, type Report } from '../policy/Report.js';
import { printable } from '../printable.js';
import { prepareDerivation, recipeOf } from './Derivation.js';
import { drawIntoFiles } from './drawIntoFiles.js';
import type { InitOptions } from './InitOptions.js';
import { initShards } from './initShards.js';
import { interruptible } from './interruptible.js';
import { checkOutFile, checkOutFolder } from './outputPaths.js';
import { printForeign } from './printFolder.js';
import { checkReportFile, reportText } from './reportText.js';
import { checkSharding, isSharded } from './sharding.js';
import { withByteBar } from './showProgress.js';
import { coloursFor, print, printJson, tableFormat } from './terminal.js';
import { UsageError } from './UsageError.js';
import { writeTextFile } from './writeTextFile.js';

/** `initree init`: constructs a model, initialises it, prints a report, and writes the weights. */
export async function init(text: string, options: InitOptions): Promise<void> {
  if (isSharded(options)) return initShards(text, options);
  const { out: path, report: reportFile, force: replace = false, quiet = false, all = false, json = false } = options;
  checkAlone(options);
  checkFiles(options);
  const derivation = await prepareDerivation(text, recipeOf(options));
  const { report, metadata, written } = await interruptible(async (signal) => {
    const metadata = await derivation.fileMetadata(() => signal.throwIfAborted());
    const textOf = (report: Report) => reportText(reportFile ?? '', report, metadata);
    const drawing = { workers: options.workers, signal };
    if (path !== undefined) {
      const sharding = isFolder(path) ? {} : undefined;
      const files = { path, sharding, replace, quiet, isHashed: json, reportFile, textOf };
      return { metadata, ...(await drawIntoFiles(derivation, { ...files, ...drawing })) };
    }
    const report = await withByteBar(quiet, (onProgress) => derivation.measure({ ...drawing, onProgress }));
    if (reportFile !== undefined) await writeTextFile(reportFile, textOf(report), { replace, signal });
    return { metadata, report, written: undefined };
  }).finally(derivation.close);
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
    print(formatReport(report, tableFormat(all)));
    if (written) {
      const bytes = `${written.bytes.toLocaleString('en')} bytes`;
      const files = 'files' in written ? `${describeFiles(written.files.length)}, ` : '';
      print(`${green('wrote')} ${printable(written.path)} (${files}${bytes})`);
      if ('foreign' in written) printForeign(written.foreign);
    }
    if (reportFile !== undefined) print(`${green('wrote')} ${printable(reportFile)}`);
  }
}

/** Whether `--out` names a folder. */
function isFolder(path: string): boolean {
  return /[/\\]$/.test(path);
}

function describeFiles(count: number): string {
  return count === 1 ? '1 file' : `${count.toLocaleString('en')} files and an index`;
}

/** Checks before any work that the results can be written. */
function checkFiles(options: InitOptions): void {
  const { out, report, force = false } = options;
  if (out !== undefined && isFolder(out)) checkOutFolder(out, force);
  else checkOutFile('--out', out, '.safetensors', force, ', or a folder with / at its end');
  checkReportFile(report, force);
}

/** @throws UsageError for options that share files among processes, where this process writes all of them */
function checkAlone(options: InitOptions): void {
  checkSharding(options);
  const { rank, world } = options;
  if (rank === undefined && world === undefined) return;
  throw new UsageError('--rank and --world share files among processes; add --shards or --max-shard-size');
}
