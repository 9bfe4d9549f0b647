import { zeros } from '../../init/constant.js';
import { kaimingNormal } from '../../init/kaiming.js';
import { normal } from '../../init/normal.js';
import { Conv2d } from '../../nn/layers/convolution.js';
import { Linear } from '../../nn/layers/linear.js';
import { definePolicy } from '../definePolicy.js';
import { rule } from '../rule.js';
import { definePreset } from './definePreset.js';
import { channelNorms } from './norms.js';

/** The initialisation of torchvision’s MobileNets v2 and v3 (Sandler et al. 2018; Howard et al. 2019). */
export const mobilenet = definePreset(
  {
    name: 'mobilenet',
    source: 'torchvision 0.29.2, models/mobilenetv2.py and mobilenetv3.py, __init__',
    rule:
      'Conv2d: weight Kaiming normal (fan_out), bias 0.\nBatchNorm2d, GroupNorm: weight 1, bias 0.\n' +
      'Linear: weight N(0, 0.01²), bias 0.',
    fidelity: 'bits',
  },
  {},
  () =>
    definePolicy('mobilenet', [
      rule(Conv2d, { weight: kaimingNormal({ mode: 'fan_out' }), bias: zeros() }),
      channelNorms,
      rule(Linear, { weight: normal(0, 0.01), bias: zeros() }),
    ]),
);
