import { ArgumentError, describeValue, nearestName } from '../../errors.js';
import type { Reference } from './Reference.js';
import { TORCH_AARCH64 } from './torchAarch64.js';
import { TORCH_SCALAR } from './torchScalar.js';
import { TORCH_X86 } from './torchX86.js';

/** The references that a `Generator` can have. Later versions of one follow the earlier ones. */
const REFERENCES = [TORCH_X86, TORCH_AARCH64, TORCH_SCALAR] as const;

/** The name of a reference with its version, which never changes its numbers. */
export type FullReferenceName = (typeof REFERENCES)[number]['name'];

/**
 * The references that a `Generator` can have: whose numbers the words of MT19937 become. Without a version, a name means the
 * newest version.
 *
 * - `'torch-x86'`: PyTorch on x86-64 with AVX2 or AVX-512.
 * - `'torch-aarch64'`: PyTorch on Linux on ARM.
 * - `'torch-scalar'`: PyTorch on x86-64 without AVX2.
 */
export type ReferenceName = FullReferenceName | WithoutVersion<FullReferenceName>;

type WithoutVersion<Name extends string> = Name extends `torch-${infer Build}-${number}` ? `torch-${Build}` : never;

/** All names of references with their versions. */
export const REFERENCE_NAMES: readonly FullReferenceName[] = REFERENCES.map(({ name }) => name);

/**
 * The reference of a name, with or without a version.
 * @throws ArgumentError that lists the names otherwise
 */
export function referenceOf(name: ReferenceName): Reference {
  const found = REFERENCES.findLast((reference) => reference.name === name || withoutVersion(reference.name) === name);
  if (found !== undefined) return found;
  const given: unknown = name;
  if (typeof given === 'string' && given.startsWith('torch-stateless')) {
    throw new ArgumentError(
      `the reference '${given}' has a key for each parameter, and no stream; draw with { rng: 'counter', seed } or --rng counter, ` +
        'or from generatorOf(key)',
    );
  }
  throw new ArgumentError(`unknown reference ${describeValue(given)}${nearestName(given, REFERENCE_NAMES)}`);
}

function withoutVersion(name: string): string {
  return name.slice(0, name.lastIndexOf('-'));
}
