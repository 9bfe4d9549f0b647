import { isDType, isFloatDType } from '../numerics/DType.js';
import { ENGINE_NAMES, type EngineName } from '../random/createEngine.js';
import type { Recipe } from './Derivation.js';
import { NO_POLICY, OWN_POLICY, PRESETS } from './loadPolicy.js';
import { type PolicyOptions, parseArguments, parseRecord } from './options.js';
import { UsageError } from './UsageError.js';

/**
 * Reads from a file's metadata how the file was made, by `initree init` or by a program that wrote `report.metadata()`.
 * @param given the options of the user; they replace what the file says
 * @throws UsageError if the metadata lack the policy, or name a policy of a file, whose path only the user knows
 */
export function readRecipe(metadata: ReadonlyMap<string, string>, given: PolicyOptions): Partial<Recipe> {
  const entry = (name: string) => metadata.get(`initree.${name}`);
  const [seed, dtype, rng, engine] = [entry('seed'), entry('dtype'), entry('rng'), entry('engine')];
  if (engine === 'custom' && given.engine === undefined) {
    throw new UsageError(
      'the file was made with an engine of Generator.from, which the command cannot create. Add --engine to replace it',
    );
  }
  return {
    ...(seed !== undefined && /^-?\d+$/.test(seed) ? { seed: BigInt(seed) } : {}),
    ...(dtype !== undefined && isDType(dtype) && isFloatDType(dtype) ? { dtype } : {}),
    ...(rng === 'torch' || rng === 'counter' ? { rng } : {}),
    ...(ENGINE_NAMES.includes(engine as EngineName) ? { engine: engine as EngineName } : {}),
    ...(given.args === undefined ? readJson('args', '--args', entry('args'), parseArguments) : {}),
    ...(given.policy === undefined ? readPolicy(entry('policy'), entry('policyFile')) : {}),
    ...(given.policy === undefined && given.policyOptions === undefined
      ? readJson('policyOptions', '--policy-options', entry('policyOptions'), parseRecord)
      : {}),
  };
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
  const found = file === undefined ? `'${policy}'` : `'${policy}' of ${file}`;
  throw new UsageError(`the file was made with the policy ${found}. Add the path of the policy: --policy file.ts#name`);
}

function readJson<T>(
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
    throw new UsageError(`the file says '${text}' for initree.${name}. ${message} Add ${option} to replace it.`, {
      cause,
    });
  }
}
