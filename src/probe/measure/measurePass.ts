import type { Parameter } from '../../nn/Parameter.js';
import type { Steps } from '../../random/Steps.js';
import { denseOf } from '../../tensor/Dense.js';
import { observeOperations } from '../../tensor/observeOperations.js';
import { originalOf } from '../../tensor/originalOf.js';
import { isGradEnabled, leafGradients } from '../../tensor/Tape.js';
import type { Tensor } from '../../tensor/Tensor.js';
import type { InitialLoss, Symmetry } from '../Probe.js';
import type { Statistics } from '../Statistics.js';
import { type ChosenLoss, chooseLoss, type LossChoice } from './chooseLoss.js';
import { copyInputs } from './copyInputs.js';
import type { Measurement } from './Measurement.js';
import { ModuleCalls } from './ModuleCalls.js';
import { messageOf } from './messageOf.js';
import { OperationRecorder } from './OperationRecorder.js';
import type { PreparedModel } from './PreparedModel.js';
import { checkOutput, type Output, readOutput } from './readOutput.js';
import { summarizeElements } from './summarizeElements.js';
import { symmetryOf } from './symmetries.js';

/** What a pass computes. */
export interface PassSettings {
  readonly inputs: readonly unknown[];
  readonly target: unknown;
  readonly loss: LossChoice | undefined;
  /** Is told when a phase begins. */
  readonly begin: (phase: 'forward' | 'backward') => void;
}

/** Runs a forward pass and, where there is a loss, a backward pass, and measures every operation. Pauses between the two. */
export function* measurePass(prepared: PreparedModel, settings: PassSettings): Steps<Measurement> {
  settings.begin('forward');
  yield;
  const { model, parameters } = prepared;
  const { copies, tensors } = copyInputs(settings.inputs);
  const calls = new ModuleCalls(model);
  const recorder = new OperationRecorder(calls, (tensor) => prepared.beforeWrite(tensor));
  tensors.forEach((tensor, index) => {
    recorder.know(tensor, { kind: 'input', index });
  });
  for (const [parameter, [path]] of parameters) recorder.know(parameter, { kind: 'parameter', path });
  const { operations } = recorder;
  const measured = {
    operations,
    parameterGradients: new Map<string, Statistics>(),
    loss: null,
    output: null,
    symmetries: [],
    choices: [],
    failure: null,
  };

  let output: Output;
  try {
    // In an object, so that a promise is not awaited anywhere.
    const { value } = observeOperations(recorder, () => ({ value: model.forward(...copies) as unknown }));
    recorder.finishWriting();
    output = readOutput(value);
    if (typeof settings.loss !== 'function') checkOutput(output);
  } catch (error) {
    return { ...measured, failure: { path: calls.pathOf(error), message: messageOf(error) } };
  } finally {
    calls.remove();
  }
  const kindOf = (tensor: Tensor) => {
    const index = recorder.indexOf(tensor);
    return index === null ? null : operations[index].settings.kind;
  };
  const chosen = chooseLoss(output, settings.target, settings.loss, kindOf);
  if (chosen === null) return { ...measured, choices: ['loss: none, because forward() returns no float tensor'] };
  const found = {
    ...measured,
    loss: describeLoss(chosen),
    output: chosen.output && recorder.indexOf(chosen.output),
    choices: chosen.choices,
  };
  if (!chosen.value.requiresGrad) {
    const reason = isGradEnabled() ? 'the output is computed without recording' : 'the probe runs inside noGrad()';
    return { ...found, choices: [...chosen.choices, `gradients: none, because ${reason}`] };
  }

  settings.begin('backward');
  yield;
  const { value } = chosen;
  let gradients: ReturnType<typeof leafGradients>;
  try {
    gradients = observeOperations(recorder, () => leafGradients(value, denseOf([1], value.shape, value.dtype)));
  } catch (error) {
    return { ...found, failure: { path: '', message: `in the backward pass: ${messageOf(error)}` } };
  }
  const symmetries: Symmetry[] = [];
  for (const [parameter, [path]] of parameters) {
    const gradient = gradients.get(originalOf(parameter as Parameter) as Tensor);
    if (gradient === undefined || !prepared.isTrainable(parameter)) continue;
    found.parameterGradients.set(path, summarizeElements(gradient, null).statistics);
    const symmetry = symmetryOf(path, parameter, gradient);
    if (symmetry) symmetries.push(symmetry);
    yield;
  }
  return { ...found, symmetries };
}

function describeLoss({ kind, value, output, classes }: ChosenLoss): InitialLoss {
  return {
    kind,
    value: value.item(),
    expected: classes === null ? null : Math.log(classes),
    logitStd: classes === null || output === null ? null : summarizeElements(output, null).statistics.std,
  };
}
