import { isDType, isFloatDType } from '../numerics/DType.js';
import { ENGINE_NAMES, type EngineName } from '../random/createEngine.js';
import type { Recipe } from './Derivation.js';
import { NO_POLICY, OWN_POLICY, PRESETS } from './loadPolicy.js';
import { type PolicyOptions, parseArguments, parseRecord } from './options.js';
import { UsageError } from './UsageError.js';

/**
 * What a file's metadata tell of how it was made, by `initree init` or by a program that wrote `report.metadata()`.
 * @param given what the user says, so that the file need not
 * @throws UsageError for a policy that only the user can name, or where the file does not tell
 */
export function remember(metadata: ReadonlyMap<string, string>, given: PolicyOptions): Partial<Recipe> {
  const about = (name: string) => metadata.get(`initree.${name}`);
  const [seed, dtype, rng, engine] = [about('seed'), about('dtype'), about('rng'), about('engine')];
  if (engine === 'custom' && given.engine === undefined) {
    throw new UsageError(
      'the file was made with an engine of Generator.from, which the command cannot create: give another with --engine',
    );
  }
  return {
    ...(seed !== undefined && /^-?\d+$/.test(seed) ? { seed: BigInt(seed) } : {}),
    ...(dtype !== undefined && isDType(dtype) && isFloatDType(dtype) ? { dtype } : {}),
    ...(rng === 'torch' || rng === 'counter' ? { rng } : {}),
    ...(ENGINE_NAMES.includes(engine as EngineName) ? { engine: engine as EngineName } : {}),
    ...(given.args === undefined ? read('args', '--args', about('args'), parseArguments) : {}),
    ...(given.policy === undefined ? rememberPolicy(about) : {}),
    ...(given.policy === undefined && given.policyOptions === undefined
      ? read('policyOptions', '--policy-options', about('policyOptions'), parseRecord)
      : {}),
  };
}

function rememberPolicy(about: (name: string) => string | undefined): Partial<Recipe> {
  const [policy, file] = [about('policy'), about('policyFile')];
  if (policy === undefined) {
    throw new UsageError(
      'the file does not tell how it was made (its metadata has no initree.policy): say it with --policy, which may be none, and --seed',
    );
  }
  const isKnown = policy === NO_POLICY || policy === OWN_POLICY || Object.hasOwn(PRESETS, policy);
  if (file === undefined && isKnown) return { policy };
  const where = file === undefined ? `'${policy}'` : `'${policy}' of ${file}`;
  throw new UsageError(`the file was made with the policy ${where}: say where it is with --policy file.ts#name`);
}

function read<T>(
  name: string,
  option: string,
  text: string | undefined,
  parse: (text: string) => T,
): Record<string, T> {
  if (text === undefined) return {};
  try {
    return { [name]: parse(text) };
  } catch (cause) {
    const { message } = cause as Error;
    throw new UsageError(`the file says '${text}' for initree.${name}: ${message} Give it with ${option}.`, { cause });
  }
}
