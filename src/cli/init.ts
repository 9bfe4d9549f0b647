import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { serialize } from '../checkpoint/safetensors.js';
import { checkReplaceable, replaceFile } from '../node/replaceFile.js';
import { prepareDerivation, recipeOf } from './Derivation.js';
import { interruptible } from './interruptible.js';
import type { PolicyOptions } from './options.js';
import { withProgressBar } from './showProgress.js';
import { coloursFor, print, printJson } from './terminal.js';
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

/** `initree init`: constructs a model, initialises it, says what was done, and writes it. */
export async function init(text: string, options: InitOptions): Promise<void> {
  const { out, report: reportFile, quiet = false, json = false, workers } = options;
  await checkFiles(options);
  const derivation = await prepareDerivation(text, recipeOf(options));
  const { report, metadata, written } = await interruptible(async (signal) => {
    const report = await withProgressBar(quiet, (onProgress) => derivation.run({ signal, onProgress, workers }));
    const metadata = derivation.metadata(report);
    const written = out === undefined ? undefined : serialize(derivation.model.stateDict(), metadata);
    if (out !== undefined && written) await replaceFile(out, written, signal);
    // Not to be interrupted any more: the weights are in their place.
    if (reportFile !== undefined) {
      await replaceFile(reportFile, `${JSON.stringify({ metadata, ...report.toJSON() }, null, 2)}\n`);
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
    if (written) print(`${green('wrote')} ${out} (${written.length.toLocaleString('en')} bytes)`);
    if (reportFile !== undefined) print(`${green('wrote')} ${reportFile}`);
  }
}

/** Finds out before any work whether its results can be written. */
async function checkFiles({ out, report, force = false }: InitOptions): Promise<void> {
  checkExtension('--out', out, '.safetensors');
  checkExtension('--report', report, '.json');
  for (const path of [out, report]) {
    if (path === undefined) continue;
    await checkReplaceable(path);
    if (!force && (await stat(path).catch(() => null))) {
      throw new Error(`${path} is there already, and may be all that is left of a training; --force replaces it`);
    }
  }
}

function checkExtension(option: string, path: string | undefined, extension: string): void {
  if (path === undefined || path.endsWith(extension)) return;
  throw new UsageError(`${option} takes the name of a ${extension} file; found ${path}`);
}
