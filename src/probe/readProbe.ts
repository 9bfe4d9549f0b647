import { ArgumentError, describeThrown, describeValue } from '../errors.js';
import { Module } from '../nn/Module.js';
import type { Policy } from '../policy/definePolicy.js';
import { checkPolicy } from '../policy/definePolicy.js';
import { checkSignal } from '../policy/initializeWeightsAsync.js';
import { checkGenerator } from '../random/DrawOptions.js';
import type { Generator } from '../random/Generator.js';
import { type ReadArguments, readArguments, type Signature } from '../readArguments.js';
import { Tensor } from '../tensor/Tensor.js';
import { LOSSES } from './losses.js';
import type { LossChoice } from './measure/chooseLoss.js';
import { tensorsIn } from './measure/tensorsIn.js';

/** The parts of a probe, in order. */
export type ProbePhase = 'clone' | 'initialize' | 'forward' | 'backward' | 'parameters' | 'spectra' | 'jacobian';

/** Options of {@link probe}. */
export interface ProbeOptions {
  /** The batch: a tensor, or an array of the arguments of `forward`. */
  input: Tensor | readonly unknown[];
  /** What the loss compares the output with. Default: drawn for a cross-entropy, otherwise none. */
  target?: unknown;
  /**
   * `'cross-entropy'`, `'mse'`, `'mean-square'` (mean(y²)/2), or a function of output and target that returns a tensor with one
   * element. Default: chosen by the form of the output and the target.
   */
  loss?: LossChoice | undefined;
  /** The policy that initialises a copy of the model. Default: none, the model is measured as it is. */
  policy?: Policy | undefined;
  /** The mode of all modules, of which `training` is set. Default: `'train'`. */
  mode?: 'train' | 'eval' | undefined;
  /** The generator that the policy draws from; it stays where it is. Default: the default generator. */
  generator?: Generator | undefined;
  /** The learning rate of the ratios of updates to data. Default: none, the ratios are `null`. */
  learningRate?: number | undefined;
  /** Whether the Jacobian is measured, which takes four more passes. Default: false. */
  jacobian?: boolean | undefined;
  /** Whether the spectra of the weights are computed. Default: false. */
  spectra?: boolean | undefined;
}

/** Options of {@link probeAsync}. */
export interface ProbeAsyncOptions extends ProbeOptions {
  /** Cancels the probe when it is aborted. Default: the probe cannot be cancelled. */
  signal?: AbortSignal | undefined;
  /** Called when a part begins. What it throws ends the probe. Default: none. */
  onProgress?: ((progress: { readonly phase: ProbePhase }) => void) | undefined;
}

type Absent = 'target' | 'loss' | 'policy' | 'learningRate' | 'input' | 'signal' | 'onProgress';

/** Options after reading. */
export type ProbeSettings = ReadArguments<ProbeAsyncOptions, Absent> & { readonly inputs: readonly unknown[] };

const PROBE: Signature<ProbeOptions, Exclude<Absent, 'signal' | 'onProgress'>> = {
  required: ['model'],
  defaults: {
    input: undefined,
    target: undefined,
    loss: undefined,
    policy: undefined,
    mode: 'train',
    generator: undefined,
    learningRate: undefined,
    jacobian: false,
    spectra: false,
  },
};
const PROBE_ASYNC: Signature<ProbeAsyncOptions, Absent> = {
  ...PROBE,
  defaults: { ...PROBE.defaults, signal: undefined, onProgress: undefined },
};

/** Reads and checks the arguments of {@link probe}. */
export function readProbe(args: ArrayLike<unknown>): ProbeSettings {
  checkModel('probe', args[0]);
  const read = readArguments<ProbeOptions, Exclude<Absent, 'signal' | 'onProgress'>>('probe', args, PROBE);
  return check('probe', { ...read, signal: undefined, onProgress: undefined });
}

/** Reads and checks the arguments of {@link probeAsync}. */
export function readProbeAsync(args: ArrayLike<unknown>): ProbeSettings {
  checkModel('probeAsync', args[0]);
  return check('probeAsync', readArguments<ProbeAsyncOptions, Absent>('probeAsync', args, PROBE_ASYNC));
}

function checkModel(caller: string, model: unknown): void {
  if (model instanceof Module) return;
  throw new ArgumentError(`${caller}() expects an nn.Module first, found ${describeValue(model)}`);
}

function check(caller: string, read: ReadArguments<ProbeAsyncOptions, Absent>): ProbeSettings {
  const { input, loss, policy, mode, learningRate, onProgress } = read;
  checkInput(caller, input);
  tensorsOf('target', read.target);
  checkLoss(loss);
  checkMode(mode);
  if (policy !== undefined) checkPolicy(`${caller}()`, policy);
  checkGenerator(read.generator);
  if (read.generator !== undefined && policy === undefined) {
    throw new ArgumentError('generator: only a policy draws from it; give policy as well, or leave generator out');
  }
  if (
    learningRate !== undefined &&
    !(typeof learningRate === 'number' && learningRate > 0 && learningRate < Infinity)
  ) {
    throw new ArgumentError(`learningRate: expected a finite number above 0, found ${describeValue(learningRate)}`);
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new ArgumentError(`onProgress: expected a function, found ${describeValue(onProgress)}`);
  }
  checkSignal(read.signal);
  return { ...read, inputs: input instanceof Tensor ? [input] : input };
}

/** @throws ArgumentError unless a value is a tensor, or an array of the arguments of `forward` with a tensor among them */
export function checkInput(caller: string, input: unknown): asserts input is Tensor | readonly unknown[] {
  if (!(input instanceof Tensor) && !Array.isArray(input)) {
    throw new ArgumentError(
      `${caller}() needs input: expected a tensor, or an array of the arguments of forward, found ${describeValue(input)}; write ${caller}(model, { input: randn([64, 3, 32, 32]) })`,
    );
  }
  if (tensorsOf('input', input).length === 0) {
    throw new ArgumentError(
      `input: expected at least one tensor among the arguments of forward, found ${describeValue(input)}`,
    );
  }
}

/** @throws ArgumentError if a value throws when it is read */
function tensorsOf(name: string, value: unknown): Tensor[] {
  try {
    return tensorsIn(value);
  } catch (error) {
    throw new ArgumentError(`${name}: it cannot be read: it threw ${describeThrown(error)}`, undefined, {
      cause: error,
    });
  }
}

/** @throws ArgumentError unless a value is the name of a loss or a function; `undefined` is the default */
export function checkLoss(loss: LossChoice | undefined): void {
  if (loss !== undefined && typeof loss !== 'function' && !LOSSES.includes(loss)) {
    throw new ArgumentError(
      `loss: expected ${LOSSES.map((name) => `'${name}'`).join(', ')} or a function, found ${describeValue(loss)}`,
    );
  }
}

/** @throws ArgumentError unless a value is a mode of modules */
export function checkMode(mode: unknown): asserts mode is 'train' | 'eval' {
  if (mode === 'train' || mode === 'eval') return;
  throw new ArgumentError(`mode: expected 'train' or 'eval', found ${describeValue(mode)}`);
}
