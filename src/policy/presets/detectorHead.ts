import { biasForProbability } from '../../init/bias.js';
import { constant, zeros } from '../../init/constant.js';
import { normal } from '../../init/normal.js';
import { Conv2d } from '../../nn/layers/convolution.js';
import { definePolicy } from '../definePolicy.js';
import { rule } from '../rule.js';
import { atPath } from '../selectors.js';
import { definePreset } from './definePreset.js';

/** Options of {@link detectorHead}. */
export interface DetectorHeadOptions {
  /** How likely every class of every anchor is at first; 0.01 when absent. */
  priorProbability?: number | undefined;
}

/** The initialisation of dense detectors’ heads, whose classes begin rare (RetinaNet; Lin et al. 2017). */
export const detectorHead = definePreset<DetectorHeadOptions>(
  {
    name: 'detectorHead',
    source: 'torchvision 0.29.2, models/detection/retinanet.py, RetinaNetHead',
    rule:
      'Conv2d: weight N(0, 0.01²), bias 0; called cls_logits: bias −ln((1 − p) / p), p = 0.01, so that every class begins ' +
      'as likely as p.',
    fidelity: 'rule',
    differs: 'The source draws while it builds the heads, the regression’s last layer before the others.',
    options: { priorProbability: 'how likely every class is at first (0.01 when absent)' },
  },
  ({ priorProbability = 0.01 }) =>
    definePolicy('detectorHead', [
      rule(atPath('**.cls_logits'), { weight: normal(0, 0.01), bias: constant(biasForProbability(priorProbability)) }),
      rule(Conv2d, { weight: normal(0, 0.01), bias: zeros() }),
    ]),
);
