import { zeros } from '../../init/constant.js';
import { keep } from '../../init/keep.js';
import { normal } from '../../init/normal.js';
import { Conv2d } from '../../nn/layers/convolution.js';
import { Linear } from '../../nn/layers/linear.js';
import { definePolicy } from '../definePolicy.js';
import { derive } from '../derive.js';
import { rule } from '../rule.js';
import { definePreset } from './definePreset.js';
import { channelNorms } from './norms.js';

const byOutputs = derive(Conv2d, ({ kernelSize: [height, width], outChannels }) =>
  normal(0, Math.sqrt(2 / (height * width * outChannels))),
);

/** The initialisation of torchvision’s RegNets (Radosavovic et al. 2020). */
export const regnet = definePreset(
  {
    name: 'regnet',
    source: 'torchvision 0.29.2, models/regnet.py, RegNet.__init__',
    rule:
      'Conv2d: weight N(0, 2 / (kernel elements · outChannels)), independent of groups, bias as its constructor left it.\n' +
      'BatchNorm2d: weight 1, bias 0.\nLinear: weight N(0, 0.01²), bias 0.',
    fidelity: 'bits',
  },
  {},
  () =>
    definePolicy('regnet', [
      rule(Conv2d, { weight: byOutputs, bias: keep }),
      channelNorms,
      rule(Linear, { weight: normal(0, 0.01), bias: zeros() }),
    ]),
);
