import { zeros } from '../../init/constant.js';
import { kaimingUniform } from '../../init/kaiming.js';
import { Conv2d } from '../../nn/layers/convolution.js';
import { definePolicy } from '../definePolicy.js';
import { rule } from '../rule.js';
import { definePreset } from './definePreset.js';

/** The initialisation of feature pyramids, Caffe2’s “Xavier fill” (Lin et al. 2016). */
export const fpn = definePreset(
  {
    name: 'fpn',
    source: 'torchvision 0.29.2, ops/feature_pyramid_network.py, FeaturePyramidNetwork; fvcore 0.1.5, c2_xavier_fill',
    rule: 'Conv2d: weight Kaiming uniform (a = 1), which is U(±√(3/fanIn)), bias 0.',
    fidelity: 'bits',
    differs: 'The source draws extra blocks (LastLevelP6P7) in their constructor, after all other layers.',
  },
  {},
  () => definePolicy('fpn', [rule(Conv2d, { weight: kaimingUniform({ a: 1 }), bias: zeros() })]),
);
