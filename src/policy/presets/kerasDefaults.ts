import { blocks } from '../../init/blocks.js';
import { zeros } from '../../init/constant.js';
import type { Initializer } from '../../init/Initializer.js';
import { lstmForgetBias } from '../../init/lstmForgetBias.js';
import { orthogonal } from '../../init/orthogonal.js';
import { uniform } from '../../init/uniform.js';
import { xavierUniform } from '../../init/xavier.js';
import { ConvolutionLayer } from '../../nn/layers/ConvolutionLayer.js';
import { Embedding } from '../../nn/layers/embedding.js';
import { Linear } from '../../nn/layers/linear.js';
import { PReLU } from '../../nn/layers/rectifiers.js';
import { LSTM } from '../../nn/layers/recurrent.js';
import { LSTMCell } from '../../nn/layers/recurrentCells.js';
import type { ParameterPlace } from '../Place.js';
import { definePreset } from './definePreset.js';
import { frameworkDefaults } from './frameworkDefaults.js';

/** The default initialisation of layers in Keras (Glorot & Bengio 2010; Saxe et al. 2013; Jozefowicz et al. 2015). */
export const kerasDefaults = definePreset(
  {
    name: 'kerasDefaults',
    source: 'Keras 3.15.1, src/layers: the default initializers of each layer',
    rule:
      'Linear, convolutions: weight Xavier (Glorot) uniform, bias 0.\nEmbedding: U(±0.05). PReLU: 0.\n' +
      'Recurrent layers: input weights Xavier uniform, recurrent weights orthogonal, biases 0, but 1 for the forget gate ' +
      'of LSTMs.\n' +
      'MultiheadAttention: weights Xavier uniform, separately for queries, keys and values; biases 0.\n' +
      'Other layers: the defaults of their constructors. Parameters of the user’s own modules: unchanged.',
    fidelity: 'law',
    differs: 'Keras draws from its backend’s generator. The distributions are equal, the numbers are not.',
  },
  {},
  () => frameworkDefaults('kerasDefaults', choose),
);

function choose({ module, name }: ParameterPlace): Initializer | null {
  if (name.startsWith('weight_ih')) return xavierUniform();
  if (name.startsWith('weight_hh')) return orthogonal();
  if (name.startsWith('bias_ih') && (module instanceof LSTM || module instanceof LSTMCell)) return lstmForgetBias(1);
  if (name.startsWith('bias_')) return zeros();
  if (module instanceof Embedding) return uniform(-0.05, 0.05);
  if (module instanceof PReLU) return zeros();
  // In Keras, queries, keys and values have separate kernels.
  if (name === 'in_proj_weight') return blocks(3, xavierUniform());
  if (/^[qkv]_proj_weight$/.test(name)) return xavierUniform();
  if (module instanceof Linear || module instanceof ConvolutionLayer) {
    return name === 'bias' ? zeros() : xavierUniform();
  }
  return null;
}
