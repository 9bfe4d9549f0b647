import { checkFunction } from '../errors.js';
import { operationsOf } from '../laws/bindLaw.js';
import type { Law } from '../laws/Law.js';
import type { Generator } from '../random/Generator.js';
import { finish, type Steps } from '../random/Steps.js';
import { abandonData, adoptZeros, overwriteData } from '../tensor/deferredData.js';
import type { Tensor } from '../tensor/Tensor.js';
import { Deferral } from './Deferral.js';

let skipping = false;
let deferral: Deferral | null = null;

/** Runs `body` with every initialiser checking its tensor but neither drawing nor writing. */
export function skipFills<T>(body: () => T): T {
  checkFunction('what skipInit() runs', body);
  const before = skipping;
  skipping = true;
  try {
    return body();
  } finally {
    skipping = before;
  }
}

/** Runs `body` with the fills of initialisers put off: drawn when somebody looks at a tensor, or by `Deferral.materialize`. */
export function deferFills<T>(body: () => T): T {
  checkFunction('what deferInit() runs', body);
  if (deferral !== null) return body();
  const own = new Deferral();
  deferral = own;
  const before = adoptZeros((tensor) => own.adopt(tensor as Tensor));
  try {
    return body();
  } finally {
    deferral = null;
    adoptZeros(before);
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
  if (deferral?.record(tensor, law, generator)) return;
  if (law.kind !== 'untouched') overwriteData(tensor);
  yield* operationsOf(law).write(law, tensor, generator);
}

/**
 * Does what comes before a fill that somebody else draws.
 * @throws StateError if the tensor was computed
 */
export function prepareFill(tensor: Tensor, law: Law): void {
  tensor.checkWritable(law.kind);
  warnAbout(law);
  abandonData(tensor);
}

function warnAbout(law: Law): void {
  for (const warning of operationsOf(law).warnings?.(law) ?? []) console.warn(`initree: ${warning}`);
}
