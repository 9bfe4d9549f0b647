import { describe, expect, it } from '@jest/globals';
import * as nn from '../../src/nn.js';
import { defaultGenerator, manualSeed } from '../../src/random/defaultGenerator.js';
import { Generator } from '../../src/random/Generator.js';
import { stateHash } from '../golden/readGolden.js';
import { type Constructions, describeLayers } from './describeLayers.js';

const TUTORIAL: Constructions = {
  'Linear(400, 120)': () => new nn.Linear(400, 120),
  'Linear(7, 3, bias=False)': () => new nn.Linear(7, 3, { bias: false }),
  'Linear(1, 1)': () => new nn.Linear(1, 1),
  'Linear(6, 4)': () => new nn.Linear(6, 4),
  'Identity()': () => new nn.Identity(),
  'Conv2d(3, 6, 5)': () => new nn.Conv2d(3, 6, 5),
  'Conv2d(6, 16, 5)': () => new nn.Conv2d(6, 16, 5),
  'Conv2d(8, 16, 3, padding=1, bias=False)': () => new nn.Conv2d(8, 16, 3, { padding: 1, bias: false }),
  'Conv2d(8, 8, (3, 5), stride=(2, 1), padding=(1, 2), groups=8)': () =>
    new nn.Conv2d(8, 8, [3, 5], { stride: [2, 1], padding: [1, 2], groups: 8 }),
  'BatchNorm2d(3)': () => new nn.BatchNorm2d(3),
  'BatchNorm2d(6)': () => new nn.BatchNorm2d(6),
  'BatchNorm2d(3, momentum=None)': () => new nn.BatchNorm2d(3, { momentum: null }),
  'BatchNorm2d(6, eps=0.001, momentum=None, track_running_stats=False)': () =>
    new nn.BatchNorm2d(6, { eps: 0.001, momentum: null, trackRunningStats: false }),
  'MaxPool2d(2, 2)': () => new nn.MaxPool2d(2, 2),
  'MaxPool2d((3, 2), stride=2, padding=1, ceil_mode=True)': () =>
    new nn.MaxPool2d([3, 2], 2, { padding: 1, ceilMode: true }),
  'ReLU()': () => new nn.ReLU(),
  'ReLU(inplace=True)': () => new nn.ReLU({ inplace: true }),
  'Flatten()': () => new nn.Flatten(),
  'CrossEntropyLoss()': () => new nn.CrossEntropyLoss(),
  "CrossEntropyLoss(label_smoothing=0.1, reduction='sum')": () =>
    new nn.CrossEntropyLoss({ labelSmoothing: 0.1, reduction: 'sum' }),
  'Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.Flatten(), nn.Linear(8, 2))': () =>
    new nn.Sequential(
      new nn.Conv2d(1, 2, 3),
      new nn.BatchNorm2d(2),
      new nn.ReLU(),
      new nn.Flatten(),
      new nn.Linear(8, 2),
    ),
  'ModuleList([nn.Linear(3, 3), nn.Linear(3, 3), nn.Linear(3, 4)])': () =>
    new nn.ModuleList([new nn.Linear(3, 3), new nn.Linear(3, 3), new nn.Linear(3, 4)]),
};

describe('the tutorial’s layers', () => describeLayers(TUTORIAL));

it('draws from the generator it is given and leaves the default one alone', () => {
  manualSeed(5);
  const before = stateHash(defaultGenerator);
  const given = new nn.Conv2d(3, 6, 5, { generator: new Generator(0) });
  expect(stateHash(defaultGenerator)).toBe(before);
  manualSeed(0);
  expect(new nn.Conv2d(3, 6, 5).weight.data).toEqual(given.weight.data);
});
