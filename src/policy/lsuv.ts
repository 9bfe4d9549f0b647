import { ArgumentError, describeValue, PolicyError } from '../errors.js';
import { orthogonal } from '../init/orthogonal.js';
import { ConvolutionLayer } from '../nn/layers/ConvolutionLayer.js';
import { Linear } from '../nn/layers/linear.js';
import { Module } from '../nn/Module.js';
import { checkGenerator, DRAW_DEFAULTS } from '../random/DrawOptions.js';
import type { Generator } from '../random/Generator.js';
import { finish } from '../random/Steps.js';
import { readOptions } from '../readOptions.js';
import { noGrad } from '../tensor/Tape.js';
import { Tensor } from '../tensor/Tensor.js';
import { measureSample } from './measureSample.js';

/** Options of {@link lsuv}. */
export interface LsuvOptions {
  /** How far the standard deviation of an output may be from 1; 0.1 when absent. */
  tolerance?: number | undefined;
  /** How often a layer is corrected at most; 10 when absent. */
  maxAttempts?: number | undefined;
  /** Where the orthonormal weights are drawn from; the default generator when absent. */
  generator?: Generator | undefined;
}

/** Mean and standard deviation of a layer's output, over all its elements. */
export interface OutputMoments {
  readonly mean: number;
  readonly std: number;
}

/** What {@link lsuv} did to one layer. */
export interface LsuvEntry {
  readonly path: string;
  /** How often the layer was corrected. */
  readonly attempts: number;
  /** Its output with orthonormal weights, and at the end. */
  readonly before: OutputMoments;
  readonly after: OutputMoments;
  /** Whether the standard deviation came within the tolerance of 1. */
  readonly converged: boolean;
}

type Weighted = Linear | ConvolutionLayer;

/** Keeps the factor finite; the source's constant. */
const SMALLEST_STD = 1e-8;

/**
 * Layer-sequential unit-variance initialisation (Mishkin & Matas 2015, as github.com/ducha-aiki/LSUV-pytorch does it): all
 * Linear and convolution weights become orthonormal, their biases 0; then, one layer after another in `modules()` order,
 * the weight is divided by the standard deviation of the layer's output for the batch, and the bias lowered by its mean,
 * until the deviation is near 1. The model runs in eval mode. Layers that the batch does not reach stay as they are.
 * The source takes its orthonormal matrices from a singular value decomposition; here they are `init.orthogonal()`.
 * @param batch the model's input, or an array of its inputs; a few hundred samples that are typical
 * @throws ArgumentError for anything wrong in the arguments · PolicyError if no layer is reached, or an output does not vary
 *   or is not finite; then, as after any error, the model and the generator are as they were
 */
export function lsuv(model: Module, batch: Tensor | readonly unknown[], options: LsuvOptions = {}): LsuvEntry[] {
  const { tolerance, maxAttempts, generator } = readOptions('lsuv', options, {
    tolerance: 0.1,
    maxAttempts: 10,
    ...DRAW_DEFAULTS,
  });
  checkGenerator(generator);
  if (!(model instanceof Module))
    throw new ArgumentError(`lsuv() takes an nn.Module first, found ${describeValue(model)}`);
  if (!(batch instanceof Tensor) && !(Array.isArray(batch) && batch.length > 0)) {
    throw new ArgumentError(`lsuv() takes a batch, a Tensor or an array of inputs, found ${describeValue(batch)}`);
  }
  if (!(tolerance > 0)) throw new ArgumentError(`tolerance is a number above 0, found ${describeValue(tolerance)}`);
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1) {
    throw new ArgumentError(`maxAttempts is a whole number of at least 1, found ${describeValue(maxAttempts)}`);
  }
  const inputs: readonly unknown[] = batch instanceof Tensor ? [batch] : batch;
  const restoreModes = rememberModes(model);
  model.eval();
  try {
    return noGrad(() => {
      const layers = reachedLayers(model, inputs);
      const restore = rememberValues(layers, generator);
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

/** Runs the model and looks at what one layer gives, at its last call if there are several. */
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
  if (output === undefined) throw new PolicyError('the batch no longer reaches this layer', path);
  const { mean, std } = finish(measureSample(output.data, output.dtype));
  // Of the elements themselves, not estimated from a sample.
  const moments = { mean, std: std * Math.sqrt((output.numel - 1) / output.numel) };
  if (std > 0 && Number.isFinite(std)) return moments;
  throw new PolicyError(`the output for this batch has mean ${mean} and standard deviation ${std}; it must vary`, path);
}

/** The layers with weights that the model calls, in `modules()` order; of layers that share a weight the first. */
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
  throw new PolicyError('lsuv() needs a model that calls a Linear or a convolution, found none');
}

function rememberModes(model: Module): () => void {
  const modes = Array.from(model.modules(), (module) => [module, module.training] as const);
  return () => {
    for (const [module, training] of modes) module.training = training;
  };
}

function rememberValues(layers: ReadonlyMap<string, Weighted>, generator: Generator): () => void {
  const parameters = Array.from(layers.values(), ({ weight, bias }) => (bias ? [weight, bias] : [weight])).flat();
  const values = parameters.map((parameter) => parameter.data.slice());
  const before = generator.clone();
  return () => {
    parameters.forEach((parameter, i) => {
      parameter.data.set(values[i] as never);
    });
    generator.copyState(before);
  };
}
