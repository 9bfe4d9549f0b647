import { isDType, isFloatDType } from '../kernels/DType.js';
import type { Recipe } from './Derivation.js';
import { NO_POLICY, OWN_POLICY, PRESETS } from './loadPolicy.js';
import { UsageError } from './UsageError.js';

/**
 * What a file's metadata tell of how it was made, by `initree init` or by a program that wrote `report.metadata()`.
 * @param isPolicyGiven whether the user names the policy, so that the file's does not matter
 * @throws UsageError for a policy that only the user can name, or where the file does not tell
 */
export function remember(metadata: ReadonlyMap<string, string>, isPolicyGiven: boolean): Partial<Recipe> {
  const about = (name: string) => metadata.get(`initree.${name}`);
  const [seed, dtype, rng] = [about('seed'), about('dtype'), about('rng')];
  return {
    ...(seed !== undefined && /^-?\d+$/.test(seed) ? { seed: BigInt(seed) } : {}),
    ...(dtype !== undefined && isDType(dtype) && isFloatDType(dtype) ? { dtype } : {}),
    ...(rng === 'torch' || rng === 'counter' ? { rng } : {}),
    ...parsed('args', about('args')),
    ...(isPolicyGiven ? {} : { ...rememberPolicy(about), ...parsed('policyOptions', about('policyOptions')) }),
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

function parsed(name: 'args' | 'policyOptions', text: string | undefined): Partial<Recipe> {
  if (text === undefined) return {};
  try {
    return { [name]: JSON.parse(text) };
  } catch {
    return {};
  }
}
