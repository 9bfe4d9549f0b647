import { ones, zeros } from '../../init/constant.js';
import { normal } from '../../init/normal.js';
import { Embedding } from '../../nn/layers/embedding.js';
import { Linear } from '../../nn/layers/linear.js';
import { definePolicy } from '../definePolicy.js';
import { rule } from '../rule.js';
import { definePreset } from './definePreset.js';
import { normalEmbedding } from './normalEmbedding.js';
import { isScaleNorm } from './norms.js';
import { nonNegative } from './presetOptions.js';

/** Options of {@link llama}. */
export interface LlamaPresetOptions {
  /** Standard deviation, ≥ 0. Default: 0.02. */
  initializerRange?: number | undefined;
}

/** The initialisation of Llama (Touvron et al. 2023) in transformers. */
export const llama = definePreset<LlamaPresetOptions>(
  {
    name: 'llama',
    source: 'transformers 5.24.0, modeling_utils.py, PreTrainedModel._init_weights, for models/llama',
    rule:
      'Linear: weight N(0, 0.02²), bias 0.\nEmbedding: N(0, 0.02²), the padding row 0.\n' +
      'RMSNorm, and classes whose names contain RMSNorm: weight 1.\nChildren first.',
    fidelity: 'bits',
    differs:
      'The bits are those of LlamaModel. A model with a head initialises its body before it builds the head. A tied head ' +
      'still draws its default and N(0, 0.02²).',
  },
  { initializerRange: nonNegative(0.02, 'standard deviation (default: 0.02)') },
  ({ initializerRange }) =>
    definePolicy(
      'llama',
      [
        rule(Linear, { weight: normal(0, initializerRange), bias: zeros() }),
        rule(Embedding, { weight: normalEmbedding(initializerRange) }),
        rule(isScaleNorm, { weight: ones() }),
      ],
      { order: 'apply' },
    ),
);
