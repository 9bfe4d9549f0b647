import { ArgumentError, checkFunction, describeValue } from '../../errors.js';
import type { Module } from '../../nn/Module.js';
import { checkPolicy, type Policy } from '../../policy/definePolicy.js';
import { type ReadArguments, readArguments, type Signature } from '../../readArguments.js';
import type { Tensor } from '../../tensor/Tensor.js';
import type { LossChoice } from '../measure/chooseLoss.js';
import { checkRate, type LearningRates, type StepFunction } from '../optimize/Optimizer.js';
import { checkInput, checkLoss, checkMode } from '../readProbe.js';

/** A batch: a tensor, or an array of the arguments of `forward`. */
type Input = Tensor | readonly unknown[];

/** Options of {@link coordinateCheck}. */
export interface CoordinateCheckOptions {
  /** The widths, different numbers > 0, at least 3 and better 4 or more. Default: 64, 128, 256 and 512. */
  widths?: readonly number[] | undefined;
  /** The batch of every step: a tensor, an array of the arguments of `forward`, or a function of the width that returns one. */
  input: Input | ((width: number) => Input);
  /** What the loss compares the output with. Default: drawn for a cross-entropy, otherwise none. */
  target?: unknown;
  /** The loss; see {@link ProbeOptions.loss}. Default: chosen by the form of the output and the target. */
  loss?: LossChoice | undefined;
  /** The number of training steps, ≥ 0. Default: 3. */
  steps?: number | undefined;
  /** The seeds of the models, at least 2: a number n for the seeds 0 … n − 1, or a list of them. Default: 5. */
  seeds?: number | readonly number[] | undefined;
  /** The policy that initialises every model. Default: none, the models keep what their constructors draw. */
  policy?: Policy | undefined;
  /**
   * `'adam'`, `'sgd'`, or a function that makes a step function from the learning rates of one model. Default: `'adam'`.
   */
  optimizer?: 'adam' | 'sgd' | ((rates: ReadonlyMap<string, number>) => StepFunction) | undefined;
  /** The learning rate, ≥ 0. It should be larger than in training, so that changes show. Default: 0.01 for Adam, otherwise 0.1. */
  learningRate?: number | undefined;
  /**
   * The factors of the learning rate by state-dict key, as a function of the model. Default: those of the policy if it has them, such as
   * `presets.mup()`; otherwise 1.
   */
  learningRates?: ((model: Module) => LearningRates) | undefined;
  /** The mode of all modules. Default: `'train'`. */
  mode?: 'train' | 'eval' | undefined;
}

type Absent = 'input' | 'target' | 'loss' | 'policy' | 'learningRate' | 'learningRates';

/** Options after reading. */
export interface CoordinateCheckSettings
  extends Omit<ReadArguments<CoordinateCheckOptions, Absent>, 'seeds' | 'input' | 'learningRate'> {
  readonly seeds: readonly number[];
  readonly inputAt: (width: number) => readonly unknown[];
  readonly learningRate: number;
  /** What the inputs are, in words; the report repeats it. */
  readonly choices: readonly string[];
}

const SIGNATURE: Signature<CoordinateCheckOptions, Absent> = {
  required: ['build'],
  defaults: {
    widths: [64, 128, 256, 512],
    input: undefined,
    target: undefined,
    loss: undefined,
    steps: 3,
    seeds: 5,
    policy: undefined,
    optimizer: 'adam',
    learningRate: undefined,
    learningRates: undefined,
    mode: 'train',
  },
};

/** Reads and checks the arguments of {@link coordinateCheck}. */
export function readCoordinateCheck(args: ArrayLike<unknown>): CoordinateCheckSettings {
  const caller = 'coordinateCheck';
  if (typeof args[0] !== 'function') {
    throw new ArgumentError(
      `coordinateCheck() expects a function of the width that returns a model, found ${describeValue(args[0])}; write coordinateCheck((width) => new Model(width), { input })`,
    );
  }
  const read = readArguments<CoordinateCheckOptions, Absent>(caller, args, SIGNATURE);
  const { widths, input, loss, steps, policy, optimizer, learningRates, mode } = read;
  const isWidth = (width: unknown) => typeof width === 'number' && width > 0 && width < Infinity;
  if (!Array.isArray(widths) || widths.length < 3 || !widths.every(isWidth) || new Set(widths).size < widths.length) {
    throw new ArgumentError(`widths: expected at least 3 different numbers > 0, found ${describeValue(widths)}`);
  }
  if (!Number.isSafeInteger(steps) || steps < 0) {
    throw new ArgumentError(`steps: expected a whole number ≥ 0, found ${describeValue(steps)}`);
  }
  if (typeof input !== 'function') checkInput(caller, input);
  checkLoss(loss);
  checkMode(mode);
  if (policy !== undefined) checkPolicy('coordinateCheck()', policy);
  if (learningRates !== undefined) checkFunction('learningRates of coordinateCheck()', learningRates);
  if (optimizer !== 'adam' && optimizer !== 'sgd' && typeof optimizer !== 'function') {
    throw new ArgumentError(
      `optimizer: expected 'adam', 'sgd', or a function that returns a step function, found ${describeValue(optimizer)}`,
    );
  }
  const learningRate = read.learningRate ?? (optimizer === 'adam' ? 0.01 : 0.1);
  checkRate('learningRate', learningRate);
  const inputAt = (width: number) => {
    const batch: unknown = typeof input === 'function' ? input(width) : input;
    checkInput(caller, batch);
    return (Array.isArray(batch) ? batch : [batch]) as readonly unknown[];
  };
  return { ...read, seeds: readSeeds(read.seeds), inputAt, learningRate, choices: [] };
}

function readSeeds(seeds: unknown): readonly number[] {
  const isSeed = (seed: unknown) => Number.isSafeInteger(seed);
  if (typeof seeds === 'number' && isSeed(seeds) && seeds >= 2) return Array.from({ length: seeds }, (_, i) => i);
  if (Array.isArray(seeds) && seeds.length >= 2 && seeds.every(isSeed) && new Set(seeds).size === seeds.length) {
    return seeds;
  }
  throw new ArgumentError(
    `seeds: expected a number of seeds ≥ 2, or a list of at least 2 different whole numbers, found ${describeValue(seeds)}`,
  );
}
