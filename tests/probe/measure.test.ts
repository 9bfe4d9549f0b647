import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as F from '../../src/functional.js';
import { manualSeed, randn, type Tensor, tensor, zeros } from '../../src/index.js';
import { distributionOf, evenlySpaced } from '../../src/probe/measure/distributionOf.js';
import { squaredSumOfRows, squaredSumOfWindows, windowCorrelations } from '../../src/probe/measure/operandSums.js';
import { summarizeElements } from '../../src/probe/measure/summarizeElements.js';
import { symmetryOf } from '../../src/probe/measure/symmetries.js';
import { dividingTaps, slidingTaps, transposedTaps } from '../../src/probe/measure/windowTaps.js';

describe('summarizeElements', () => {
  test('gives the moments of the tensor and of the channels', () => {
    const x = tensor([
      [
        [1, 2, 3],
        [0, 0, -4],
      ],
      [
        [5, 6, 7],
        [8, 0, 9],
      ],
    ]);
    const { statistics, channels } = summarizeElements(x, 1);
    expect(statistics).toMatchObject({ count: 12, min: -4, max: 9, nonFinite: 0, zeros: 3 / 12 });
    expect(statistics.mean).toBeCloseTo(37 / 12, 12);
    expect(statistics.meanSquare).toBeCloseTo(285 / 12, 12);
    expect(statistics.std).toBeCloseTo(Math.sqrt(285 / 12 - (37 / 12) ** 2), 12);
    expect([...channels.means]).toEqual([4, 13 / 6]);
    expect(channels.meanSquares[0]).toBeCloseTo(124 / 6, 12);
    expect(channels.meanSquares[1]).toBeCloseTo(161 / 6, 12);
    expect(summarizeElements(x, 2).channels.means).toHaveLength(3);
    expect(summarizeElements(x, null).channels.means).toHaveLength(1);
  });

  test('gives the same for every choice of channels', () => {
    manualSeed(1);
    const x = randn([5, 7, 3, 2]).add(3);
    const whole = summarizeElements(x, null).statistics;
    for (const axis of [0, 1, 2, 3]) {
      const { mean, meanSquare, std } = summarizeElements(x, axis).statistics;
      expect(mean).toBeCloseTo(whole.mean, 12);
      expect(meanSquare).toBeCloseTo(whole.meanSquare, 12);
      expect(std).toBeCloseTo(whole.std, 12);
    }
  });

  test.each([0.1, -3e-30, 1e30])('gives the standard deviation 0 for elements that all are %p', (value) => {
    const { statistics, channels } = summarizeElements(zeros([4, 3]).add(value), 1);
    expect(statistics.std).toBe(0);
    expect(statistics.mean).toBe(Math.fround(value));
    for (const mean of channels.means) expect(mean).toBe(Math.fround(value));
  });

  test('keeps a small spread about a large mean', () => {
    const { std } = summarizeElements(tensor([1e6, 1e6 + 1, 1e6 + 2]), null).statistics;
    expect(std).toBeCloseTo(Math.sqrt(2 / 3), 9);
  });

  test('counts elements that are not finite, and leaves them out', () => {
    const { statistics, channels } = summarizeElements(tensor([NaN, 1, Infinity, 3, -Infinity, NaN]), null);
    expect(statistics).toMatchObject({ count: 6, nonFinite: 4, mean: 2, meanSquare: 5, std: 1, min: 1, max: 3 });
    expect([...channels.means]).toEqual([2]);
    expect(statistics.percentiles[3]).toBe(2);
    expect(statistics.histogram.counts.reduce((a, b) => a + b)).toBe(2);
  });

  test('gives NaN where there is no finite element', () => {
    for (const x of [tensor([NaN, NaN]), zeros([0])]) {
      const { statistics } = summarizeElements(x, null);
      expect([statistics.mean, statistics.std, statistics.min, statistics.max]).toEqual([NaN, NaN, NaN, NaN]);
      expect(statistics.histogram.counts).toEqual([]);
    }
  });

  test('gives the percentiles of NumPy for few elements', () => {
    const x = tensor(Array.from({ length: 101 }, (_, i) => (i * 37) % 101));
    expect(summarizeElements(x, null).statistics.percentiles).toEqual([1, 5, 25, 50, 75, 95, 99]);
  });

  test('gives the percentiles of the sorted elements, whatever they are', () => {
    const element = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, 1, 2, NaN));
    fc.assert(
      fc.property(
        fc.array(element, { minLength: 1, maxLength: 300, size: 'max' }),
        fc.boolean(),
        (values, isSingle) => {
          const x = isSingle ? Float32Array.from(values) : Float64Array.from(values);
          const sorted = x.filter(Number.isFinite).sort();
          const last = sorted.length - 1;
          const { percentiles, histogram } = distributionOf(x, sorted[0] ?? Infinity, sorted[last] ?? -Infinity);
          [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99].forEach((share, i) => {
            const [lower, upper] = [sorted[Math.floor(share * last)], sorted[Math.ceil(share * last)]];
            if (last < 0) expect(percentiles[i]).toBeNaN();
            else if (Number.isFinite(upper - lower)) {
              expect(percentiles[i]).toBeGreaterThanOrEqual(lower);
              expect(percentiles[i]).toBeLessThanOrEqual(upper + 1e-12 * Math.abs(upper));
            }
          });
          expect(histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(sorted.length);
        },
      ),
    );
  });

  test('has equal elements at one place', () => {
    const { percentiles, histogram } = distributionOf(new Float32Array(50).fill(0.25), 0.25, 0.25);
    expect(histogram).toMatchObject({ from: 0.25, to: 0.25 });
    expect(histogram.counts[0]).toBe(50);
    expect(new Set(percentiles)).toEqual(new Set([0.25]));
  });

  test('samples large tensors from all channels', () => {
    const x = new Float32Array(64 * 1024).map((_, i) => i % 64);
    const sample = evenlySpaced(x, 4096);
    expect(sample.length).toBeLessThanOrEqual(4096);
    expect(sample.length).toBeGreaterThan(2048);
    expect(new Set(sample).size).toBe(64);
  });

  test('counts zeros of both signs, in every dtype', () => {
    for (const dtype of ['float32', 'float64', 'float16', 'bfloat16'] as const) {
      expect(summarizeElements(tensor([0, -0, 1, -1], { dtype }), null).statistics.zeros).toBe(0.5);
    }
  });
});

