import { InitreeError } from '../errors.js';
import { formatIdentification, type Identification } from '../identify/Identification.js';
import { identifySource } from '../identify/identify.js';
import { sourceOfFile } from '../nn/StateSource.js';
import { openFile } from '../node/reading/openFile.js';
import type { Policy } from '../policy/definePolicy.js';
import { printable } from '../printable.js';
import { loadConstructor } from './loadModel.js';
import { loadPolicy, NO_POLICY, OWN_POLICY, PRESETS } from './loadPolicy.js';
import type { PolicyOptions } from './options.js';
import { print, printJson, tableFormat } from './terminal.js';
import { UsageError } from './UsageError.js';

interface IdentifyFileOptions extends Pick<PolicyOptions, 'args' | 'policy' | 'policyOptions'> {
  readonly quiet?: boolean;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** The value of `--policy` that tries every preset which needs no options. */
const ANY_POLICY = 'any';

/** `initree identify`: finds the seed of a file and what became of each tensor. If there is no seed, the exit code is 1. */
export async function identifyFile(
  file: string,
  text: string | undefined,
  { args, policy: chosen, policyOptions, quiet = false, all = false, json = false }: IdentifyFileOptions,
): Promise<void> {
  if (text === undefined && (args ?? chosen ?? policyOptions) !== undefined) {
    throw new UsageError('--args, --policy and --policy-options require a model; expected a <model> after the file');
  }
  const opened = await openFile(file);
  let found: Identification;
  try {
    const policy = await choosePolicy(chosen, policyOptions);
    const model = text === undefined ? undefined : await loadConstructor(text, args ?? []);
    found = identifySource(sourceOfFile(opened), { model, policy });
  } finally {
    await opened.close();
  }
  process.exitCode = found.isIdentified ? 0 : 1;
  if (json) printJson(found);
  else if (!quiet) print(`${printable(file)}: ${formatIdentification(found, tableFormat(all))}`);
}

async function choosePolicy(
  chosen: string | undefined,
  options: PolicyOptions['policyOptions'],
): Promise<Policy | readonly Policy[] | undefined> {
  if (chosen === OWN_POLICY) {
    throw new UsageError(
      '--policy own is not a policy of identify; expected a preset, a file or any. Export a function that constructs the ' +
        'model and calls initializeWeights()',
    );
  }
  const isName = chosen === undefined || chosen === NO_POLICY || chosen === ANY_POLICY;
  if (!isName) return loadPolicy(chosen, options);
  if (options !== undefined) {
    throw new UsageError(`--policy-options require a preset or a file, found --policy ${chosen ?? NO_POLICY}`);
  }
  return chosen === ANY_POLICY ? policiesWithoutOptions() : undefined;
}

/** The policies of the presets that need no options. */
function policiesWithoutOptions(): Policy[] {
  return Object.values(PRESETS).flatMap((preset) => {
    try {
      return [preset()];
    } catch (cause) {
      if (cause instanceof InitreeError) return [];
      throw cause;
    }
  });
}
