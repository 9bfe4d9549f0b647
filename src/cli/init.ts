import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { serialize } from '../checkpoint/safetensors.js';
import { checkReplaceable, replaceFile } from '../node/replaceFile.js';
import { printable } from '../printable.js';
import { prepareDerivation, recipeOf } from './Derivation.js';
import { interruptible } from './interruptible.js';
import type { PolicyOptions } from './options.js';
import { withProgressBar } from './showProgress.js';
import { coloursFor, jsonOf, print, printJson } from './terminal.js';
import { UsageError } from './UsageError.js';

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
  const { out, report: reportFile, quiet = false, json = false, workers } = options;
  await checkFiles(options);
  const derivation = await prepareDerivation(text, recipeOf(options));
  const { report, metadata, written } = await interruptible(async (signal) => {
    const report = await withProgressBar(quiet, (onProgress) => derivation.run({ signal, onProgress, workers }));
    const metadata = derivation.metadata(report);
    const written = out === undefined ? undefined : serialize(derivation.model, metadata);
    if (out !== undefined && written) await replaceFile(out, written, signal);
    // Without the signal: the weights are written, so an interruption could no longer say that nothing was.
    if (reportFile !== undefined) {
      await replaceFile(reportFile, `${jsonOf({ metadata, ...report.toJSON() })}\n`);
    }
    return { report, metadata, written };
  });
  if (json) {
    const file = written && {
      path: out,
      bytes: written.length,
      sha256: createHash('sha256').update(written).digest('hex'),
    };
    printJson({ metadata, ...report.toJSON(), file: file ?? null });
  } else if (!quiet) {
    const { green } = coloursFor(process.stdout);
    print(String(report));
    if (written) print(`${green('wrote')} ${printable(String(out))} (${written.length.toLocaleString('en')} bytes)`);
    if (reportFile !== undefined) print(`${green('wrote')} ${printable(reportFile)}`);
  }
}

/** Checks before any work that the results can be written. */
async function checkFiles({ out, report, force = false }: InitOptions): Promise<void> {
  checkExtension('--out', out, '.safetensors');
  checkExtension('--report', report, '.json');
  for (const path of [out, report]) {
    if (path === undefined) continue;
    await checkReplaceable(path);
    if (!force && (await stat(path).catch(() => null))) {
      throw new Error(`${path} exists already and may be the only copy of trained weights; add --force to replace it`);
    }
  }
}

function checkExtension(option: string, path: string | undefined, extension: string): void {
  if (path === undefined || path.endsWith(extension)) return;
  throw new UsageError(`${option}: expected the name of a ${extension} file, found '${path}'`);
}
