import { ones, zeros } from '../../init/constant.js';
import { normal } from '../../init/normal.js';
import { xavierNormal } from '../../init/xavier.js';
import { BatchNorm2d } from '../../nn/layers/batchNorm.js';
import { Conv2d } from '../../nn/layers/convolution.js';
import { Linear } from '../../nn/layers/linear.js';
import { definePolicy } from '../definePolicy.js';
import { rule } from '../rule.js';
import { definePreset } from './definePreset.js';

/**
 * The policy of the LeNet-5 tutorial.
 * @example
 * ```ts
 * import { initializeWeights, manualSeed, nn, presets } from 'initree';
 * manualSeed(0);
 * const model = new nn.Sequential(new nn.Conv2d(1, 4, 3), new nn.BatchNorm2d(4), new nn.Flatten(), new nn.Linear(16, 2));
 * const report = initializeWeights(model, presets.lenet5());
 * console.log(report.entries.map(({ path, rule }) => `${path} ${rule}`)[2], report.uncovered); // 1.weight BatchNorm2d []
 * ```
 */
export const lenet5 = definePreset(
  {
    name: 'lenet5',
    source: 'the usual PyTorch tutorial: a loop over modules() with isinstance',
    rule: 'Conv2d: weight Xavier normal, bias 0.\nBatchNorm2d: weight 1, bias 0.\nLinear: weight N(0, 0.01²), bias 0.',
    fidelity: 'bits',
  },
  {},
  () =>
    definePolicy('lenet5', [
      rule(Conv2d, { weight: xavierNormal(), bias: zeros() }),
      rule(BatchNorm2d, { weight: ones(), bias: zeros() }),
      rule(Linear, { weight: normal(0, 0.01), bias: zeros() }),
    ]),
);
