import { zeros } from '../../init/constant.js';
import { normal } from '../../init/normal.js';
import { Conv2d } from '../../nn/layers/convolution.js';
import { Linear } from '../../nn/layers/linear.js';
import { definePolicy } from '../definePolicy.js';
import { derive } from '../derive.js';
import { rule } from '../rule.js';
import { definePreset } from './definePreset.js';
import { channelNorms } from './norms.js';
import { uniformByOutputs } from './uniformByOutputs.js';

const byOutputsOfGroup = derive(Conv2d, ({ kernelSize: [height, width], outChannels, groups }) =>
  normal(0, Math.sqrt(2 / Math.floor((height * width * outChannels) / groups))),
);

/** The initialisation of timm’s EfficientNets, MobileNets v3, MNASNets and their relatives, which is TensorFlow’s rule. */
export const timmEfficientnet = definePreset(
  {
    name: 'timmEfficientnet',
    source: 'timm 1.0.31, models/_efficientnet_builder.py, _init_weight_goog',
    rule:
      'Conv2d: weight N(0, 2 / ⌊kernel elements · outChannels / groups⌋), bias 0.\nBatchNorm2d: weight 1, bias 0.\n' +
      'Linear: weight U(±1/√outFeatures), bias 0.',
    fidelity: 'bits',
    differs:
      'The preset does not cover convolutions conditioned on their input (CondConv2d, routing_fn). timm also builds ' +
      'squeeze-and-excitation layers that it discards. Their defaults move the stream before the rule starts.',
  },
  {},
  () =>
    definePolicy('timmEfficientnet', [
      rule(Conv2d, { weight: byOutputsOfGroup, bias: zeros() }),
      channelNorms,
      rule(Linear, { weight: uniformByOutputs, bias: zeros() }),
    ]),
);
