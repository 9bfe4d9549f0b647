import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as F from '../../../src/functional.js';
import { ones } from '../../../src/index.js';
import { countTaps } from '../../../src/probe/predict/taps.js';

describe('the taps of a window', () => {
  it('are those of a convolution of ones', () => {
    const window = fc.record({
      size: fc.integer({ min: 5, max: 12 }),
      kernel: fc.integer({ min: 1, max: 3 }),
      stride: fc.integer({ min: 1, max: 3 }),
      padding: fc.integer({ min: 0, max: 2 }),
      dilation: fc.integer({ min: 1, max: 2 }),
    });
    fc.assert(
      fc.property(window, window, (high, wide) => {
        const sides = [high, wide];
        const x = ones([1, 1, high.size, wide.size], { requiresGrad: true });
        const weight = ones([1, 1, high.kernel, wide.kernel]);
        const y = F.conv2d(x, weight, null, {
          stride: sides.map(({ stride }) => stride) as [number, number],
          padding: sides.map(({ padding }) => padding) as [number, number],
          dilation: sides.map(({ dilation }) => dilation) as [number, number],
        });
        y.sum().backward();
        const { perNarrow, perWide } = countTaps({
          wide: x.shape.slice(2),
          narrow: y.shape.slice(2),
          kernel: weight.shape.slice(2),
          stride: sides.map(({ stride }) => stride),
          padding: sides.map(({ padding }) => padding),
          dilation: sides.map(({ dilation }) => dilation),
        });
        expect(perNarrow).toBeCloseTo(y.mean().item() as number, 5);
        expect(perWide).toBeCloseTo(x.grad!.mean().item() as number, 5);
      }),
      { numRuns: 50 },
    );
  });

  it('are all of the kernel without padding, by default', () => {
    expect(countTaps({ wide: [10], narrow: [8], kernel: [3] })).toEqual({ perNarrow: 3, perWide: 2.4 });
  });
});
