import { zeros } from '../../init/constant.js';
import { keep } from '../../init/keep.js';
import { normal } from '../../init/normal.js';
import { BatchNorm2d } from '../../nn/layers/batchNorm.js';
import { ConvolutionLayer } from '../../nn/layers/ConvolutionLayer.js';
import { definePolicy } from '../definePolicy.js';
import { rule } from '../rule.js';
import { definePreset } from './definePreset.js';

/** The initialisation of DCGAN’s generator and discriminator (Radford et al. 2015). */
export const dcgan = definePreset(
  {
    name: 'dcgan',
    source: 'github.com/pytorch/examples, dcgan/main.py, weights_init',
    rule:
      'Convolutions and transposed convolutions: weight N(0, 0.02²), bias as its constructor left it.\n' +
      'BatchNorm2d: weight N(1, 0.02²), bias 0.\nChildren first.',
    fidelity: 'bits',
  },
  {},
  () =>
    definePolicy(
      'dcgan',
      [
        rule(ConvolutionLayer, { weight: normal(0, 0.02), bias: keep }),
        rule(BatchNorm2d, { weight: normal(1, 0.02), bias: zeros() }),
      ],
      { order: 'apply' },
    ),
);
