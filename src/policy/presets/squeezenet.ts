import { zeros } from '../../init/constant.js';
import { kaimingUniform } from '../../init/kaiming.js';
import { normal } from '../../init/normal.js';
import { Conv2d } from '../../nn/layers/convolution.js';
import { definePolicy } from '../definePolicy.js';
import { rule } from '../rule.js';
import { atPath } from '../selectors.js';
import { definePreset } from './definePreset.js';

/** The initialisation of torchvision’s SqueezeNets (Iandola et al. 2016). */
export const squeezenet = definePreset(
  {
    name: 'squeezenet',
    source: 'torchvision 0.29.2, models/squeezenet.py, SqueezeNet.__init__',
    rule: 'Conv2d: weight Kaiming uniform, bias 0.\nThe final Conv2d, at classifier.1: weight N(0, 0.01²), bias 0.',
    fidelity: 'bits',
  },
  {},
  () =>
    definePolicy('squeezenet', [
      rule(atPath('classifier.1'), { weight: normal(0, 0.01), bias: zeros() }),
      rule(Conv2d, { weight: kaimingUniform(), bias: zeros() }),
    ]),
);
