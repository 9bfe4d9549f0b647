import { keep } from '../../init/keep.js';
import { truncNormal } from '../../init/truncatedNormal.js';
import { Conv2d } from '../../nn/layers/convolution.js';
import { Linear } from '../../nn/layers/linear.js';
import { definePolicy } from '../definePolicy.js';
import { rule } from '../rule.js';
import { anyOf, atPath } from '../selectors.js';
import { definePreset } from './definePreset.js';
import { channelNorms } from './norms.js';

/** The initialisation of torchvision’s Inception v3 (Szegedy et al. 2015). */
export const inceptionV3 = definePreset(
  {
    name: 'inceptionV3',
    source: 'torchvision 0.29.2, models/inception.py, Inception3.__init__',
    rule:
      'Conv2d, Linear: weight N(0, 0.1²) cut at ±2 (absolute), bias as its constructor left it.\n' +
      'AuxLogits.fc: weight N(0, 0.001²) instead.\n' +
      'BatchNorm2d: weight 1, bias 0.',
    fidelity: 'bits',
    differs: 'The source also sets stddev on a wrapper of the auxiliary convolution. No code reads it.',
  },
  {},
  () =>
    definePolicy('inceptionV3', [
      rule(atPath('**.AuxLogits.fc'), { weight: truncNormal({ std: 0.001 }), bias: keep }),
      rule(anyOf(Conv2d, Linear), { weight: truncNormal({ std: 0.1 }), bias: keep }),
      channelNorms,
    ]),
);
