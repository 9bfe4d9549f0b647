import { describe, it } from '@jest/globals';
import { presets } from 'initree';
import { ConvNeXt, convnextTiny } from '../../../examples/zoo/convnext.js';
import { dcganDiscriminator, dcganGenerator } from '../../../examples/zoo/dcgan.js';
import { densenet121 } from '../../../examples/zoo/densenet.js';
import { efficientnetB0 } from '../../../examples/zoo/efficientnet.js';
import { mobilenetV2 } from '../../../examples/zoo/mobilenetV2.js';
import { resnet18, resnet50 } from '../../../examples/zoo/resnet.js';
import { squeezenet1_1 } from '../../../examples/zoo/squeezenet.js';
import { isFullRun } from '../../isFullRun.js';
import { expectSameAsConstructor } from './expectPreset.js';

// The tests of tests/zoo compare the constructors of these networks with PyTorch's bits.
describe('the zoo’s networks, initialised by presets, have the bits of their constructors', () => {
  it.each([
    ['resnet18', () => resnet18({ numClasses: 10 }), presets.resnet()],
    [
      'resnet18, zeroInitResidual',
      () => resnet18({ numClasses: 10, zeroInitResidual: true }),
      presets.resnet({ zeroInitResidual: true }),
    ],
    // Larger networks of the same policies.
    ...(isFullRun
      ? [
          [
            'resnet50, zeroInitResidual',
            () => resnet50({ numClasses: 10, zeroInitResidual: true }),
            presets.resnet({ zeroInitResidual: true }),
          ] as const,
          ['convnext_tiny', () => convnextTiny({ numClasses: 10 }), presets.convnext()] as const,
        ]
      : []),
    [
      'convnext of two stages',
      () =>
        new ConvNeXt(
          [
            [96, 1],
            [192, 2],
          ],
          { numClasses: 10 },
        ),
      presets.convnext(),
    ],
    ['densenet121', () => densenet121({ numClasses: 10 }), presets.densenet()],
    ['squeezenet1_1', () => squeezenet1_1({ numClasses: 10 }), presets.squeezenet()],
    ['mobilenet_v2', () => mobilenetV2({ numClasses: 10 }), presets.mobilenet()],
    ['efficientnet_b0', () => efficientnetB0({ numClasses: 10 }), presets.efficientnet()],
    ['dcgan, generator', dcganGenerator, presets.dcgan()],
    ['dcgan, discriminator', dcganDiscriminator, presets.dcgan()],
  ] as const)('%s', (_, build, policy) => expectSameAsConstructor(build, policy, 3));
});
