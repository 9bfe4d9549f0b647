import { describeValue, PolicyError } from '../../errors.js';
import { zeros } from '../../init/constant.js';
import { calculateFanInAndFanOut } from '../../init/fan.js';
import type { Initializer } from '../../init/Initializer.js';
import { normal } from '../../init/normal.js';
import { zeroRow } from '../../init/zeroRow.js';
import { MultiheadAttention } from '../../nn/layers/attention.js';
import { ConvolutionLayer } from '../../nn/layers/ConvolutionLayer.js';
import { Embedding } from '../../nn/layers/embedding.js';
import { Linear } from '../../nn/layers/linear.js';
import { Module } from '../../nn/Module.js';
import type { Parameter } from '../../nn/Parameter.js';
import { readArguments, type Signature } from '../../readArguments.js';
import type { Policy } from '../definePolicy.js';
import type { LearningRateOptions, Parametrization } from '../Parametrization.js';
import type { ParameterPlace } from '../Place.js';
import { definePreset } from './definePreset.js';
import { frameworkDefaults } from './frameworkDefaults.js';
import { lastName } from './modulePaths.js';
import { flag, positive, switchedOn, whole } from './presetOptions.js';

/** Options of {@link mup}. */
export interface MupPresetOptions {
  /** The width at which the network is that of the standard parametrisation, ≥ 1. Default: 64. */
  baseWidth?: number | undefined;
  /**
   * Whether the model multiplies the input of its readout by `outputMultiplier(width)` (Table 8). Without it the initialisation and the
   * learning rate of the readout do the same (Table 3). Default: true.
   */
  multiplier?: boolean | undefined;
  /** The standard deviation of the weights times √fan-in, > 0: √2 for ReLU. Default: 1. */
  gain?: number | undefined;
  /** Whether the readout starts at 0. Default: false. */
  readoutZeroInit?: boolean | undefined;
  /**
   * Whether the queries of attention start at 0, so that its logits do not depend on the width at the start either. They are the Linear
   * layers called q, wq, q_proj, query, to_q, q_lin or w_q. Default: false.
   */
  queryZeroInit?: boolean | undefined;
}

type Options = Required<{ [K in keyof MupPresetOptions]-?: Exclude<MupPresetOptions[K], undefined> }>;

/** Whether the weight of a module is a matrix from inputs to outputs. */
const isWeighted = (module: Module) => module instanceof Linear || module instanceof ConvolutionLayer;
const TIED =
  'the readout shares its weight with an embedding, whose scale cannot depend on the width; expected multiplier: true, found false';
/** The names of layers that compute queries. */
const QUERIES: readonly string[] = ['q', 'wq', 'q_proj', 'query', 'to_q', 'q_lin', 'w_q'];

/**
 * The maximal update parametrisation (Yang et al. 2022): at every width the network computes and learns alike, so that a learning
 * rate that is found on a small network is right for a wide one. The result is a policy, with `policy` (the initialisation
 * alone), `learningRates(model)` and `outputMultiplier(width)`; see {@link Parametrization}.
 *
 * The readout is the last Linear. The input layers are the embeddings, or, without an embedding, the first layer with weights. All
 * other weights are hidden. The width is the number of inputs of the readout. All widths of the model grow in proportion to it.
 * @throws PolicyError, when the policy is applied, if the model has no Linear
 * @example
 * ```ts
 * import { nn, presets } from 'initree';
 * const mup = presets.mup({ baseWidth: 64, multiplier: false });
 * const mlp = new nn.Sequential(new nn.Linear(8, 256), new nn.ReLU(), new nn.Linear(256, 256), new nn.ReLU(), new nn.Linear(256, 4));
 * const rates = mup.learningRates(mlp, { learningRate: 0.004 });
 * console.log([...rates].map(([path, rate]) => `${path} ${rate}`).join(', ')); // 0.weight 0.004, 0.bias 0.004, 2.weight 0.001, 2.bias 0.004, 4.weight 0.001, 4.bias 0.004
 * console.log(mup.outputMultiplier(256)); // 1
 * ```
 */
