import { keep } from '../../init/keep.js';
import { truncNormal } from '../../init/truncatedNormal.js';
import { Conv2d } from '../../nn/layers/convolution.js';
import { Linear } from '../../nn/layers/linear.js';
import { definePolicy } from '../definePolicy.js';
import { rule } from '../rule.js';
import { anyOf } from '../selectors.js';
import { definePreset } from './definePreset.js';
import { channelNorms } from './norms.js';

/** The initialisation of torchvision’s GoogLeNet (Szegedy et al. 2014). */
export const googlenet = definePreset(
  {
    name: 'googlenet',
    source: 'torchvision 0.29.2, models/googlenet.py, GoogLeNet.__init__',
    rule:
      'Conv2d, Linear: weight N(0, 0.01²) cut at ±2 (absolute: 200 standard deviations), bias as its constructor left it.\n' +
      'BatchNorm2d: weight 1, bias 0.',
    fidelity: 'bits',
  },
  {},
  () =>
    definePolicy('googlenet', [
      rule(anyOf(Conv2d, Linear), { weight: truncNormal({ std: 0.01 }), bias: keep }),
      channelNorms,
    ]),
);
