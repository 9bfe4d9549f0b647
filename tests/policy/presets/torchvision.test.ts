import { describe, it } from '@jest/globals';
import { presets } from 'initree';
import { resnet18, resnet50 } from '../../../examples/zoo/resnet.js';
import { expectSameAsConstructor } from './expectPreset.js';

// The zoo's constructors are held against torchvision's bits in tests/zoo.
describe('torchvision’s networks, initialised by presets, have the bits of their constructors', () => {
  it.each([
    ['resnet18', () => resnet18({ numClasses: 10 }), presets.resnet()],
    [
      'resnet18, zeroInitResidual',
      () => resnet18({ numClasses: 10, zeroInitResidual: true }),
      presets.resnet({ zeroInitResidual: true }),
    ],
    [
      'resnet50, zeroInitResidual',
      () => resnet50({ numClasses: 10, zeroInitResidual: true }),
      presets.resnet({ zeroInitResidual: true }),
    ],
  ] as const)('%s', (_, build, policy) => expectSameAsConstructor(build, policy, 3));
});
