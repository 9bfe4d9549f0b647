import { ArgumentError } from '../../errors.js';
import type { Module } from '../../nn/Module.js';
import type { Numbers } from '../../numerics/numbers.js';
import { parameterPaths } from '../../policy/modulePaths.js';
import { defaultGenerator } from '../../random/defaultGenerator.js';
import { Generator } from '../../random/Generator.js';
import type { Steps } from '../../random/Steps.js';
import { type Dense, numbersOf } from '../../tensor/Dense.js';
import { observeOperations } from '../../tensor/observeOperations.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { chooseLoss, type LossChoice } from '../measure/chooseLoss.js';
import { copyInputs } from '../measure/copyInputs.js';
import type { MeasuredOperation } from '../measure/Measurement.js';
import { ModuleCalls } from '../measure/ModuleCalls.js';
import { OperationRecorder } from '../measure/OperationRecorder.js';
import { type Output, readOutput } from '../measure/readOutput.js';
import type { StepFunction } from '../optimize/Optimizer.js';

/** The batch and the loss of every pass. */
export interface Batch {
  readonly inputs: readonly unknown[];
  readonly target: unknown;
  readonly loss: LossChoice | undefined;
}

/** What a model was before its training and after each step. */
export interface Coordinates {
  /** The operations of the first pass. */
  readonly operations: readonly MeasuredOperation[];
  /** The operation that computed the output. */
  readonly output: number | null;
  readonly choices: readonly string[];
  /** For each number of steps, and each operation: mean(|x|). */
  readonly sizes: readonly (readonly number[])[];
  /** For each number of steps, and each operation: mean(|x − x₀|); 0 before the training. */
  readonly changes: readonly (readonly number[])[];
}

/** One forward pass: the values of its operations, as they were when they were computed. */
interface Pass {
  readonly operations: readonly MeasuredOperation[];
  readonly values: readonly Numbers[];
  readonly output: Output;
  readonly indexOf: (tensor: Tensor) => number | null;
}

/**
 * Trains a model on one batch and measures the size of the values of every operation, before the training and after each step. Each
 * pass draws its dropout from the seed 0.
 * @param model is trained
 */
export function* measureCoordinates(
  model: Module,
  batch: Batch,
  step: StepFunction,
  steps: number,
): Steps<Coordinates> {
  const sizes: number[][] = [];
  const changes: number[][] = [];
  let first: Pass | null = null;
  let about: Pick<Coordinates, 'output' | 'choices'> = { output: null, choices: [] };
  for (let t = 0; t <= steps; t++) {
    yield;
    const pass = runForward(model, batch);
    first ??= pass;
    checkSame(first, pass, t);
    const { values: before } = first;
    sizes.push(pass.values.map(meanSize));
    changes.push(pass.values.map((values, i) => meanChange(values, before[i])));
    const chosen = chooseLoss(pass.output, batch.target, batch.loss, (tensor) => {
      const index = pass.indexOf(tensor);
      return index === null ? null : pass.operations[index].settings.kind;
    });
    if (chosen === null) {
      throw new ArgumentError('the model cannot be trained: expected forward() to return a float tensor, found none');
    }
    if (t === 0) about = { output: chosen.output && pass.indexOf(chosen.output), choices: chosen.choices };
    if (t === steps) break;
    yield;
    model.zeroGrad();
    chosen.value.backward();
    step(model.namedParameters());
  }
  return { operations: first?.operations ?? [], ...about, sizes, changes };
}

function runForward(model: Module, { inputs }: Batch): Pass {
  const { copies, tensors } = copyInputs(inputs);
  const values: Numbers[] = [];
  const calls = new ModuleCalls(model);
  const keep = (value: Dense) => values.push(numbersOf(value).slice());
  const recorder = new OperationRecorder(calls, () => {}, keep);
  tensors.forEach((tensor, index) => {
    recorder.know(tensor, { kind: 'input', index });
  });
  for (const [parameter, [path]] of parameterPaths(model)) recorder.know(parameter, { kind: 'parameter', path });
  defaultGenerator.copyState(new Generator(0));
  try {
    const { value } = observeOperations(recorder, () => ({ value: model.forward(...copies) as unknown }));
    recorder.finishWriting();
    const output = readOutput(value);
    return { operations: recorder.operations, values, output, indexOf: (tensor) => recorder.indexOf(tensor) };
  } finally {
    calls.remove();
  }
}

/** @throws ArgumentError if training has changed which operations run, or the shapes of their values */
function checkSame({ operations, values }: Pass, pass: Pass, t: number): void {
  const place = operations.findIndex(
    ({ label }, i) => pass.operations[i]?.label !== label || pass.values[i].length !== values[i].length,
  );
  if (place < 0 && pass.operations.length === operations.length) return;
  const at = place < 0 ? operations.length : place;
  throw new ArgumentError(
    `the operations depend on the weights: expected operation ${at} after ${t} steps to be ${nameOf(operations[at])}, found ${nameOf(pass.operations[at])}`,
  );
}

const nameOf = (operation: MeasuredOperation | undefined): string =>
  operation === undefined ? 'none' : `'${operation.label}'`;

function meanSize(values: Numbers): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.abs(values[i]);
  return sum / values.length;
}

function meanChange(values: Numbers, before: Numbers): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.abs(values[i] - before[i]);
  return sum / values.length;
}