export const mup = definePreset<MupPresetOptions, Parametrization>(
  {
    name: 'mup',
    source:
      'Tensor Programs V (arXiv 2203.03466), tables 3 and 8; github.com/microsoft/mup 1.0.0, mup/layer.py and mup/optim.py',
    rule:
      'Linear, convolutions, MultiheadAttention: weight N(0, gain² / fan-in), bias 0.\n' +
      'The readout, which is the last Linear: weight N(0, 1 / baseWidth), bias 0; its input is multiplied by baseWidth / width. With ' +
      'multiplier: false, weight N(0, baseWidth / width²).\n' +
      'With queryZeroInit, layers called q, wq, q_proj, query, to_q, q_lin or w_q: weight 0.\n' +
      'Embedding, also if it is the readout too: N(0, 1), the padding row 0.\n' +
      'Other layers: the defaults of their constructors. Parameters of the user’s own modules: unchanged.\n' +
      'Learning rates under Adam: hidden weights ∝ 1/width, all others constant; with multiplier: false the readout ∝ 1/width too.\n' +
      'Learning rates under SGD: hidden weights and the readout’s bias constant, all others ∝ width; with multiplier: false the ' +
      'readout ∝ 1/width.\n' +
      'Attention: the model multiplies its logits by a constant / (features of a head), and not by 1/√(features of a head).',
    fidelity: 'rule',
    differs:
      'The source compares a model with one of the base width to find the width of each dimension, and rescales what the constructor ' +
      'has drawn. Here the width is the number of inputs of the readout, to which all widths are in proportion.',
  },
  {
    baseWidth: whole(64, 'the width at which the network is that of the standard parametrisation (default: 64)'),
    multiplier: switchedOn(
      'whether the model multiplies the input of its readout by outputMultiplier(width) (default: true)',
    ),
    gain: positive(1, 'standard deviation of the weights times √fan-in (default: 1)'),
    readoutZeroInit: flag('whether the readout starts at 0 (default: false)'),
    queryZeroInit: flag('whether the queries of attention start at 0 (default: false)'),
  },
  (options) => new Mup(options),
);

/** A policy that is no plain object, so that no function takes it for its options. Its functions need no `this`. */
class Mup implements Parametrization {
  readonly name: string;
  readonly passes: Parametrization['passes'];
  readonly policy: Policy;
  readonly learningRates: Parametrization['learningRates'];
  readonly outputMultiplier: Parametrization['outputMultiplier'];

  constructor(options: Options) {
    const { baseWidth, multiplier } = options;
    this.policy = frameworkDefaults('mup', (place) => choose(options, place));
    this.name = this.policy.name;
    this.passes = this.policy.passes;
    this.learningRates = (...args) => learningRates(options, args);
    this.outputMultiplier = (width) => {
      if (!(width > 0 && width < Infinity)) {
        throw new PolicyError(
          `width of outputMultiplier(): expected a finite number > 0, found ${describeValue(width)}`,
        );
      }
      return multiplier ? baseWidth / width : 1;
    };
    Object.freeze(this);
  }
}

/** The initialiser of a parameter; `null` for the default of its layer. */
function choose(options: Options, { module, name, parameter, path, model }: ParameterPlace): Initializer | null {
  const { baseWidth, multiplier, gain, readoutZeroInit, queryZeroInit } = options;
  if (module instanceof Embedding) return tableOf(module);
  if (module instanceof MultiheadAttention && name === 'in_proj_weight' && queryZeroInit) {
    throw new PolicyError(
      'queryZeroInit of presets.mup(): the queries are packed with the keys and values into in_proj_weight; expected an attention with a layer of its own for queries',
      path,
    );
  }
  if (!isWeighted(module) && !(module instanceof MultiheadAttention)) return null;
  if (parameter.ndim < 2) return zeros();
  if (name === 'bias_k' || name === 'bias_v') return null;
  if (module === readoutOf(model)) {
    const embedding = tiedTo(model, module as Linear);
    if (embedding && multiplier) return tableOf(embedding);
    if (embedding) throw new PolicyError(TIED, path);
    if (readoutZeroInit) return zeros();
    return normal(0, multiplier ? 1 / Math.sqrt(baseWidth) : Math.sqrt(baseWidth) / (module as Linear).inFeatures);
  }
  if (queryZeroInit && (name === 'q_proj_weight' || QUERIES.includes(lastName(path)))) return zeros();
  return normal(0, gain / Math.sqrt(calculateFanInAndFanOut(parameter)[0]));
}

