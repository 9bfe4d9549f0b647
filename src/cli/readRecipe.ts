import { InvalidArgumentError } from 'commander';
import { describeValue, formatValue } from '../errors.js';
import { ENGINE_NAMES } from '../random/createEngine.js';
import { TORCH_STATELESS } from '../random/references/torchStateless.js';
import type { Recipe } from './Derivation.js';
import { NO_POLICY, OWN_POLICY, PRESETS } from './loadPolicy.js';
import {
  DTYPES,
  type FromOptions,
  type PolicyOptions,
  parseArguments,
  parseRecord,
  parseReference,
  parseSeed,
  RNGS,
} from './options.js';
import { parseRename, type RenameRule } from './renameRules.js';
import { UsageError } from './UsageError.js';

/**
 * Reads from a file's metadata how the file was made, by `initree init` or by a program that wrote `report.metadata()`.
 * @param given the options of the user; they replace what the file says
 * @throws UsageError if the metadata lack the policy, or have a policy without a seed; if an entry cannot be read; or if they
 *   name a policy of a file or a checkpoint, whose paths only the user knows
 */
export function readRecipe(metadata: ReadonlyMap<string, string>, given: PolicyOptions & FromOptions): Partial<Recipe> {
  const entry = (name: string) => metadata.get(`initree.${name}`);
  const read = <T>(name: 'seed' | 'dtype' | 'rng' | 'engine' | 'args', parse: (text: string) => T) => {
    const text = entry(name);
    return text === undefined || given[name] !== undefined ? {} : readEntry(name, `--${name}`, text, parse);
  };
  // The engine of counter mode, which follows from the rng.
  const isPhilox = entry('engine') === 'philox4x32' && entry('rng') === 'counter';
  const recorded: Partial<Recipe> = {
    ...readReference(entry('reference'), given, entry('rng')),
    ...read('seed', parseSeed),
    ...read('dtype', oneOf(DTYPES)),
    ...read('rng', oneOf(RNGS)),
    ...(isPhilox ? {} : read('engine', parseEngine)),
    ...read('args', parseArguments),
    ...(given.policy === undefined ? readPolicy(entry('policy'), entry('policyFile')) : {}),
    ...(given.policy === undefined && given.policyOptions === undefined && entry('policyOptions') !== undefined
      ? readEntry('policyOptions', '--policy-options', entry('policyOptions') as string, parseRecord)
      : {}),
    ...readStart(metadata, given),
  };
  // A generator that continued from a saved state has no seed to record.
  if (entry('policy') !== undefined && entry('seed') === undefined && given.seed === undefined) {
    throw new UsageError(
      'the file does not say how it was made: expected the metadata entry initree.seed, found none. Add --seed',
    );
  }
  return recorded;
}

/**
 * What was taken from the checkpoint that the file was started from.
 * @throws UsageError if the user does not name the checkpoint, or if an entry cannot be read
 */
function readStart(metadata: ReadonlyMap<string, string>, given: FromOptions): Partial<Recipe> {
  const file = metadata.get('initree.from');
  if (file === undefined) return {};
  if (given.from === undefined) {
    const sha256 = metadata.get('initree.fromSha256');
    throw new UsageError(
      `the file was started from the checkpoint ${describeValue(file)}${sha256 === undefined ? '' : ` (SHA-256 ${formatValue(sha256)})`}: ` +
        'what was taken from it cannot be derived without it. Add --from with the path of the checkpoint',
    );
  }
  const renames = metadata.get('initree.rename');
  return {
    start: {
      file,
      onlyMissing: metadata.get('initree.onlyMissing') !== 'false',
      ignoreMismatched: metadata.get('initree.ignoreMismatched') === 'true',
      rename:
        renames === undefined || given.rename !== undefined
          ? []
          : readEntry('rename', '--rename', renames, parseRenames)['rename'],
    },
  };
}

function parseRenames(text: string): RenameRule[] {
  return parseArguments(text).map((rule) => parseRename(String(rule)));
}

function readPolicy(policy: string | undefined, file: string | undefined): Partial<Recipe> {
  if (policy === undefined) {
    throw new UsageError(
      'the file does not say how it was made: expected the metadata entry initree.policy, found none. ' +
        'Add --policy, which may be none, and --seed',
    );
  }
  const isKnown = policy === NO_POLICY || policy === OWN_POLICY || Object.hasOwn(PRESETS, policy);
  if (file === undefined && isKnown) return { policy };
  const found = file === undefined ? describeValue(policy) : `${describeValue(policy)} of ${formatValue(file)}`;
  throw new UsageError(`the file was made with the policy ${found}. Add the path of the policy: --policy file.ts#name`);
}

/** What files of a version before references had names say of PyTorch's generator. */
const UNNAMED_X86 = 'PyTorch 2.15.0, CPU generator';

/**
 * The reference that the file names. `--rng` and `--reference` replace it.
 * @throws UsageError if counter mode drew by a law that is gone, or for an unknown name
 */
function readReference(found: string | undefined, given: PolicyOptions, rng: string | undefined): Partial<Recipe> {
  if (given.reference !== undefined || given.rng !== undefined || found === undefined) return {};
  if (rng === 'counter') {
    if (found === TORCH_STATELESS.name) return {};
    throw new UsageError(
      `the file was drawn in counter mode by the law ${describeValue(found)}, which is gone: counter mode draws by ${TORCH_STATELESS.name}. ` +
        'The weights of this file cannot be derived again',
    );
  }
  if (found === UNNAMED_X86 || found.startsWith('pure-rand')) return {};
  return { reference: readEntry('reference', '--reference', found, parseReference)['reference'] as string };
}

function parseEngine(text: string): Recipe['engine'] {
  if (text !== 'custom') return oneOf(ENGINE_NAMES)(text);
  throw new InvalidArgumentError('It is an engine of Generator.from, which the command cannot create.');
}

function oneOf<T extends string>(values: readonly T[]): (text: string) => T {
  return (text) => {
    const found = values.find((value) => value === text);
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`Expected one of ${values.join(', ')}.`);
  };
}

function readEntry<T>(name: string, option: string, text: string, parse: (text: string) => T): Record<string, T> {
  try {
    return { [name]: parse(text) };
  } catch (cause) {
    const { message } = cause as Error;
    throw new UsageError(
      `the file says ${describeValue(text)} for initree.${name}. ${formatValue(message)} Add ${option} to replace it.`,
      { cause },
    );
  }
}
