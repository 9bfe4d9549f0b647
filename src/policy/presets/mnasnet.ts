import { zeros } from '../../init/constant.js';
import { kaimingNormal, kaimingUniform } from '../../init/kaiming.js';
import { Conv2d } from '../../nn/layers/convolution.js';
import { Linear } from '../../nn/layers/linear.js';
import { definePolicy } from '../definePolicy.js';
import { rule } from '../rule.js';
import { definePreset } from './definePreset.js';
import { channelNorms } from './norms.js';

/** The initialisation of torchvision’s MNASNets (Tan et al. 2018). */
export const mnasnet = definePreset(
  {
    name: 'mnasnet',
    source: 'torchvision 0.29.2, models/mnasnet.py, MNASNet.__init__',
    rule:
      'Conv2d: weight Kaiming normal (fan_out, relu), bias 0.\nBatchNorm2d: weight 1, bias 0.\n' +
      'Linear: weight Kaiming uniform (fan_out, sigmoid), bias 0.',
    fidelity: 'bits',
  },
  {},
  () =>
    definePolicy('mnasnet', [
      rule(Conv2d, { weight: kaimingNormal({ mode: 'fan_out', nonlinearity: 'relu' }), bias: zeros() }),
      channelNorms,
      rule(Linear, { weight: kaimingUniform({ mode: 'fan_out', nonlinearity: 'sigmoid' }), bias: zeros() }),
    ]),
);
