import { ArgumentError, describeValue, PolicyError } from '../errors.js';
import { orthogonal } from '../init/orthogonal.js';
import { ConvolutionLayer } from '../nn/layers/ConvolutionLayer.js';
import { Linear } from '../nn/layers/linear.js';
import { Module } from '../nn/Module.js';
import { checkNumber, checkWhole } from '../numerics/checkNumber.js';
import type { Storage } from '../numerics/DType.js';
import { checkGenerator } from '../random/DrawOptions.js';
import type { Generator } from '../random/Generator.js';
import { finish } from '../random/Steps.js';
import { readArguments, type Signature } from '../readArguments.js';
import { withMarkOf } from '../tensor/loadedElements.js';
import { noGrad } from '../tensor/Tape.js';
import { Tensor } from '../tensor/Tensor.js';
import { measureSample } from './measureSample.js';

/** Options of {@link lsuv}. */
export interface LsuvOptions {
  /** The largest accepted distance of an output's standard deviation from 1; > 0. Default: 0.1. */
  tolerance?: number | undefined;
  /** The largest number of corrections of one layer; ≥ 1. Default: 10. */
  maxAttempts?: number | undefined;
  /** The generator that draws the orthonormal weights. Default: the default generator. */
  generator?: Generator | undefined;
}

const LSUV: Signature<LsuvOptions> = {
  required: ['model', 'batch'],
  defaults: { tolerance: 0.1, maxAttempts: 10, generator: undefined },
};

/** Mean and standard deviation of a layer's output, over all its elements. */
export interface OutputMoments {
  readonly mean: number;
  readonly std: number;
}

/** The result of {@link lsuv} for one layer. */
export interface LsuvEntry {
  /** Dotted path of the layer. */
  readonly path: string;
  /** The number of corrections. */
  readonly attempts: number;
  /** The layer's output with orthonormal weights. */
  readonly before: OutputMoments;
  /** The layer's output after the corrections of this layer. */
  readonly after: OutputMoments;
  /** Whether the distance of the standard deviation from 1 is at most the tolerance. */
  readonly converged: boolean;
}

type Weighted = Linear | ConvolutionLayer;

/** A summand that keeps the factor finite. The source uses the same constant. */
const SMALLEST_STD = 1e-8;

/**
 * Initialises a model by layer-sequential unit variance (LSUV; Mishkin & Matas 2015, as in
 * github.com/ducha-aiki/LSUV-pytorch). First all weights of Linear and convolution layers become orthonormal, and their
 * biases become 0. Then the layers are corrected one after another, in `modules()` order: the weight is divided by the
 * standard deviation of the layer's output for the batch, and the mean of the output is subtracted from the bias, until the
 * standard deviation is near 1. The model runs in eval mode. Layers that the batch does not reach stay unchanged.
 *
 * The source gets its orthonormal matrices from a singular value decomposition; here `init.orthogonal()` draws them.
 * @param model the model; every Linear and convolution layer that the batch reaches is initialised
 * @param batch the model's input, or an array of the model's inputs; a few hundred typical samples
 * @param options `tolerance` (default: 0.1), `maxAttempts` (default: 10) and `generator` (default: the default generator)
 * @returns one entry for each layer that the batch reaches, in `modules()` order
 * @throws ArgumentError if an argument is invalid
 * @throws StateError if a run uses the generator
 * @throws PolicyError if the batch reaches no layer, or if the output of a layer does not vary or is not finite. After any
 *   error the model and the generator are unchanged.
 * @example
 * ```ts
 * import { lsuv, manualSeed, nn, randn } from 'initree';
 * manualSeed(0);
 * const model = new nn.Sequential(new nn.Linear(8, 32), new nn.ReLU(), new nn.Linear(32, 4));
 * const entries = lsuv(model, randn([200, 8]).mul(3));
 * console.log(entries.map(({ path, before, after }) => `${path} ${before.std.toFixed(1)} ${after.std.toFixed(1)}`)); // [ '0 1.5 1.0', '2 0.7 1.0' ]
 * ```
 */