/** The convolution with weights of 1 gives the sum of what each output reads. */
function meanSquareOf(x: Tensor): number {
  return x.square().mean().item();
}

describe('squared sums', () => {
  test('of rows', () => {
    expect(
      squaredSumOfRows(
        tensor([
          [1, 2],
          [3, -5],
        ]),
      ),
    ).toBe((9 + 4) / 2);
  });

  test.each([
    { size: [7, 6], kernel: [3, 2], stride: 2, padding: 1, dilation: 1, groups: 1 },
    { size: [9, 8], kernel: [3, 3], stride: 1, padding: 2, dilation: 2, groups: 2 },
    { size: [5, 5], kernel: [1, 1], stride: 1, padding: 0, dilation: 1, groups: 4 },
  ])('of convolutions: %j', ({ size, kernel, stride, padding, dilation, groups }) => {
    manualSeed(2);
    const x = randn([2, 4, ...size], { dtype: 'float64' });
    const weight = zeros([groups, 4 / groups, ...kernel], { dtype: 'float64' }).add(1);
    const sums = F.conv2d(x, weight, { stride, padding, dilation, groups });
    const taps = kernel.map((k, d) =>
      slidingTaps(size[d], sums.shape[2 + d], { kernel: k, stride, padding, dilation }),
    );
    expect(squaredSumOfWindows(x, groups, taps)).toBeCloseTo(meanSquareOf(sums), 10);
  });

  test('of transposed convolutions', () => {
    manualSeed(3);
    const x = randn([2, 4, 5], { dtype: 'float64' });
    const sums = F.convTranspose1d(x, zeros([4, 1, 3], { dtype: 'float64' }).add(1), { stride: 2, padding: 1 });
    const taps = transposedTaps(5, sums.shape[2], { kernel: 3, stride: 2, padding: 1, dilation: 1 });
    expect(squaredSumOfWindows(x, 1, [taps])).toBeCloseTo(meanSquareOf(sums), 10);
  });
});

