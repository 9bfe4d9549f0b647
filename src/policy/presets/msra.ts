import { zeros } from '../../init/constant.js';
import { kaimingNormal } from '../../init/kaiming.js';
import { Conv2d } from '../../nn/layers/convolution.js';
import { definePolicy } from '../definePolicy.js';
import { rule } from '../rule.js';
import { definePreset } from './definePreset.js';

/** The initialisation of detection backbones and mask heads, Caffe2’s “MSRA fill” (He et al. 2015). */
export const msra = definePreset(
  {
    name: 'msra',
    source: 'fvcore 0.1.5, nn/weight_init.py, c2_msra_fill',
    rule: 'Conv2d: weight Kaiming normal (fan_out, relu), bias 0.',
    fidelity: 'rule',
    differs:
      'The source is a function for one layer, which detectors call in their constructors. Here the order is modules().',
  },
  {},
  () =>
    definePolicy('msra', [
      rule(Conv2d, { weight: kaimingNormal({ mode: 'fan_out', nonlinearity: 'relu' }), bias: zeros() }),
    ]),
);
