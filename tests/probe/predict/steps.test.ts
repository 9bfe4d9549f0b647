import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as F from '../../../src/functional.js';
import { type ActivationName, activation } from '../../../src/gaussian/activations.js';
import { Generator, nn, randn, type Tensor, tensor } from '../../../src/index.js';
import type { Channels } from '../../../src/probe/predict/channels.js';
import type { Moments, Step } from '../../../src/probe/predict/Moments.js';
import { averagePoolStep, maxPoolStep } from '../../../src/probe/predict/poolingStep.js';
import {
  activationGradient,
  averagePoolGradient,
  dropoutGradient,
  maxPoolGradient,
  normalizationGradient,
  sumOfGradients,
} from '../../../src/probe/predict/stepBackward.js';
import {
  activationStep,
  additionStep,
  concatenationStep,
  dropoutStep,
  keptByEps,
  lookupStep,
  normalizationStep,
} from '../../../src/probe/predict/stepForward.js';
import { countTaps } from '../../../src/probe/predict/taps.js';
import { weightedSum } from '../../../src/probe/predict/weightedSum.js';

const number = (t: Tensor) => t.item() as number;
const squareOf = (t: Tensor) => number(t.mul(t).mean());
const momentsOf = (t: Tensor): Moments => ({ mean: number(t.mean()), meanSquare: squareOf(t) });
/** The moments of each channel of [N, C, …]. */
function channelsOf(t: Tensor): Channels {
  const rows = t.transpose(0, 1).reshape(t.shape[1], -1);
  return { means: rows.mean(1).tolist() as number[], meanSquares: rows.mul(rows).mean(1).tolist() as number[] };
}
const variancesOf = ({ means, meanSquares }: Channels) =>
  Array.from(meanSquares, (square, c) => square - means[c] ** 2);
/** Compares the predicted mean square with the measured one. */
function near(step: Step, measured: number, tolerance: number): void {
  expect(step.reason).toBeNull();
  expect(Math.abs(step.meanSquare! / measured - 1)).toBeLessThan(tolerance);
}
const seeds = fc.integer({ min: 0, max: 1e6 });

