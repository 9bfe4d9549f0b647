import { zeros } from '../../init/constant.js';
import { kaimingNormal } from '../../init/kaiming.js';
import { Conv2d } from '../../nn/layers/convolution.js';
import { Linear } from '../../nn/layers/linear.js';
import { definePolicy } from '../definePolicy.js';
import { rule } from '../rule.js';
import { definePreset } from './definePreset.js';
import { channelNorms } from './norms.js';
import { uniformByOutputs } from './uniformByOutputs.js';

/** The initialisation of torchvision’s EfficientNets (Tan & Le 2019). */
export const efficientnet = definePreset(
  {
    name: 'efficientnet',
    source: 'torchvision 0.29.2, models/efficientnet.py, EfficientNet.__init__',
    rule:
      'Conv2d: weight Kaiming normal (fan_out), bias 0.\nBatchNorm2d, GroupNorm: weight 1, bias 0.\n' +
      'Linear: weight U(±1/√outFeatures), bias 0.',
    fidelity: 'bits',
  },
  {},
  () =>
    definePolicy('efficientnet', [
      rule(Conv2d, { weight: kaimingNormal({ mode: 'fan_out' }), bias: zeros() }),
      channelNorms,
      rule(Linear, { weight: uniformByOutputs, bias: zeros() }),
    ]),
);
