import { keep } from '../../init/keep.js';
import { xavierNormal } from '../../init/xavier.js';
import { Embedding } from '../../nn/layers/embedding.js';
import { Linear } from '../../nn/layers/linear.js';
import { inverseFourthRoot } from '../../numerics/inverseFourthRoot.js';
import { definePolicy } from '../definePolicy.js';
import { derive } from '../derive.js';
import { rule } from '../rule.js';
import { definePreset } from './definePreset.js';
import { countNamed, lastName } from './modulePaths.js';
import { keptLayerNorms } from './norms.js';
import { counted } from './presetOptions.js';

/** Options of {@link deepnet}. */
export interface DeepNetPresetOptions {
  /** Number of layers, ≥ 1. Default: null, the number of modules called fc2 or linear2. */
  layers?: number | null | undefined;
}

const SCALED = ['fc1', 'fc2', 'linear1', 'linear2', 'v_proj', 'out_proj'];
const UNSCALED = ['q_proj', 'k_proj'];

/**
 * DeepNet’s initialisation, for transformers whose normalisation is DeepNorm (Wang et al. 2022).
 * @throws PolicyError, when the policy is applied, if no module is called fc2 or linear2 and `layers` is not given
 */
export const deepnet = definePreset<DeepNetPresetOptions>(
  {
    name: 'deepnet',
    source: 'DeepNet: Scaling Transformers to 1,000 Layers (arXiv 2203.00555), figure 2',
    rule:
      'Linear called fc1, fc2, linear1, linear2, v_proj or out_proj: weight Xavier normal with gain (8 · layers)^−¼.\n' +
      'Linear called q_proj or k_proj: weight Xavier normal.\n' +
      'Biases, other Linear, Embedding, LayerNorm: as their constructors left them.',
    fidelity: 'rule',
    differs:
      'The paper gives the distribution, but no order. The gains are those of a model that has only an encoder or only a ' +
      'decoder. In a model with both, the gains differ, so apply the preset to each. The preset does not cover a packed ' +
      'in_proj_weight, because its parts have different gains.',
  },
  { layers: counted('number of layers (default: the number of modules called fc2 or linear2)') },
  ({ layers }) => {
    const weight = derive(Linear, (_, { path, model }) => {
      const name = lastName(path);
      if (UNSCALED.includes(name)) return xavierNormal();
      if (!SCALED.includes(name)) return keep;
      return xavierNormal(inverseFourthRoot(8 * (layers ?? countNamed(model, ['fc2', 'linear2']))));
    });
    return definePolicy('deepnet', [
      rule(Linear, { weight, bias: keep }),
      rule(Embedding, { weight: keep }),
      keptLayerNorms,
    ]);
  },
);
