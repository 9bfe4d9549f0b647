import { AbortError } from '../errors.js';
import { cloneModule } from '../nn/cloneModule.js';
import { materializeSteps } from '../nn/deferInit.js';
import { bufferEntries, parameterEntries } from '../nn/entries.js';
import type { Module } from '../nn/Module.js';
import type { Parameter } from '../nn/Parameter.js';
import { walk } from '../nn/walk.js';
import { isFloatDType } from '../numerics/DType.js';
import { applyPlan } from '../policy/applyPlan.js';
import { claimRun } from '../policy/claimRun.js';
import type { Policy } from '../policy/definePolicy.js';
import { parameterPaths } from '../policy/modulePaths.js';
import { prepareRun, RUN } from '../policy/prepareRun.js';
import type { Report } from '../policy/Report.js';
import type { Generator } from '../random/Generator.js';
import { finish, finishWithPauses, type Steps } from '../random/Steps.js';
import { isDeferred } from '../tensor/deferredData.js';
import { VERSION } from '../version.js';
import { describeModules } from './describeModules.js';
import { describeParameters, lawsOf } from './describeParameters.js';
import { hashBatch } from './hashBatch.js';
import { judge } from './judge/judge.js';
import type { Measurement } from './measure/Measurement.js';
import { type MeasuredJacobian, measureJacobian } from './measure/measureJacobian.js';
import { measurePass } from './measure/measurePass.js';
import { PreparedModel } from './measure/PreparedModel.js';
import { summarizeElements } from './measure/summarizeElements.js';
import { tensorsIn } from './measure/tensorsIn.js';
import type { ProbedInput } from './Probe.js';
import { ProbeResult } from './ProbeResult.js';
import { predictJacobian } from './predict/predictJacobian.js';
import { predictOperations } from './predict/predictOperations.js';
import {
  type ProbeAsyncOptions,
  type ProbeOptions,
  type ProbePhase,
  type ProbeSettings,
  readProbe,
  readProbeAsync,
} from './readProbe.js';

/**
 * Runs a model forwards and backwards on one batch, and says what its initialisation does: of every operation, functional ones
 * too, the values and gradients beside their predictions, and a verdict in words.
 *
 * With a policy it runs a copy of the model. Without one it runs the model itself, whose parameters, buffers, other properties,
 * `training`, `grad`, `requiresGrad` and hooks are afterwards what they were, also when it throws; so are the generators, and the arrays,
 * maps, sets and objects that the modules hold. What a `forward` writes into private fields (`#name`), into variables outside of the
 * model, or into the `data` of a parameter stays. A deferred model is copied and stays deferred. Dropout draws from the seed 0. A `forward`
 * that throws, or whose output has no tensor, gives a result with `failure`, and with what was measured before.
 *
 * Percentiles and histograms come from up to 4,096 evenly spaced elements of a tensor, other figures from all elements.
 * @param model any model; each use of a shared module is an operation of its own
 * @param options `input` (required), `target`, `loss`, `policy`, `mode`, `generator`, `learningRate`, `jacobian`, `spectra`; see
 *   {@link ProbeOptions}
 * @throws ArgumentError for a wrong argument, and for a loss that does not fit the output
 * @throws PolicyError if the policy cannot be applied to the model
 * @throws StateError if the model has to be copied and cannot be
 * @example
 * ```ts
 * import { manualSeed, nn, randn } from 'initree';
 * import { probe } from 'initree/probe';
 * manualSeed(0);
 * const model = new nn.Sequential(new nn.Linear(64, 64), new nn.ReLU(), new nn.Linear(64, 10));
 * const found = probe(model, { input: randn([32, 64]) });
 * console.log(found.operations.map(({ label, kind }) => `${label}: ${kind}`).join(', ')); // 0: linear, 1: relu, 2: linear
 * console.log(found.loss?.kind, found.loss?.value.toFixed(2)); // cross-entropy 2.40
 * ```
 */
export function probe(model: Module, options: ProbeOptions): ProbeResult {
  return finish(probeSteps(model, readProbe(arguments)));
}

/**
 * Does what {@link probe} does, and pauses between its parts: copying, initialising, the forward pass, the backward pass, the
 * figures of each parameter, and each spectrum. The forward pass and the backward pass have no pause in themselves. Until the promise
 * settles, the model must not be used.
 * @param options those of {@link probe}, `signal` and `onProgress`; see {@link ProbeAsyncOptions}
 * @throws AbortError if the signal is aborted; the model and the generator are then what they were
 * @throws what `onProgress` throws; they are then what they were as well
 */
