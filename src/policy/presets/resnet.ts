import { zeros } from '../../init/constant.js';
import { kaimingNormal } from '../../init/kaiming.js';
import { keep } from '../../init/keep.js';
import { Sequential } from '../../nn/containers.js';
import { BatchNorm2d } from '../../nn/layers/batchNorm.js';
import { Conv2d } from '../../nn/layers/convolution.js';
import { Linear } from '../../nn/layers/linear.js';
import { definePolicy } from '../definePolicy.js';
import { rule } from '../rule.js';
import type { Predicate } from '../selectors.js';
import { definePreset } from './definePreset.js';
import { channelNorms } from './norms.js';
import { flag } from './presetOptions.js';

/** Options of {@link resnet}. */
export interface ResNetPresetOptions {
  /** Whether the last batch normalisation of every block starts at 0, so that each block is the identity. Default: false. */
  zeroInitResidual?: boolean | undefined;
}

/**
 * A block is a module that directly contains a BatchNorm2d, except the model itself and the Sequentials of stages and
 * shortcuts.
 */
const lastNormOfBlock: Predicate = (module, _path, { parent, model }) => {
  if (!(module instanceof BatchNorm2d) || parent === null || parent === model || parent instanceof Sequential) {
    return false;
  }
  const norms = [...parent.children()].filter((child) => child instanceof BatchNorm2d);
  return norms.at(-1) === module;
};

/**
 * The initialisation of torchvision's ResNets (He et al. 2016; Goyal et al. 2017 for `zeroInitResidual`).
 * @example
 * ```ts
 * import { explainPolicy, nn, presets } from 'initree';
 * const model = new nn.Sequential(new nn.Conv2d(3, 8, 7), new nn.BatchNorm2d(8));
 * const plan = explainPolicy(model, presets.resnet());
 * console.log(plan.assignments[0].expected?.std.toFixed(4), plan.uncovered); // 0.0714 [ '0.bias' ]
 * console.log(presets.resnet.about.fidelity); // bits
 * ```
 */
export const resnet = definePreset<ResNetPresetOptions>(
  {
    name: 'resnet',
    source: 'torchvision 0.29.2, models/resnet.py, ResNet.__init__',
    rule:
      'Conv2d: weight Kaiming normal (fan_out, relu).\nBatchNorm2d, GroupNorm: weight 1, bias 0.\n' +
      'Linear: as its constructor left it.',
    fidelity: 'bits',
  },
  { zeroInitResidual: flag('whether the last batch normalisation of every block has weight 0 (default: false)') },
  ({ zeroInitResidual }) =>
    definePolicy('resnet', [
      ...(zeroInitResidual ? [rule(lastNormOfBlock, { weight: zeros(), bias: zeros() })] : []),
      rule(Conv2d, { weight: kaimingNormal({ mode: 'fan_out', nonlinearity: 'relu' }) }),
      channelNorms,
      rule(Linear, { weight: keep, bias: keep }),
    ]),
);