/** The initialisation of an embedding: N(0, 1), the padding row 0. */
function tableOf({ paddingIdx }: Embedding): Initializer {
  return paddingIdx === null ? normal(0, 1) : zeroRow(paddingIdx, normal(0, 1));
}

const LEARNING_RATES: Signature<LearningRateOptions> = {
  required: ['model'],
  defaults: { learningRate: 1, optimizer: 'adam' },
  Kind: PolicyError,
};

function learningRates({ baseWidth, multiplier }: Options, args: readonly unknown[]): Map<string, number> {
  const caller = 'presets.mup().learningRates';
  const { learningRate, optimizer } = readArguments(caller, args, LEARNING_RATES);
  const [model] = args;
  if (!(model instanceof Module))
    throw new PolicyError(`${caller}() expects an nn.Module, found ${describeValue(model)}`);
  if (!(learningRate >= 0 && learningRate < Infinity)) {
    throw new PolicyError(`learningRate: expected a finite number ≥ 0, found ${describeValue(learningRate)}`);
  }
  if (optimizer !== 'adam' && optimizer !== 'sgd') {
    throw new PolicyError(`optimizer: expected 'adam' or 'sgd', found ${describeValue(optimizer)}`);
  }
  const readout = readoutOf(model);
  if (!multiplier && tiedTo(model, readout)) {
    throw new PolicyError(TIED);
  }
  const ratio = readout.inFeatures / baseWidth;
  const factors =
    optimizer === 'adam'
      ? { hidden: 1 / ratio, vector: 1, constant: 1, readout: multiplier ? 1 : 1 / ratio }
      : { hidden: 1, vector: ratio, constant: 1, readout: multiplier ? ratio : 1 / ratio };
  const inputs = inputLayersOf(model);
  const owners = new Map<Parameter, Module>();
  for (const module of model.modules())
    for (const parameter of module.parameters({ recurse: false })) owners.set(parameter, module);
  const kindOf = (path: string, parameter: Parameter): keyof typeof factors => {
    const owner = owners.get(parameter);
    if (owner === undefined || inputs.has(owner)) return 'vector';
    if (owner === readout) {
      if (parameter !== readout.weight) return 'constant';
      return tiedTo(model, readout) ? 'vector' : 'readout';
    }
    if (parameter.ndim < 2) return 'vector';
    if (isWeighted(owner)) return 'hidden';
    if (owner instanceof MultiheadAttention)
      return parameter === owner.biasK || parameter === owner.biasV ? 'vector' : 'hidden';
    // A table of positions, a class token: one dimension grows with the width.
    const growing = parameter.shape.filter((size) => size > 1 && size % readout.inFeatures === 0);
    if (growing.length < 2) return 'vector';
    throw new PolicyError(
      `presets.mup() does not know what this parameter of ${owner.constructor.name} does; give its learning rate yourself, by the rule of hidden weights if it is a matrix from features to features`,
      path,
    );
  };
  return new Map(
    Array.from(model.namedParameters(), ([path, parameter]) => [path, learningRate * factors[kindOf(path, parameter)]]),
  );
}

/** The last Linear of a model. */
function readoutOf(model: Module): Linear {
  let last: Linear | undefined;
  for (const module of model.modules()) if (module instanceof Linear) last = module;
  if (last) return last;
  throw new PolicyError('presets.mup() expects a model whose readout is an nn.Linear, found no nn.Linear');
}

/** The layers whose inputs do not grow with the width. */
function inputLayersOf(model: Module): ReadonlySet<Module> {
  const modules = [...model.modules()];
  const embeddings = modules.filter((module) => module instanceof Embedding);
  if (embeddings.length > 0) return new Set(embeddings);
  return new Set(modules.filter(isWeighted).slice(0, 1));
}

/** The embedding that has the weight of the readout; `null` if there is none. */
function tiedTo(model: Module, readout: Linear): Embedding | null {
  for (const module of model.modules()) {
    if (module instanceof Embedding && module.weight === readout.weight) return module;
  }
  return null;
}