export async function probeAsync(model: Module, options: ProbeAsyncOptions): Promise<ProbeResult> {
  const settings = readProbeAsync(arguments);
  const { signal } = settings;
  const steps = probeSteps(model, settings);
  try {
    return await finishWithPauses(steps, () => {
      if (signal?.aborted) throw new AbortError([], signal.reason);
    });
  } catch (error) {
    // Lets the probe put the model back.
    steps.return?.();
    throw error;
  }
}

function* probeSteps(model: Module, settings: ProbeSettings): Steps<ProbeResult> {
  const { policy, generator, onProgress } = settings;
  const begin = (phase: ProbePhase) => onProgress?.({ phase });
  if (policy === undefined && !hasDeferred(model)) return yield* probeInitialized(model, settings, null);
  begin('clone');
  yield;
  const clone = cloneModule(model);
  let report: Report | null = null;
  if (policy !== undefined) {
    begin('initialize');
    yield;
    report = yield* initialize(clone, policy, generator);
  }
  // Only the tensors of the copy: reading one of them would draw those of the model too.
  yield* materializeSteps(clone);
  return yield* probeInitialized(clone, settings, report);
}

/** Initialises a model; the generator stays where it is. */
function* initialize(model: Module, policy: Policy, generator: Generator | undefined): Steps<Report> {
  const run = prepareRun('probe', model, policy, { ...RUN.defaults, generator });
  const claim = claimRun(run, 'wait until the run has ended');
  try {
    return yield* applyPlan(run.plan, claim.context);
  } finally {
    claim.end();
  }
}

function hasDeferred(model: Module): boolean {
  for (const [, module] of walk(model)) {
    for (const [, tensor] of [...parameterEntries(module), ...bufferEntries(module)])
      if (isDeferred(tensor)) return true;
  }
  return false;
}

/**
 * Probes a model that is initialised.
 * @param report the report of the policy that initialised it; `null` if there was none
 */
export function* probeInitialized(model: Module, settings: ProbeSettings, report: Report | null): Steps<ProbeResult> {
  const { inputs, target, loss, mode, learningRate = null, jacobian, spectra, onProgress } = settings;
  const begin = (phase: ProbePhase) => onProgress?.({ phase });
  const parameters: ReadonlyMap<Parameter, readonly string[]> = parameterPaths(model);
  const laws = lawsOf(parameters, report);
  const prepared = new PreparedModel(model, mode, parameters);
  let measurement: Measurement;
  let ofJacobian: MeasuredJacobian = { meanSquare: null, failure: null };
  try {
    prepared.seedNoise();
    measurement = yield* measurePass(prepared, { inputs, target, loss, begin });
    if (jacobian && measurement.failure === null) {
      begin('jacobian');
      ofJacobian = yield* measureJacobian(prepared, inputs);
    }
  } finally {
    prepared.restore();
  }
  begin('parameters');
  const { meanSquare } = ofJacobian;
  const failure = measurement.failure ?? ofJacobian.failure;
  const { operations, depth } = predictOperations(measurement, laws);
  const described = yield* describeParameters(parameters, report, measurement, {
    learningRate,
    hasSpectra: spectra,
    beginSpectra: () => begin('spectra'),
  });
  const choices = [...measurement.choices];
  if (jacobian && meanSquare === null && failure === null)
    choices.push('jacobian: none, because no float output depends on a float input');
  const data = {
    model: model.constructor.name,
    mode,
    choices,
    policy: report?.policy ?? null,
    seed: report?.source.seed ?? null,
    reference: report?.source.reference ?? null,
    version: VERSION,
    batch: hashBatch(inputs, target),
    inputs: describeInputs(inputs),
    loss: measurement.loss,
    modules: describeModules(model, operations),
    operations,
    parameters: described,
    depth,
    symmetries: measurement.symmetries,
    jacobian: meanSquare === null ? null : { meanSquare, predicted: predictJacobian(measurement, operations, laws) },
    failure,
  };
  return new ProbeResult({ ...data, ...judge(data) });
}

function describeInputs(inputs: readonly unknown[]): ProbedInput[] {
  return tensorsIn(inputs).map((tensor) => ({
    shape: tensor.shape,
    dtype: tensor.dtype,
    statistics: isFloatDType(tensor.dtype) ? summarizeElements(tensor, null).statistics : null,
  }));
}
