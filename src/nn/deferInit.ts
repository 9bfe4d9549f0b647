import { ArgumentError, checkSynchronous, describeValue } from '../errors.js';
import { type Deferral, deferFills, deferralOf } from '../init/Deferral.js';
import { finish, type Steps } from '../random/Steps.js';
import { refuseSurplus } from '../readArguments.js';
import { dataToOverwrite, isDeferred } from '../tensor/deferredData.js';
import type { Tensor } from '../tensor/Tensor.js';
import type { Module } from './Module.js';
import { ModuleNode } from './ModuleNode.js';

/**
 * Builds a model with deferred parameters, which are neither allocated nor drawn (`torchdistx.deferred_init`). Each
 * parameter remembers its initialiser and its position in the stream, and the generator advances as if it had drawn.
 * {@link materialize}, `initializeWeights`, or the first read of a parameter's elements draws the fills that no code has
 * overwritten by then. The bits are the same as without `deferInit`.
 *
 * A fill is drawn at once if it is small and only drawing tells how many words it takes (a truncated normal that may draw
 * again, fewer than 16 normals). Such a fill of more than a million elements is drawn to count the words, and its elements are not
 * kept. Other tensors of `zeros`, `empty` and `full(…, 0)` that `build` creates are deferred as well.
 *
 * Listing, printing, `summary()`, `clone()`, `stateDict()`, `detach()`, views and plans draw nothing. Conversions to another
 * dtype do.
 * @returns the result of `build`
 * @throws ArgumentError if `build` returns a promise: an `async` function would draw after its first `await`
 * @example
 * ```ts
 * import { manualSeed, nn } from 'initree';
 * manualSeed(0);
 * const model = nn.deferInit(() => new nn.Linear(1000, 1000));
 * console.log(model.weight.numel); // 1000000
 * console.log(model.weight.data.length); // 1000000
 * ```
 */
export function deferInit<T>(build: () => T): T {
  refuseSurplus('nn.deferInit', arguments, ['build']);
  return checkSynchronous('deferInit()', deferFills(build));
}

/**
 * Materializes all deferred tensors of a model: draws the fills that no code has overwritten. Returns the model.
 * @throws ArgumentError if `model` is not a Module
 * @example
 * ```ts
 * import { nn } from 'initree';
 * const model = nn.materialize(nn.deferInit(() => new nn.Linear(3, 2)));
 * console.log(model.weight.shape); // [ 2, 3 ]
 * ```
 */
export function materialize<M extends Module>(model: M): M {
  refuseSurplus('nn.materialize', arguments, ['model']);
  if (!(model instanceof ModuleNode)) {
    throw new ArgumentError(`materialize() expects a model, found ${describeValue(model)}`);
  }
  finish(materializeSteps(model));
  return model;
}

/** {@link materialize} in pieces of a few milliseconds. */
export function* materializeSteps(model: Module): Steps {
  for (const [deferral, tensors] of deferralsOf(model)) yield* deferral.materialize(tensors);
  // The rest has no fill: it becomes zeros.
  for (const tensor of tensorsOf(model)) if (isDeferred(tensor)) dataToOverwrite(tensor);
}

/** The deferrals of a model, each with its deferred tensors. A parameter that the model no longer has is not listed. */
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
