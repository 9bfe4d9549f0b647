import { checkFunction } from '../errors.js';
import { drawsNothing } from '../laws/advancePast.js';
import { operationsOf } from '../laws/bindLaw.js';
import type { Law } from '../laws/Law.js';
import { leavesElements } from '../laws/partsOf.js';
import type { FloatDType } from '../numerics/DType.js';
import type { Generator } from '../random/Generator.js';
import { finish, type Steps } from '../random/Steps.js';
import { dataToOverwrite, discardDeferred } from '../tensor/deferredData.js';
import type { Tensor } from '../tensor/Tensor.js';
import { currentDeferral } from './Deferral.js';

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
 * Fills `tensor` in place by a law for its shape and dtype, and returns it. Inside `deferInit` the fill is deferred if
 * possible; inside `skipInit` the tensor is only checked.
 * @throws StateError, before anything is drawn, if the tensor was computed, or a run uses the generator
 */
export function fillLaw<T extends Tensor>(tensor: T, law: Law, generator: Generator): T {
  finish(fillLawSteps(tensor, law, generator));
  return tensor;
}

/**
 * {@link fillLaw} in pieces of a few milliseconds.
 * @param write writes every element of the tensor as the law does; it is not called if the fill is deferred or skipped. Default: the
 *   law's own operation.
 */
export function* fillLawSteps(
  tensor: Tensor,
  law: Law,
  generator: Generator,
  write: (generator: Generator) => Steps = (own) => operationsOf(law).write(law, tensor, own),
): Steps {
  tensor.checkWritable(law.kind);
  if (skipping) return;
  if (draws(law, tensor)) generator.checkFree(law.kind);
  warnAbout(law);
  if (currentDeferral()?.deferFill(tensor, law, generator)) return;
  if (law.kind !== 'untouched') prepareData(tensor, law);
  const before = generator.wordsDrawn;
  yield* write(generator);
  passParts(tensor, law, generator, before);
}

/** Gives a tensor its array. Elements that the law leaves as they are have to be in it first. */
function prepareData(tensor: Tensor, law: Law): void {
  if (leavesElements(law, tensor.shape)) void tensor.data;
  dataToOverwrite(tensor);
}

/**
 * Advances a generator of a key past a fill that drew only from parts of the key, so that the next fill does not draw the same
 * words of these parts. No part gives more than two words for an element, in whole blocks of four words.
 * @param before the words that were drawn before the fill
 */
export function passParts(tensor: Tensor, law: Law, generator: Generator, before: number): void {
  if (!generator.isKeyed || generator.wordsDrawn !== before || !draws(law, tensor)) return;
  generator.advance(4 * Math.ceil(tensor.numel / 2));
}

function draws(law: Law, { shape, dtype }: Tensor): boolean {
  return !drawsNothing(law, shape, dtype as FloatDType);
}

/**
 * Prepares a tensor for elements that other code draws.
 * @throws StateError if the tensor was computed
 */
export function prepareFill(tensor: Tensor, law: Law): void {
  tensor.checkWritable(law.kind);
  warnAbout(law);
  discardDeferred(tensor);
}

/** Prints what the user may not have intended. */
export function warnAbout(law: Law): void {
  for (const warning of operationsOf(law).warnings?.(law) ?? []) console.warn(`initree: ${warning}`);
}