export function lsuv(model: Module, batch: Tensor | readonly unknown[], options?: LsuvOptions): LsuvEntry[] {
  const { tolerance, maxAttempts, ...draw } = readArguments('lsuv', arguments, LSUV);
  const generator = checkGenerator(draw.generator);
  if (!(model instanceof Module))
    throw new ArgumentError(`lsuv() expects an nn.Module first, found ${describeValue(model)}`);
  if (!(batch instanceof Tensor) && !(Array.isArray(batch) && batch.length > 0)) {
    throw new ArgumentError(
      `lsuv() expects a batch second, a Tensor or an array of inputs, found ${describeValue(batch)}`,
    );
  }
  if (!(checkNumber('tolerance', tolerance) > 0))
    throw new ArgumentError(`tolerance: expected a number above 0, found ${describeValue(tolerance)}`);
  checkWhole('maxAttempts', maxAttempts);
  const inputs: readonly unknown[] = batch instanceof Tensor ? [batch] : batch;
  generator.checkFree('lsuv()');
  const restoreModes = saveModes(model);
  model.eval();
  try {
    return noGrad(() => {
      const layers = reachedLayers(model, inputs);
      const restore = saveValues(layers, generator);
      try {
        for (const { weight, bias } of layers.values()) {
          orthogonal().fill(weight, { generator });
          bias?.zero_();
        }
        return Array.from(layers, ([path, layer]) =>
          normalizeOutput(path, layer, () => outputMoments(model, inputs, path, layer), tolerance, maxAttempts),
        );
      } catch (error) {
        restore();
        throw error;
      }
    });
  } finally {
    restoreModes();
  }
}

function normalizeOutput(
  path: string,
  { weight, bias }: Weighted,
  measure: () => OutputMoments,
  tolerance: number,
  maxAttempts: number,
): LsuvEntry {
  const before = measure();
  let after = before;
  let attempts = 0;
  while (Math.abs(after.std - 1) > tolerance && attempts < maxAttempts) {
    weight.mul_(1 / (after.std + SMALLEST_STD));
    bias?.sub_(after.mean);
    after = measure();
    attempts++;
  }
  return { path, attempts, before, after, converged: Math.abs(after.std - 1) <= tolerance };
}

/** Runs the model and measures the output of one layer. If the model calls the layer several times, the last call counts. */
function outputMoments(model: Module, inputs: readonly unknown[], path: string, layer: Weighted): OutputMoments {
  let output: Tensor | undefined;
  const hook = layer.registerForwardHook((_module, _args, value: Tensor) => {
    output = value;
  });
  try {
    model.forward(...inputs);
  } finally {
    hook.remove();
  }
  if (output === undefined)
    throw new PolicyError(
      'the model called this layer in its first run, but not in a later one; lsuv() requires the same calls in every run',
      path,
    );
  const { mean, std } = finish(measureSample(output.data, output.dtype));
  // The deviation of the elements themselves has n in its denominator, measureSample() has n − 1.
  const moments = { mean, std: std * Math.sqrt((output.numel - 1) / output.numel) };
  if (std > 0 && Number.isFinite(std)) return moments;
  throw new PolicyError(
    `the output for this batch has mean ${mean} and standard deviation ${std}; expected a finite output that varies`,
    path,
  );
}

/** The Linear and convolution layers that the model calls, in `modules()` order. Of layers that share a weight, only the first. */
function reachedLayers(model: Module, inputs: readonly unknown[]): Map<string, Weighted> {
  const layers = new Map<string, Weighted>();
  const reached = new Set<Module>();
  const seen = new Set<Tensor>();
  for (const [path, module] of model.namedModules()) {
    if (!(module instanceof Linear || module instanceof ConvolutionLayer) || seen.has(module.weight)) continue;
    seen.add(module.weight);
    layers.set(path, module);
  }
  const hooks = Array.from(layers.values(), (layer) => layer.registerForwardHook(() => void reached.add(layer)));
  try {
    model.forward(...inputs);
  } finally {
    for (const hook of hooks) hook.remove();
  }
  for (const [path, layer] of layers) if (!reached.has(layer)) layers.delete(path);
  if (layers.size > 0) return layers;
  throw new PolicyError('lsuv() expects a model that calls a Linear or a convolution, found none');
}

/** Saves the modes of all modules. The function that it returns restores them. */
function saveModes(model: Module): () => void {
  const modes = Array.from(model.modules(), (module) => [module, module.training] as const);
  return () => {
    for (const [module, training] of modes) module.training = training;
  };
}

/** Saves the weights, the biases and the generator's state. The function that it returns restores them. */
function saveValues(layers: ReadonlyMap<string, Weighted>, generator: Generator): () => void {
  const parameters = Array.from(layers.values(), ({ weight, bias }) => (bias ? [weight, bias] : [weight])).flat();
  const values = parameters.map(({ data }) => withMarkOf(data, data.slice() as Storage));
  const before = generator.clone();
  return () => {
    parameters.forEach((parameter, i) => {
      parameter.data.set(values[i] as never);
      withMarkOf(values[i], parameter.data);
    });
    generator.copyState(before);
  };
}
