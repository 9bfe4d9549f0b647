import { blocks, transposedFans } from '../../init/blocks.js';
import { constant, zeros } from '../../init/constant.js';
import type { Initializer } from '../../init/Initializer.js';
import { normal } from '../../init/normal.js';
import { orthogonal } from '../../init/orthogonal.js';
import { lecunNormal } from '../../init/varianceScaling.js';
import { ConvolutionLayer } from '../../nn/layers/ConvolutionLayer.js';
import { Conv1d, Conv2d, Conv3d } from '../../nn/layers/convolution.js';
import { Embedding } from '../../nn/layers/embedding.js';
import { Linear } from '../../nn/layers/linear.js';
import { PReLU } from '../../nn/layers/rectifiers.js';
import { GRU, LSTM } from '../../nn/layers/recurrent.js';
import { GRUCell, LSTMCell } from '../../nn/layers/recurrentCells.js';
import type { Module } from '../../nn/Module.js';
import type { ParameterPlace } from '../Place.js';
import { definePreset } from './definePreset.js';
import { frameworkDefaults } from './frameworkDefaults.js';

/** The default initialisation of layers in Flax (LeCun et al. 1998; Saxe et al. 2013). */
export const flaxDefaults = definePreset(
  {
    name: 'flaxDefaults',
    source: 'Flax 0.12.8, linen: the default initializers of each layer',
    rule:
      'Linear, convolutions, MultiheadAttention: weight LeCun normal (cut at ±2σ), bias 0.\n' +
      'Embedding: N(0, 1/features). PReLU: 0.01.\n' +
      'Recurrent layers: input weights LeCun normal, recurrent weights orthogonal for each gate, biases 0.\n' +
      'Other layers: the defaults of their constructors. Parameters of the user’s own modules: unchanged.',
    fidelity: 'law',
    differs: 'Flax draws from JAX’s generator. The distributions are equal, the numbers are not.',
  },
  {},
  () => frameworkDefaults('flaxDefaults', choose),
);

function choose({ module, name }: ParameterPlace): Initializer | null {
  if (name.startsWith('weight_ih')) return lecunNormal();
  if (name.startsWith('weight_hh')) return blocks(gatesOf(module), orthogonal());
  if (name.startsWith('bias_')) return zeros();
  if (module instanceof Embedding) return normal(0, 1 / Math.sqrt(module.embeddingDim));
  if (module instanceof PReLU) return constant(0.01);
  if (name.endsWith('proj_weight')) return lecunNormal();
  if (module instanceof Linear || module instanceof ConvolutionLayer) {
    if (name === 'bias') return zeros();
    // Flax stores the kernels of transposed convolutions as [in, out] too, so their fans are exchanged here.
    return module instanceof Linear || isForward(module) ? lecunNormal() : transposedFans(lecunNormal());
  }
  return null;
}

function gatesOf(module: Module): number {
  if (module instanceof LSTM || module instanceof LSTMCell) return 4;
  return module instanceof GRU || module instanceof GRUCell ? 3 : 1;
}

function isForward(module: ConvolutionLayer): boolean {
  return module instanceof Conv1d || module instanceof Conv2d || module instanceof Conv3d;
}
