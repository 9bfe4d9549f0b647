import { describe } from '@jest/globals';
import { Conv1d, Conv2d, Conv3d } from '../../../src/nn/layers/convolution.js';
import { ConvTranspose1d, ConvTranspose2d, ConvTranspose3d } from '../../../src/nn/layers/transposedConvolution.js';
import { describeLayers } from '../describeLayers.js';

describe('convolutions', () => {
  describeLayers({
    'Conv1d(4, 6, 3)': () => new Conv1d(4, 6, 3),
    'Conv1d(4, 6, 5, stride=2, padding=2, dilation=2, groups=2)': () =>
      new Conv1d(4, 6, 5, { stride: 2, padding: 2, dilation: 2, groups: 2 }),
    'Conv2d(3, 6, 5)': () => new Conv2d(3, 6, 5),
    'Conv2d(6, 16, 5)': () => new Conv2d(6, 16, 5),
    'Conv2d(8, 16, 3, padding=1, bias=False)': () => new Conv2d(8, 16, 3, { padding: 1, bias: false }),
    'Conv2d(8, 8, (3, 5), stride=(2, 1), padding=(1, 2), groups=8)': () =>
      new Conv2d(8, 8, [3, 5], { stride: [2, 1], padding: [1, 2], groups: 8 }),
    "Conv2d(4, 4, 3, padding='same', padding_mode='reflect')": () =>
      new Conv2d(4, 4, 3, { padding: 'same', paddingMode: 'reflect' }),
    "Conv2d(4, 4, 3, padding=1, padding_mode='circular')": () =>
      new Conv2d(4, 4, 3, { padding: 1, paddingMode: 'circular' }),
    'Conv3d(2, 4, 3)': () => new Conv3d(2, 4, 3),
    'Conv3d(2, 4, (1, 3, 5), groups=2, bias=False)': () => new Conv3d(2, 4, [1, 3, 5], { groups: 2, bias: false }),
    'ConvTranspose1d(4, 6, 3)': () => new ConvTranspose1d(4, 6, 3),
    'ConvTranspose2d(6, 4, 4, stride=2, padding=1)': () => new ConvTranspose2d(6, 4, 4, { stride: 2, padding: 1 }),
    'ConvTranspose2d(6, 6, 3, groups=3, output_padding=1, stride=2)': () =>
      new ConvTranspose2d(6, 6, 3, { groups: 3, outputPadding: 1, stride: 2 }),
    'ConvTranspose3d(2, 3, 3, bias=False)': () => new ConvTranspose3d(2, 3, 3, { bias: false }),
  });
});