describe('a weighted sum', () => {
  it('is what a wide linear layer gives, forwards and backwards', () => {
    const cases = fc.record({
      seed: seeds,
      inputs: fc.integer({ min: 100, max: 300 }),
      outputs: fc.integer({ min: 1000, max: 1500 }),
      std: fc.double({ min: 0.01, max: 3, noNaN: true }),
      weightMean: fc.constantFrom(0, 0.5, -0.2),
      biasMean: fc.constantFrom(0, 1),
      inputMean: fc.constantFrom(0, 2),
    });
    fc.assert(
      fc.property(cases, ({ seed, inputs, outputs, std, weightMean, biasMean, inputMean }) => {
        const generator = new Generator(seed);
        const x = randn([16, inputs], { generator }).add(inputMean).detach();
        const weight = randn([outputs, inputs], { generator }).mul(std).add(weightMean).detach();
        const bias = randn([outputs], { generator }).mul(0.5).add(biasMean).detach();
        const sums = x.sum(1);
        const sample = { mean: weightMean, variance: std ** 2 };
        const step = weightedSum({
          terms: inputs,
          weight: sample,
          bias: { mean: biasMean, variance: 0.25 },
          input: momentsOf(x),
          squaredSum: squareOf(sums),
        });
        const y = F.linear(x, weight, bias);
        near(step, squareOf(y), 0.15);
        expect(step.mean! - number(y.mean())).toBeLessThan(0.2 * Math.sqrt(step.meanSquare!));
        const g = randn([16, outputs], { generator });
        const back = weightedSum({
          terms: outputs,
          weight: sample,
          input: momentsOf(g),
          squaredSum: squareOf(g.sum(1)),
        });
        near(back, squareOf(g.matmul(weight)), 0.15);
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    [{ padding: 1 }, 1],
    [{ padding: 2, stride: 2 }, 1],
    [{ padding: 1, dilation: 2, stride: 3 }, 1],
    [{ padding: 1 }, 4],
  ] as const)('is what a convolution with %j and %d groups gives, forwards and backwards', (geometry, groups) => {
    const generator = new Generator(3);
    const x = randn([2, 64, 13, 13], { generator, requiresGrad: true });
    const weight = randn([256, 64 / groups, 3, 3], { generator })
      .mul(0.1)
      .detach();
    const y = F.conv2d(x, weight, null, { ...geometry, groups });
    const g = randn([...y.shape], { generator });
    y.mul(g).sum().backward();
    const of = (name: 'stride' | 'padding' | 'dilation', otherwise: number) => {
      const value = (geometry as Partial<Record<string, number>>)[name] ?? otherwise;
      return [value, value];
    };
    const taps = countTaps({
      wide: [13, 13],
      narrow: y.shape.slice(2),
      kernel: [3, 3],
      stride: of('stride', 1),
      padding: of('padding', 0),
      dilation: of('dilation', 1),
    });
    const law = { mean: 0, variance: 0.01 };
    near(weightedSum({ terms: (64 / groups) * taps.perNarrow, weight: law, input: momentsOf(x) }), squareOf(y), 0.05);
    const back = weightedSum({ terms: (256 / groups) * taps.perWide, weight: law, input: momentsOf(g) });
    near(back, squareOf(x.grad!), 0.05);
  });

  it('is what a transposed convolution gives', () => {
    const generator = new Generator(4);
    const x = randn([2, 64, 9, 9], { generator });
    const weight = randn([64, 200, 3, 3], { generator });
    const y = F.convTranspose2d(x, weight, null, { stride: 2, padding: 1, outputPadding: 1 });
    const taps = countTaps({ wide: y.shape.slice(2), narrow: [9, 9], kernel: [3, 3], stride: [2, 2], padding: [1, 1] });
    near(
      weightedSum({ terms: 64 * taps.perWide, weight: { mean: 0, variance: 1 }, input: momentsOf(x) }),
      squareOf(y),
      0.05,
    );
  });

  it('needs the measured sum where the weights have a mean, and figures that are finite', () => {
    const input = { mean: 0, meanSquare: 1 };
    expect(weightedSum({ terms: 3, weight: { mean: 0.1, variance: 1 }, input })).toEqual({
      mean: null,
      meanSquare: null,
      reason: 'sum unknown',
    });
    const broken = weightedSum({
      terms: 3,
      weight: { mean: 0, variance: 1 },
      input: { mean: 0, meanSquare: Infinity },
    });
    expect(broken.reason).toBe('not finite');
  });
});

describe('an activation', () => {
  const NAMES: readonly ActivationName[] = [
    'relu',
    'tanh',
    'gelu',
    'silu',
    'selu',
    'hardtanh',
    'sigmoid',
    'softshrink',
  ];
  const CALLS = { relu: F.relu, tanh: F.tanh, gelu: F.gelu, silu: F.silu, selu: F.selu, hardtanh: F.hardtanh };

  it('of normal channels has the moments and gradients of its quadrature', () => {
    // No activation is 0 for nearly all elements: a simulation cannot see what is rare.
    const channel = fc.tuple(
      fc.double({ min: -0.5, max: 0.5, noNaN: true }),
      fc.double({ min: 1, max: 4, noNaN: true }),
    );
    const cases = fc.record({
      seed: seeds,
      name: fc.constantFrom(...NAMES),
      channels: fc.array(channel, { minLength: 2, maxLength: 6 }),
    });
    fc.assert(
      fc.property(cases, ({ seed, name, channels }) => {
        const generator = new Generator(seed);
        const scale = tensor(channels.map(([, std]) => [std]));
        const shift = tensor(channels.map(([mean]) => [mean]));
        const x = randn([40, channels.length, 500], { generator }).mul(scale).add(shift).detach();
        const leaf = tensor(x.tolist() as number[][][], { requiresGrad: true });
        const call = { ...CALLS, sigmoid: F.sigmoid, softshrink: F.softshrink }[name as 'relu'] as (
          x: Tensor,
        ) => Tensor;
        const y = call(leaf);
        near(activationStep(activation(name), channelsOf(x)), squareOf(y), 0.12);
        const g = randn([...y.shape], { generator })
          .mul(scale)
          .detach();
        y.mul(g).sum().backward();
        near(
          activationGradient(activation(name), channelsOf(x), channelsOf(g).meanSquares),
          squareOf(leaf.grad!),
          0.12,
        );
      }),
      { numRuns: 30 },
    );
  });

  it('of a constant channel is its value', () => {
    const input = { means: [2, -1], meanSquares: [4, 1] };
    expect(activationStep(activation('relu'), input)).toEqual({ mean: 1, meanSquare: 2, reason: null });
    expect(activationGradient(activation('relu'), input, [3, 5])).toEqual({ mean: 0, meanSquare: 1.5, reason: null });
  });

  it('has no prediction from figures that are not finite', () => {
    const input = { means: [NaN], meanSquares: [1] };
    expect(activationStep(activation('relu'), input).reason).toBe('not finite');
    expect(activationGradient(activation('relu'), input, [1]).reason).toBe('not finite');
    expect(averagePoolStep({ input, correlations: [0], size: 4 }).reason).toBe('not finite');
    expect(maxPoolStep({ input, correlations: [0], size: 4 }, activation('relu')).reason).toBe('not finite');
  });
});

describe('a normalisation', () => {
  const generator = new Generator(5);
  const x = randn([8, 32, 10], { generator }).mul(3).add(1).detach();
  const weight = randn([32], { generator });
  const bias = randn([32], { generator });

  it('over batches has the moments of its affine map, and the gradient of its scales', () => {
    const layer = new nn.BatchNorm1d(32, { eps: 0.5 });
    layer.weight!.copy_(weight);
    layer.bias!.copy_(bias);
    const leaf = tensor(x.tolist() as number[][][], { requiresGrad: true });
    const y = layer.forward(leaf);
    const variances = variancesOf(channelsOf(x));
    const step = normalizationStep({
      scaleSquare: squareOf(weight),
      shift: momentsOf(bias),
      kept: keptByEps(variances, 0.5),
    });
    near(step, squareOf(y), 0.05);
    const g = randn([8, 32, 10], { generator });
    y.mul(g).sum().backward();
    const back = normalizationGradient({
      scaleSquares: weight.mul(weight).tolist() as number[],
      variances: variances.map((v) => v + 0.5),
      gradient: channelsOf(g).meanSquares,
      count: 80,
    });
    near(back, squareOf(leaf.grad!), 0.05);
  });

  it('over rows and by the root mean square loses two directions, or one', () => {
    const rows = randn([400, 16], { generator }).mul(2).detach();
    for (const [call, lost] of [
      [(t: Tensor) => F.layerNorm(t, [16]), 2],
      [(t: Tensor) => F.rmsNorm(t, [16]), 1],
    ] as const) {
      const leaf = tensor(rows.tolist() as number[][], { requiresGrad: true });
      const y = call(leaf);
      const groups = {
        means: rows.mean(1).tolist() as number[],
        meanSquares: rows.mul(rows).mean(1).tolist() as number[],
      };
      const g = randn([400, 16], { generator });
      y.mul(g).sum().backward();
      near(normalizationStep({ scaleSquare: 1, shift: { mean: 0, meanSquare: 0 } }), squareOf(y), 0.01);
      const back = normalizationGradient({
        scaleSquares: [1],
        variances: lost === 2 ? variancesOf(groups) : groups.meanSquares,
        gradient: channelsOf(g).meanSquares,
        count: 16,
        lost,
      });
      near(back, squareOf(leaf.grad!), 0.06);
    }
  });

  it('with running statistics only scales', () => {
    const scale = { scaleSquares: [2], gradient: [3], variances: [4], count: Infinity };
    expect(normalizationGradient(scale)).toEqual({ mean: 0, meanSquare: 1.5, reason: null });
    expect(normalizationGradient({ ...scale, variances: [0] }).reason).toBe('not positive');
  });

  it('of constant groups keeps nothing', () => {
    expect(keptByEps([0, 1], 0)).toBe(0.5);
    expect(keptByEps([0, 1], 1)).toBe(0.25);
  });
});

describe('sums and copies', () => {
  const generator = new Generator(6);
  const a = randn([500], { generator }).add(1).detach();
  const b = a
    .mul(0.5)
    .add(randn([500], { generator }))
    .detach();

  it('of two tensors take the measured product', () => {
    const product = number(a.mul(b).mean());
    near(additionStep(momentsOf(a), momentsOf(b), product), squareOf(a.add(b)), 1e-5);
    near(additionStep(momentsOf(a), momentsOf(b), product, [1, -1]), squareOf(a.sub(b)), 1e-5);
    near(additionStep(momentsOf(a), momentsOf(b), product, [3, 0.5]), squareOf(a.mul(3).add(b.mul(0.5))), 1e-5);
  });

  it('weight concatenated parts by their numbers of elements', () => {
    const parts = [
      { ...momentsOf(a), count: 500 },
      { mean: 0, meanSquare: 0, count: 1500 },
    ];
    const { mean, meanSquare } = momentsOf(a);
    expect(concatenationStep(parts)).toEqual({
      mean: expect.closeTo(mean / 4, 12),
      meanSquare: expect.closeTo(meanSquare / 4, 12),
      reason: null,
    });
  });

  it('by dropout and from tables', () => {
    expect(dropoutStep({ mean: 1, meanSquare: 2 }, 0.5)).toEqual({ mean: 1, meanSquare: 4, reason: null });
    expect(dropoutStep({ mean: 1, meanSquare: 2 }, 1)).toEqual({ mean: 0, meanSquare: 0, reason: null });
    expect(dropoutGradient(2, 0.5).meanSquare).toBe(4);
    expect(dropoutGradient(2, 1).meanSquare).toBe(0);
    expect(lookupStep({ mean: 2, variance: 1 })).toEqual({ mean: 2, meanSquare: 5, reason: null });
    expect(sumOfGradients([1, 2], -0.5).meanSquare).toBe(2.5);
    expect(sumOfGradients([1, 2]).meanSquare).toBe(3);
  });
});

describe('a pool', () => {
  /** Channels whose elements within a window of 2×2 have a correlation: a part in common, and parts of their own. */
  function correlated(rho: readonly number[], generator: Generator): Tensor {
    const common = randn([20, rho.length, 12, 12], { generator });
    const own = randn([20, rho.length, 24, 24], { generator });
    const wide = F.interpolate(common, { scaleFactor: 2, mode: 'nearest' });
    const scale = (f: (r: number) => number) => tensor(rho.map((r) => [[f(r)]]));
    return wide
      .mul(scale(Math.sqrt))
      .add(own.mul(scale((r) => Math.sqrt(1 - r))))
      .mul(1.5)
      .add(0.3)
      .detach();
  }
  const rho = [0, 0.3, 0.8, 1];

  it('of the mean has the moments of correlated elements', () => {
    const x = correlated(rho, new Generator(7));
    near(averagePoolStep({ input: channelsOf(x), correlations: rho, size: 4 }), squareOf(F.avgPool2d(x, 2)), 0.02);
  });

  it('of the maximum has them too, after ReLU and without an activation', () => {
    const x = correlated(rho, new Generator(8));
    const pool = { input: channelsOf(x), correlations: rho, size: 4 };
    near(maxPoolStep(pool, activation('relu')), squareOf(F.maxPool2d(F.relu(x), 2)), 0.03);
    near(maxPoolStep(pool, activation('identity')), squareOf(F.maxPool2d(x, 2)), 0.03);
    near(maxPoolStep(pool, activation('tanh')), squareOf(F.tanh(F.maxPool2d(x, 2))), 0.03);
  });

  it('of one element is the element, and of many the extreme value', () => {
    const input = { means: [0.5], meanSquares: [1.25] };
    const one = maxPoolStep({ input, correlations: [0.4], size: 1 }, activation('identity'));
    expect(one.mean).toBeCloseTo(0.5, 10);
    expect(one.meanSquare).toBeCloseTo(1.25, 10);
    // The expected maximum of 1000 standard normals, and its square.
    const input0 = { means: [0], meanSquares: [1] };
    const many = maxPoolStep({ input: input0, correlations: [-0.2], size: 1000 }, activation('identity'));
    expect(many.mean).toBeCloseTo(3.24144, 4);
  });

  it('returns the gradients to the inputs', () => {
    const generator = new Generator(9);
    const x = randn([20, 8, 17, 17], { generator, requiresGrad: true });
    const g = randn([20, 8, 8, 8], { generator });
    const taps = countTaps({ wide: [17, 17], narrow: [8, 8], kernel: [3, 3], stride: [2, 2] });
    F.avgPool2d(x, 3, 2).mul(g).sum().backward();
    near(averagePoolGradient(squareOf(g), 9, taps.perWide), squareOf(x.grad!), 0.05);
    x.grad = null;
    F.maxPool2d(x, 3, 2).mul(g).sum().backward();
    near(maxPoolGradient(squareOf(g), 64 / 289), squareOf(x.grad!), 0.05);
  });
});