describe('the correlation within the windows of a pooling', () => {
  const correlationsOf = (x: Tensor, taps: Parameters<typeof windowCorrelations>[1]) => {
    const { means, meanSquares } = summarizeElements(x, 1).channels;
    return [...windowCorrelations(x, taps, means, meanSquares)];
  };
  const halves = slidingTaps(4, 2, { kernel: 2, stride: 2, padding: 0, dilation: 1 });

  test('is 1 where the elements of each window are equal, and −1 where they are opposite', () => {
    const x = tensor([
      [
        [1, 1, 5, 5],
        [1, -1, -1, 1],
      ],
    ]);
    const [equal, opposite] = correlationsOf(x, [halves]);
    expect(equal).toBeCloseTo(1, 12);
    expect(opposite).toBeCloseTo(-1, 12);
  });

  test('is near 0 for noise, and predicts the variance of means', () => {
    manualSeed(4);
    const x = randn([64, 2, 8, 8], { dtype: 'float64' });
    const taps = [dividingTaps(8, 4), dividingTaps(8, 4)];
    const correlations = correlationsOf(x, taps);
    const pooled = summarizeElements(F.adaptiveAvgPool2d(x, 4), 1).channels;
    const whole = summarizeElements(x, 1).channels;
    correlations.forEach((correlation, c) => {
      expect(Math.abs(correlation)).toBeLessThan(0.05);
      const variance = whole.meanSquares[c] - whole.means[c] ** 2;
      const expected = (variance / 4) * (1 + 3 * correlation);
      expect(pooled.meanSquares[c] - whole.means[c] ** 2).toBeCloseTo(expected, 10);
    });
  });

  test('is 0 where a window has one element, and where a channel is constant', () => {
    const alone = slidingTaps(4, 4, { kernel: 1, stride: 1, padding: 0, dilation: 1 });
    expect(correlationsOf(tensor([[[1, 2, 3, 4]]]), [alone])).toEqual([0]);
    expect(correlationsOf(tensor([[[2, 2, 2, 2]]]), [halves])).toEqual([0]);
  });
});

describe('symmetryOf', () => {
  test('counts rows that equal an earlier one with an equal gradient', () => {
    const weight = tensor([
      [1, 2],
      [3, 4],
      [1, 2],
      [1, 2],
      [3, 4],
    ]);
    const gradient = tensor([
      [1, 1],
      [2, 2],
      [1, 1],
      [5, 5],
      [2, 2],
    ]);
    expect(symmetryOf('w', weight, gradient)).toEqual({ path: 'w', rows: 2, of: 5, firstEqual: [0, 1, 0, 3, 1] });
  });

  test('finds none where rows differ, or gradients do', () => {
    const distinct = tensor([
      [1, 2],
      [2, 1],
    ]);
    expect(symmetryOf('w', distinct, distinct)).toBeNull();
    expect(symmetryOf('w', zeros([2, 2]), distinct)).toBeNull();
    expect(symmetryOf('b', zeros([4]), zeros([4]))).toBeNull();
  });

  test('is linear in the number of rows', () => {
    const found = symmetryOf('w', zeros([100_000, 2]), zeros([100_000, 2]));
    expect(found).toMatchObject({ rows: 99_999, of: 100_000 });
    expect(found?.firstEqual).toEqual(new Array(128).fill(0));
  });
});
