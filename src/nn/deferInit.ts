import { ArgumentError, checkSynchronous, describeValue } from '../errors.js';
import { type Deferral, deferFills, deferralOf } from '../init/Deferral.js';
import { finish, type Steps } from '../random/Steps.js';
import { dataToOverwrite } from '../tensor/deferredData.js';
import type { Tensor } from '../tensor/Tensor.js';
import type { Module } from './Module.js';
import { ModuleNode } from './ModuleNode.js';

/**
 * Builds a model without drawing or allocating its parameters: each remembers its initialiser and its place in the random
 * stream, and the generator moves on as if it had drawn. What nobody overwrites is drawn by {@link materialize}, by
 * `initializeWeights`, or by the first look at a parameter's elements: the same bits as without `deferInit`. A fill whose
 * length in the stream only drawing tells (a truncated normal that may draw again, fewer than 16 normals) is drawn at once.
 * What `zeros`, `empty` and `full(…, 0)` make inside has no memory either until somebody looks.
 * @throws ArgumentError if `build` returns a promise: an `async` function would draw from its first `await` on
 */
export function deferInit<T>(build: () => T): T {
  return checkSynchronous('deferInit()', deferFills(build));
}

/**
 * Draws what {@link deferInit} put off for a model and nobody has overwritten; returns the model.
 * @throws ArgumentError for what is no model
 */
export function materialize<M extends Module>(model: M): M {
  if (!(model instanceof ModuleNode)) {
    throw new ArgumentError(`materialize() takes a model, found ${describeValue(model)}`);
  }
  finish(materializeSteps(model));
  return model;
}

/** {@link materialize} in pieces of a few milliseconds. */
export function* materializeSteps(model: Module): Steps {
  for (const [deferral, tensors] of deferralsOf(model)) yield* deferral.materialize(tensors);
  // What nothing was to fill stays zeros.
  for (const tensor of tensorsOf(model)) dataToOverwrite(tensor);
}

/** The deferrals that tensors of a model wait for, each with these; a weight that the model has thrown away is not among them. */
export function deferralsOf(model: Module): Map<Deferral, Set<Tensor>> {
  const found = new Map<Deferral, Set<Tensor>>();
  for (const tensor of tensorsOf(model)) {
    const deferral = deferralOf(tensor);
    if (deferral) found.set(deferral, (found.get(deferral) ?? new Set()).add(tensor));
  }
  return found;
}

function tensorsOf(model: Module): Tensor[] {
  return [...model.parameters(), ...model.buffers()];
}
