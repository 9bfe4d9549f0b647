import { deferralOf } from '../init/Deferral.js';
import { deferFills } from '../init/fillLaw.js';
import { finish, type Steps } from '../random/Steps.js';
import { overwriteData } from '../tensor/deferredData.js';
import type { Module } from './Module.js';

/**
 * Builds a model without drawing or allocating its parameters: each remembers its initialiser and its place in the random
 * stream, and the generator moves on as if it had drawn. What nobody overwrites is drawn by {@link materialize}, by
 * `initializeWeights`, or by the first look at a parameter's elements: the same bits as without `deferInit`. A fill whose
 * length in the stream only drawing tells (a truncated normal that may draw again, fewer than 16 normals) is drawn at once.
 */
export function deferInit<T>(build: () => T): T {
  return deferFills(build);
}

/** Draws what {@link deferInit} put off and nobody has overwritten; returns the model. */
export function materialize<M extends Module>(model: M): M {
  finish(materializeSteps(model));
  return model;
}

/** {@link materialize} in pieces of a few milliseconds. */
export function* materializeSteps(model: Module): Steps {
  for (const tensor of [...model.parameters(), ...model.buffers()]) {
    const deferral = deferralOf(tensor);
    if (deferral === undefined) continue;
    yield* deferral.materialize();
    // One that nothing was to fill stays zeros.
    overwriteData(tensor);
  }
}
