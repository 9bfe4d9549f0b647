import { checkFunction } from '../errors.js';
import type { Generator } from '../random/Generator.js';
import { finish, type Steps } from '../random/Steps.js';
import { dataToOverwrite, discardDeferred } from '../tensor/deferredData.js';
import type { Tensor } from '../tensor/Tensor.js';
import { currentDeferral } from './Deferral.js';
import type { Law, TruncatedNormalLaw } from './Law.js';
import { writeLaw } from './writeLaw.js';

let skipping = false;

/** Runs `body` with initialisers that check their tensors, but neither draw nor write. */
export function skipFills<T>(body: () => T): T {
  checkFunction('skipInit()', body);
  const before = skipping;
  skipping = true;
  try {
    return body();
  } finally {
    skipping = before;
  }
}

/**
 * Fills `tensor` in place by a law of its shape and dtype, and returns it: the one place where initialisers draw and write.
 * @throws StateError before anything is drawn if the tensor was computed
 */
export function fillLaw<T extends Tensor>(tensor: T, law: Law, generator: Generator): T {
  finish(fillLawSteps(tensor, law, generator));
  return tensor;
}

/** {@link fillLaw} in pieces of a few milliseconds. */
export function* fillLawSteps(tensor: Tensor, law: Law, generator: Generator): Steps {
  tensor.checkWritable(law.kind);
  if (skipping) return;
  warnAbout(law);
  if (currentDeferral()?.deferFill(tensor, law, generator)) return;
  if (law.kind !== 'untouched') dataToOverwrite(tensor);
  yield* writeLaw(tensor, law, generator);
}

/**
 * Prepares a tensor for elements that other code draws with {@link writeLaw}.
 * @throws StateError if the tensor was computed
 */
export function prepareFill(tensor: Tensor, law: Law): void {
  tensor.checkWritable(law.kind);
  warnAbout(law);
  discardDeferred(tensor);
}

function warnAbout(law: Law): void {
  for (const warning of warningsOf(law)) console.warn(`initree: ${warning}`);
}

function warningsOf(law: Law): string[] {
  switch (law.kind) {
    case 'untouched':
      return law.warning ? [law.warning] : [];
    case 'truncatedNormal':
      return isFarOutside(law) ? [FAR_OUTSIDE] : [];
    case 'blocks':
    case 'zeroRow':
      return warningsOf(law.law);
    case 'overwriting':
      return [...warningsOf(law.discarded), ...warningsOf(law.law)];
    default:
      return [];
  }
}

const FAR_OUTSIDE =
  'mean is more than 2 std from [a, b] in nn.init.trunc_normal_. The distribution of values may be incorrect.';

function isFarOutside({ mean, std, a, b }: TruncatedNormalLaw): boolean {
  return mean < a - 2 * std || mean > b + 2 * std;
}
