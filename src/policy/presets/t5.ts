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
import { nonNegative, whole } from './presetOptions.js';

/** Options of {@link t5}. */
export interface T5PresetOptions {
  /** Number of features of a key in each head, ≥ 1. Default: 64, as in all T5 models but the largest ones. */
  dKv?: number | undefined;
  /** The factor of all standard deviations and of the weights of the norms, ≥ 0. Default: 1. */
  factor?: number | undefined;
}

/**
 * The initialisation of T5 (Raffel et al. 2019) in transformers.
 * @throws PolicyError, when the policy is applied, if a relative_attention_bias has no Linear called q beside it
 */
export const t5 = definePreset<T5PresetOptions>(
  {
    name: 't5',
    source: 'transformers 5.24.0, models/t5/modeling_t5.py, T5PreTrainedModel._init_weights',
    rule:
      'Linear: weight N(0, 1/inFeatures), bias 0; called q: N(0, 1/(inFeatures · dKv)); called lm_head or classifier: N(0, 1).\n' +
      'Embedding: N(0, 1); called relative_attention_bias: N(0, 1/dModel).\n' +
      'RMSNorm, and classes whose names contain RMSNorm or LayerNorm: weight 1.\n' +
      'factor multiplies all standard deviations and the weights of the norms. Children first.',
    fidelity: 'rule',
    differs:
      'The source draws every weight twice, the first time as N(0, factor²), and draws the table of tokens once for each ' +
      'module that owns it. Here each parameter is drawn once.',
  },
  {
    dKv: whole(64, 'number of features of a key in each head (default: 64)'),
    factor: nonNegative(1, 'the factor of all standard deviations and of the weights of the norms (default: 1)'),
  },
  ({ dKv, factor }) => {
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

/** dModel: the input features of the queries (q), which are a sibling of the table of relative positions. */
function modelSize({ parent }: Place): number {
  for (const [name, child] of parent?.namedChildren() ?? []) {
    if (name === 'q' && child instanceof Linear) return child.inFeatures;
  }
  throw new PolicyError(
    'the scale of relative_attention_bias depends on its sibling q: expected a Linear called q beside it, found none',
  );
}
