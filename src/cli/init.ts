import { existsSync } from 'node:fs';
import { checkReplaceable } from '../node/targetOf.js';
import type { Report } from '../policy/Report.js';
import { printable } from '../printable.js';
import { prepareDerivation, recipeOf } from './Derivation.js';
import { interruptible } from './interruptible.js';
import type { PolicyOptions } from './options.js';
import { withProgressBar } from './showProgress.js';
import { coloursFor, jsonOf, print, printJson } from './terminal.js';
import { UsageError } from './UsageError.js';
import { drawIntoFiles, writeResults } from './writeResults.js';

interface InitOptions extends PolicyOptions {
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
    const results = { out, isHashed: json, reportFile, textOf, replace: force, signal };
    // Threads draw into the memory of the model.
    if (out !== undefined && workers === undefined) return drawIntoFiles(derivation, { ...results, out, quiet });
    const report = await withProgressBar(quiet, (onProgress) => derivation.run({ signal, onProgress, workers }));
    return { report, written: await writeResults(derivation, report, results) };
  });
  const metadata = derivation.metadata(report);
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
