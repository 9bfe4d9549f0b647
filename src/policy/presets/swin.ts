import { zeros } from '../../init/constant.js';
import { keep } from '../../init/keep.js';
import { truncNormal } from '../../init/truncatedNormal.js';
import { Conv2d } from '../../nn/layers/convolution.js';
import { Linear } from '../../nn/layers/linear.js';
import { definePolicy } from '../definePolicy.js';
import { parameter, rule } from '../rule.js';
import { definePreset } from './definePreset.js';
import { keptLayerNorms } from './norms.js';

/** The initialisation of torchvision’s Swin transformers, v1 (Liu et al. 2021). */
export const swin = definePreset(
  {
    name: 'swin',
    source: 'torchvision 0.29.2, models/swin_transformer.py, SwinTransformer.__init__ and ShiftedWindowAttention',
    rule:
      'Parameters called relative_position_bias_table: N(0, 0.02²) cut at ±2 (absolute: 100 standard deviations).\n' +
      'Linear: weight the same, bias 0.\nConv2d (the patches), LayerNorm: as their constructors left them.',
    fidelity: 'rule',
    differs:
      'The source draws the tables while it builds its blocks. It also draws Xavier uniform weights of the MLPs, which its ' +
      'last pass overwrites. Here each parameter is drawn once, in modules() order.',
  },
  {},
  () =>
    definePolicy('swin', [
      parameter('**.relative_position_bias_table', truncNormal({ std: 0.02 })),
      rule(Linear, { weight: truncNormal({ std: 0.02 }), bias: zeros() }),
      rule(Conv2d, { weight: keep, bias: keep }),
      keptLayerNorms,
    ]),
);
