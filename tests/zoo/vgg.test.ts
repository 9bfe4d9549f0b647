import { expect, it } from '@jest/globals';
import { nn } from 'initree';
import { vgg11, vgg11Bn, vgg13, vgg13Bn, vgg16, vgg16Bn, vgg19, vgg19Bn } from '../../examples/zoo/vgg.js';
import { describeNetwork } from './describeNetwork.js';

describeNetwork('vgg11_bn()', vgg11Bn);

// torchvision's `num_params` and `_ops` (billions, rounded) of the weights of each network.
it.each([
  ['vgg11', vgg11, 132_863_336, 7.609],
  ['vgg11_bn', vgg11Bn, 132_868_840, 7.609],
  ['vgg13', vgg13, 133_047_848, 11.308],
  ['vgg13_bn', vgg13Bn, 133_053_736, 11.308],
  ['vgg16', vgg16, 138_357_544, 15.47],
  ['vgg16_bn', vgg16Bn, 138_365_992, 15.47],
  ['vgg19', vgg19, 143_667_240, 19.632],
  ['vgg19_bn', vgg19Bn, 143_678_248, 19.632],
] as const)('%s has the parameters and multiply-adds that torchvision states', (_, build, parameters, billions) => {
  const { totals } = nn.skipInit(build).summary([1, 3, 224, 224]);
  expect(totals.parameters).toBe(parameters);
  expect(totals.multiplyAdds / 1e9).toBeCloseTo(billions, 3);
});
