import { describe } from '@jest/globals';
import {
  CircularPad2d,
  ConstantPad1d,
  ReflectionPad2d,
  ReplicationPad2d,
  ReplicationPad3d,
  ZeroPad2d,
} from '../../../src/nn/layers/padding.js';
import { describeLayers } from '../describeLayers.js';

describe('padding layers', () => {
  describeLayers({
    'ZeroPad2d(1)': () => new ZeroPad2d(1),
    'ConstantPad1d(2, 3.5)': () => new ConstantPad1d(2, 3.5),
    'ReflectionPad2d((1, 2, 0, 1))': () => new ReflectionPad2d([1, 2, 0, 1]),
    'ReplicationPad2d(1)': () => new ReplicationPad2d(1),
    'ReplicationPad3d(1)': () => new ReplicationPad3d(1),
    'CircularPad2d(1)': () => new CircularPad2d(1),
  });
});
