import { zeros } from '../../init/constant.js';
import { normal } from '../../init/normal.js';
import { Embedding } from '../../nn/layers/embedding.js';
import { Linear } from '../../nn/layers/linear.js';
import { definePolicy } from '../definePolicy.js';
import { rule } from '../rule.js';
import { definePreset } from './definePreset.js';
import { normalEmbedding } from './normalEmbedding.js';
import { layerNorms } from './norms.js';
import { nonNegative } from './presetOptions.js';

/** Options of {@link bert}. */
export interface BertPresetOptions {
  /** Standard deviation, ≥ 0. Default: 0.02. */
  initializerRange?: number | undefined;
}

/** The initialisation of BERT (Devlin et al. 2018) in transformers. */
export const bert = definePreset<BertPresetOptions>(
  {
    name: 'bert',
    source: 'transformers 5.24.0, models/bert/modeling_bert.py, BertPreTrainedModel._init_weights',
    rule:
      'Linear: weight N(0, 0.02²), bias 0.\nEmbedding: N(0, 0.02²), the padding row 0.\nLayerNorm: weight 1, bias 0.\n' +
      'Children first.',
    fidelity: 'bits',
    differs:
      'The bits are those of BertModel. A model with a head initialises its body before it builds the head. It also draws ' +
      'a tied decoder twice, and discards both draws.',
  },
  { initializerRange: nonNegative(0.02, 'standard deviation (default: 0.02)') },
  ({ initializerRange }) =>
    definePolicy(
      'bert',
      [
        rule(Linear, { weight: normal(0, initializerRange), bias: zeros() }),
        rule(Embedding, { weight: normalEmbedding(initializerRange) }),
        layerNorms,
      ],
      { order: 'apply' },
    ),
);
