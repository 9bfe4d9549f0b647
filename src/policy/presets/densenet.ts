import { zeros } from '../../init/constant.js';
import { kaimingNormal } from '../../init/kaiming.js';
import { keep } from '../../init/keep.js';
import { Conv2d } from '../../nn/layers/convolution.js';
import { Linear } from '../../nn/layers/linear.js';
import { definePolicy } from '../definePolicy.js';
import { rule } from '../rule.js';
import { definePreset } from './definePreset.js';
import { channelNorms } from './norms.js';

/** The initialisation of torchvision’s DenseNets (Huang et al. 2016). */
export const densenet = definePreset(
  {
    name: 'densenet',
    source: 'torchvision 0.29.2, models/densenet.py, DenseNet.__init__',
    rule:
      'Conv2d: weight Kaiming normal.\nBatchNorm2d: weight 1, bias 0.\n' +
      'Linear: weight as its constructor left it, bias 0.',
    fidelity: 'bits',
  },
  {},
  () =>
    definePolicy('densenet', [
      rule(Conv2d, { weight: kaimingNormal() }),
      channelNorms,
      rule(Linear, { weight: keep, bias: zeros() }),
    ]),
);
