import { PolicyError } from '../../errors.js';
import { constant, zeros } from '../../init/constant.js';
import { normal } from '../../init/normal.js';
import { Embedding } from '../../nn/layers/embedding.js';
import { Linear } from '../../nn/layers/linear.js';
import { definePolicy } from '../definePolicy.js';
import { derive } from '../derive.js';
import type { Place } from '../Place.js';
import { rule } from '../rule.js';
import { definePreset } from './definePreset.js';
import { lastName } from './modulePaths.js';
import { isScaleNorm } from './norms.js';

/** Options of {@link t5}. */
export interface T5PresetOptions {
  /** Features of a key in each head; 64 when absent, as in all T5 models but the largest. */
  dKv?: number | undefined;
  /** What all standard deviations are multiplied by; 1 when absent. */
  factor?: number | undefined;
}

/** The initialisation of T5 (Raffel et al. 2019) in transformers. */
export const t5 = definePreset<T5PresetOptions>(
  {
    name: 't5',
    source: 'transformers 5.24.0, models/t5/modeling_t5.py, T5PreTrainedModel._init_weights',
    rule:
      'Linear: weight N(0, 1/inFeatures), bias 0; called q: N(0, 1/(inFeatures · dKv)); called lm_head or classifier: N(0, 1).\n' +
      'Embedding: N(0, 1); called relative_attention_bias: N(0, 1/dModel).\n' +
      'RMSNorm, and classes whose names contain RMSNorm or LayerNorm: weight 1.\n' +
      'All standard deviations and the norms’ weights times factor. Children first.',
    fidelity: 'rule',
    differs:
      'The source draws every weight twice, first N(0, factor²) in its own turn, and the table of tokens for each of its ' +
      'owners; here each parameter is drawn once.',
    options: {
      dKv: 'features of a key in each head (64 when absent)',
      factor: 'what all standard deviations are multiplied by (1 when absent)',
    },
  },
  ({ dKv = 64, factor = 1 }) => {
    const linear = derive(Linear, ({ inFeatures }, { path }) => {
      const name = lastName(path);
      if (name === 'lm_head' || name === 'classifier') return normal(0, factor);
      return normal(0, factor / Math.sqrt(name === 'q' ? inFeatures * dKv : inFeatures));
    });
    const embedding = derive(Embedding, (_, place) =>
      normal(0, lastName(place.path) === 'relative_attention_bias' ? factor / Math.sqrt(modelSize(place)) : factor),
    );
    return definePolicy(
      't5',
      [
        rule(Linear, { weight: linear, bias: zeros() }),
        rule(Embedding, { weight: embedding }),
        rule(isScaleNorm, { weight: constant(factor) }),
      ],
      { order: 'apply' },
    );
  },
);

/** dModel, which the queries beside the table of relative positions are made from. */
function modelSize({ parent }: Place): number {
  for (const [name, child] of parent?.namedChildren() ?? []) {
    if (name === 'q' && child instanceof Linear) return child.inFeatures;
  }
  throw new PolicyError('the scale of relative_attention_bias is taken from a Linear called q beside it, found none');
}
