import { biasForProbability } from '../../init/bias.js';
import { constant, zeros } from '../../init/constant.js';
import { normal } from '../../init/normal.js';
import { Conv2d } from '../../nn/layers/convolution.js';
import { definePolicy } from '../definePolicy.js';
import { rule } from '../rule.js';
import { atPath } from '../selectors.js';
import { definePreset } from './definePreset.js';
import { probability } from './presetOptions.js';

/** Options of {@link detectorHead}. */
export interface DetectorHeadOptions {
  /** The initial probability of each class of each anchor; in (0, 1). Default: 0.01. */
  priorProbability?: number | undefined;
}

/**
 * The initialisation of the heads of dense detectors, which start with rare classes (RetinaNet; Lin et al. 2017).
 * @throws ArgumentError if `priorProbability` is not in (0, 1)
 */
export const detectorHead = definePreset<DetectorHeadOptions>(
  {
    name: 'detectorHead',
    source: 'torchvision 0.29.2, models/detection/retinanet.py, RetinaNetHead',
    rule:
      'Conv2d: weight N(0, 0.01²), bias 0.\nConv2d called cls_logits: bias −ln((1 − p) / p) with p = 0.01, so that the ' +
      'initial probability of each class is p.',
    fidelity: 'rule',
    differs:
      'The source draws while it builds the heads, and draws the last layer of the regression before the other layers.',
  },
  { priorProbability: probability(0.01, 'the initial probability of each class (default: 0.01)') },
  ({ priorProbability }) =>
    definePolicy('detectorHead', [
      rule(atPath('**.cls_logits'), { weight: normal(0, 0.01), bias: constant(biasForProbability(priorProbability)) }),
      rule(Conv2d, { weight: normal(0, 0.01), bias: zeros() }),
    ]),
);
