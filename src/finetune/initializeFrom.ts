import type { Module } from '../nn/Module.js';
import { readTensors } from '../nn/readState.js';
import { sourceOf } from '../nn/StateSource.js';
import { writePairs } from '../nn/stateDict.js';
import { noteWritten } from '../policy/abortable.js';
import { applyPlan } from '../policy/applyPlan.js';
import { claimRun } from '../policy/claimRun.js';
import type { Policy } from '../policy/definePolicy.js';
import { readRun } from '../policy/prepareRun.js';
import type { Report } from '../policy/Report.js';
import { finish } from '../random/Steps.js';
import type { Tensor } from '../tensor/Tensor.js';
import { prepareStart } from './prepareStart.js';
import { START, type StartOptions } from './StartOptions.js';

/**
 * Starts a model from a checkpoint, as `from_pretrained` of transformers does: what the checkpoint has is copied into the model,
 * and the policy draws what it lacks, in the policy's order, from the generator as it stands. Values are converted to the
 * model's dtypes. Everything is checked before the first element is written. A tied parameter needs one of its keys.
 *
 * transformers constructs the model without a draw, which `nn.skipInit(() => new Model())` does too. Then the new weights have
 * its bits.
 * @param model the model; its parameters and buffers are written in place
 * @param policy the policy for what the checkpoint lacks; what no rule claims stays as the constructor left it, and the report
 *   lists it as uncovered
 * @param state a Map, or pairs of key and tensor
 * @param options those of `initializeWeights`, with `onlyMissing` (default: true); `ignoreMismatched` (default: false), `prefix`
 *   (default: `''`), `rename` (default: the keys stay); see {@link StartOptions}
 * @returns the report; its `checkpoint` lists the keys that were loaded, missing, mismatched, replaced and unexpected
 * @throws StateError if tensors have another shape, unless `ignoreMismatched` is true; if no tensor leads to a tensor of the
 *   model; if a tensor cannot be loaded; if `rename` fails or gives one key twice. The model and the generator are unchanged.
 * @throws PolicyError and StateError in the cases of `initializeWeights`. They are unchanged as well.
 * @throws AbortError if `onProgress` throws. The generator is then unchanged, and `written` lists the keys that were loaded and drawn.
 * @example
 * ```ts
 * import { definePolicy, init, initializeFrom, manualSeed, nn, rule } from 'initree';
 * const build = (classes: number) => new nn.Sequential({ body: new nn.Linear(4, 4), head: new nn.Linear(4, classes) });
 * const base = build(10).stateDict();
 * const policy = definePolicy('head', [rule(nn.Linear, { weight: init.normal(0, 0.02), bias: init.zeros() })]);
 * manualSeed(0);
 * const model = nn.skipInit(() => build(2));
 * const { checkpoint } = initializeFrom(model, policy, base, { ignoreMismatched: true });
 * console.log(checkpoint?.loaded.join(' '), '|', checkpoint?.mismatched.join(' ')); // body.weight body.bias | head.weight head.bias
 * ```
 */
export function initializeFrom(
  model: Module,
  policy: Policy,
  state: Iterable<readonly [string, Tensor]>,
  options?: StartOptions,
): Report {
  const name = 'initializeFrom';
  const read = readRun(name, arguments, START);
  const tensors = readTensors(state);
  const run = prepareStart(
    name,
    model,
    policy,
    { file: null, forms: tensors, load: (pairs) => writePairs(pairs, sourceOf(tensors), 'copy') },
    read,
  );
  const claim = claimRun(run, 'wait until the run has ended');
  try {
    run.load?.();
    const report = finish(applyPlan(run.plan, noteWritten(claim.context).context));
    claim.accept();
    return report;
  } finally {
    claim.end();
  }
}
