import { describe, expect, it } from '@jest/globals';
import { manualSeed, nn, randn, type Tensor } from 'initree';
import { googlenet } from '../../examples/zoo/googlenet.js';
import { describeNetwork } from './describeNetwork.js';

describeNetwork('googlenet()', googlenet);
describeNetwork('googlenet(aux_logits=False)', () => googlenet({ auxLogits: false }));

describe('googlenet() in training', () => {
  it('gives the logits, and those of both auxiliary classifiers', () => {
    manualSeed(0);
    const outputs = nn.skipInit(() => googlenet({ numClasses: 7 })).forward(randn([2, 3, 64, 64])) as Tensor[];
    expect(outputs.map(({ shape }) => shape)).toEqual([
      [2, 7],
      [2, 7],
      [2, 7],
    ]);
  });
});
