import { zeros } from '../../init/constant.js';
import { kaimingNormal } from '../../init/kaiming.js';
import { normal } from '../../init/normal.js';
import { Conv2d } from '../../nn/layers/convolution.js';
import { Linear } from '../../nn/layers/linear.js';
import { definePolicy } from '../definePolicy.js';
import { rule } from '../rule.js';
import { definePreset } from './definePreset.js';
import { channelNorms } from './norms.js';

/** The initialisation of torchvision’s VGG networks (Simonyan & Zisserman 2014; rule of He et al. 2015). */
export const vgg = definePreset(
  {
    name: 'vgg',
    source: 'torchvision 0.29.2, models/vgg.py, VGG.__init__',
    rule:
      'Conv2d: weight Kaiming normal (fan_out, relu), bias 0.\nBatchNorm2d: weight 1, bias 0.\n' +
      'Linear: weight N(0, 0.01²), bias 0.',
    fidelity: 'bits',
    differs: 'In VGGs without batch normalisation, the rule for it is unused.',
  },
  {},
  () =>
    definePolicy('vgg', [
      channelNorms,
      rule(Conv2d, { weight: kaimingNormal({ mode: 'fan_out', nonlinearity: 'relu' }), bias: zeros() }),
      rule(Linear, { weight: normal(0, 0.01), bias: zeros() }),
    ]),
);
