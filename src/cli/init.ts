import { formatReport, type Report } from '../policy/Report.js';
import { printable } from '../printable.js';
import { prepareDerivation, recipeOf } from './Derivation.js';
import type { InitOptions } from './InitOptions.js';
import { initShards } from './initShards.js';
import { interruptible } from './interruptible.js';
import { checkOutFile, checkOutFolder } from './outputPaths.js';
import { checkReportFile, reportText } from './reportText.js';
import { checkSharding, fewerShards, isSharded, shardingOf } from './sharding.js';
import { withProgressBar } from './showProgress.js';
import { coloursFor, print, printJson, tableFormat } from './terminal.js';
import { UsageError } from './UsageError.js';
import { drawIntoFiles, writeResults } from './writeResults.js';

/** `initree init`: constructs a model, initialises it, prints a report, and writes the weights. */
export async function init(text: string, options: InitOptions): Promise<void> {
  if (isSharded(options)) return initShards(text, options);
  const { out, report: reportFile, force = false, quiet = false, all = false, json = false, workers } = options;
  checkAlone(options);
  checkFiles(options);
  const derivation = await prepareDerivation(text, recipeOf(options));
  const { report, metadata, written } = await interruptible(async (signal) => {
    let ofCheckpoint = {};
    const metadataOf = (report: Report) => ({ ...derivation.metadata(report), ...ofCheckpoint });
    const textOf = (report: Report) => reportText(reportFile ?? '', report, metadataOf(report));
    const sharding = isFolder(options) ? shardingOf(options) : null;
    const results = { out, sharding, isHashed: json, reportFile, textOf, replace: force, signal };
    if (out !== undefined && sharding === null) {
      ofCheckpoint = await derivation.checkpointMetadata();
      const drawn = await drawIntoFiles(derivation, { ...results, out, quiet, workers });
      return { ...drawn, metadata: metadataOf(drawn.report) };
    }
    const report = await withProgressBar(quiet, (onProgress) => derivation.run({ signal, onProgress, workers }));
    ofCheckpoint = await derivation.checkpointMetadata();
    const metadata = metadataOf(report);
    return { report, metadata, written: await writeResults(derivation.model, report, { ...results, metadata }) };
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
