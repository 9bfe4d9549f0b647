import { zeros } from '../../init/constant.js';
import { normal } from '../../init/normal.js';
import { overwriting } from '../../init/overwriting.js';
import { Embedding } from '../../nn/layers/embedding.js';
import { Linear } from '../../nn/layers/linear.js';
import { Module } from '../../nn/Module.js';
import { definePolicy } from '../definePolicy.js';
import { derive } from '../derive.js';
import { rule } from '../rule.js';
import { atPath, type Predicate } from '../selectors.js';
import { definePreset } from './definePreset.js';
import { countNamed } from './modulePaths.js';
import { normalEmbedding } from './normalEmbedding.js';
import { layerNorms } from './norms.js';
import { counted, nonNegative } from './presetOptions.js';

/** Options of {@link gpt2}. */
export interface GPT2PresetOptions {
  /** Number of blocks, ≥ 1. Default: null, half the number of modules called c_proj. */
  layers?: number | null | undefined;
  /** Standard deviation of all weights except the residual projections, ≥ 0. Default: 0.02. */
  initializerRange?: number | undefined;
}

/** A Linear, or the source’s own class Conv1D, which is a Linear with a weight of shape [in, out]. */
const isLinear: Predicate = (module) => module instanceof Linear || module.constructor.name === 'Conv1D';

/**
 * The initialisation of GPT-2 (Radford et al. 2019) in transformers.
 * @throws PolicyError, when the policy is applied, if the model has no module called c_proj and `layers` is not given
 * @example
 * ```ts
 * import { explainPolicy, nn, presets } from 'initree';
 * const block = () => new nn.Sequential({ c_fc: new nn.Linear(4, 16), c_proj: new nn.Linear(16, 4) });
 * const plan = explainPolicy(new nn.Sequential(block(), block()), presets.gpt2({ layers: 2 }));
 * console.log(plan.assignments.map(({ path, expected }) => `${path} ${expected?.std}`).slice(0, 3)); // [ '0.c_fc.weight 0.02', '0.c_fc.bias 0', '0.c_proj.weight 0.01' ]
 * ```
 */
export const gpt2 = definePreset<GPT2PresetOptions>(
  {
    name: 'gpt2',
    source: 'transformers 5.24.0, models/gpt2/modeling_gpt2.py, GPT2PreTrainedModel._init_weights',
    rule:
      'Linear, and classes called Conv1D: weight N(0, 0.02²), bias 0.\n' +
      'Modules called c_proj: weight N(0, 0.02²), then overwritten by N(0, 0.02² / (2 · layers)), bias 0.\n' +
      'Embedding: N(0, 0.02²), the padding row 0. LayerNorm: weight 1, bias 0.\nChildren first.',
    fidelity: 'bits',
    differs:
      'The bits are those of GPT2Model. A model with a head initialises its body before it builds the head: apply the ' +
      'preset to the body at the end of the body’s constructor, and to the head after it.',
  },
  {
    layers: counted('number of blocks (default: half the number of modules called c_proj)'),
    initializerRange: nonNegative(
      0.02,
      'standard deviation of all weights except the residual projections (default: 0.02)',
    ),
  },
  ({ layers, initializerRange }) => {
    const weight = normal(0, initializerRange);
    const residual = derive(Module, (_, { model }) => {
      const additions = layers === null ? countNamed(model, ['c_proj']) : 2 * layers;
      return overwriting(weight, normal(0, initializerRange / Math.sqrt(additions)));
    });
    return definePolicy(
      'gpt2',
      [
        rule(atPath('**.c_proj'), { weight: residual, bias: zeros() }),
        rule(isLinear, { weight, bias: zeros() }),
        rule(Embedding, { weight: normalEmbedding(initializerRange) }),
        layerNorms,
      ],
      { order: 'apply' },
    );
  },
);
