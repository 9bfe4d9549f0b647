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

/** Options of {@link gpt2}. */
export interface GPT2PresetOptions {
  /** Number of blocks; when absent, half the number of modules called c_proj. */
  layers?: number | undefined;
  /** Standard deviation of all but the residual projections; 0.02 when absent. */
  initializerRange?: number | undefined;
}

/** A Linear, or the source’s own layer, a Linear whose weight is stored [in, out]: a class called Conv1D. */
const isLinear: Predicate = (module) => module instanceof Linear || module.constructor.name === 'Conv1D';

/** The initialisation of GPT-2 (Radford et al. 2019) in transformers. */
export const gpt2 = definePreset<GPT2PresetOptions>(
  {
    name: 'gpt2',
    source: 'transformers 5.24.0, models/gpt2/modeling_gpt2.py, GPT2PreTrainedModel._init_weights',
    rule:
      'Linear, and classes called Conv1D: weight N(0, 0.02²), bias 0.\n' +
      'Modules called c_proj: weight N(0, 0.02²), then over it N(0, 0.02² / (2 · layers)), bias 0.\n' +
      'Embedding: N(0, 0.02²), the padding row 0. LayerNorm: weight 1, bias 0.\nChildren first.',
    fidelity: 'bits',
    differs:
      'The bits are GPT2Model’s. A model with a head initialises its body before it builds the head: apply the preset to ' +
      'the body in the body’s constructor, and to the head after it.',
    options: {
      layers: 'number of blocks (when absent, half the number of modules called c_proj)',
      initializerRange: 'standard deviation of all but the residual projections (0.02 when absent)',
    },
  },
  ({ layers, initializerRange = 0.02 }) => {
    const law = normal(0, initializerRange);
    const residual = derive(Module, (_, { model }) => {
      const additions = layers === undefined ? countNamed(model, ['c_proj']) : 2 * layers;
      return overwriting(law, normal(0, initializerRange / Math.sqrt(additions)));
    });
    return definePolicy(
      'gpt2',
      [
        rule(atPath('**.c_proj'), { weight: residual, bias: zeros() }),
        rule(isLinear, { weight: law, bias: zeros() }),
        rule(Embedding, { weight: normalEmbedding(initializerRange) }),
        layerNorms,
      ],
      { order: 'apply' },
    );
  },
);
