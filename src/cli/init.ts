import { existsSync } from 'node:fs';
import { checkReplaceable } from '../node/targetOf.js';
import { printable } from '../printable.js';
import { prepareDerivation, recipeOf } from './Derivation.js';
import { interruptible } from './interruptible.js';
import type { FromOptions, PolicyOptions } from './options.js';
import { withProgressBar } from './showProgress.js';
import { coloursFor, jsonOf, print, printJson } from './terminal.js';
import { UsageError } from './UsageError.js';
import { writeResults } from './writeResults.js';

interface InitOptions extends PolicyOptions, FromOptions {
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
  const { report, metadata, written } = await interruptible(async (signal) => {
    const report = await withProgressBar(quiet, (onProgress) => derivation.run({ signal, onProgress, workers }));
    const metadata = await derivation.metadata(report);
    const weights = out === undefined ? undefined : { path: out, model: derivation.model, metadata, isHashed: json };
    const reportText =
      reportFile === undefined
        ? undefined
        : { path: reportFile, text: `${jsonOf({ metadata, ...report.toJSON() })}\n` };
    const written = await writeResults(weights, reportText, signal, { replace: force });
    return { report, metadata, written };
  }).finally(derivation.close);
  if (json) {
    printJson({ metadata, ...report.toJSON(), file: written ?? null });
  } else if (!quiet) {
    const { green } = coloursFor(process.stdout);
    print(String(report));
    if (written) print(`${green('wrote')} ${printable(written.path)} (${written.bytes.toLocaleString('en')} bytes)`);
    if (reportFile !== undefined) print(`${green('wrote')} ${printable(reportFile)}`);
  }
}

/** Checks before any work that the results can be written. */
function checkFiles({ out, report, force = false }: InitOptions): void {
  checkExtension('--out', out, '.safetensors');
  checkExtension('--report', report, '.json');
  for (const path of [out, report]) {
    if (path === undefined) continue;
    checkReplaceable(path);
    if (!force && existsSync(path)) {
      throw new Error(`${path} exists already and may be the only copy of trained weights; add --force to replace it`);
    }
  }
}

function checkExtension(option: string, path: string | undefined, extension: string): void {
  if (path === undefined || path.endsWith(extension)) return;
  throw new UsageError(`${option}: expected the name of a ${extension} file, found '${path}'`);
}
