import { describe, expect, test } from '@jest/globals';
import { manualSeed, randint, randn } from '../../src/index.js';
import type { ProbedOperation } from '../../src/probe/Probe.js';
import { probe } from '../../src/probe.js';
import { readGolden } from '../golden/readGolden.js';
import { NETWORKS } from './networks.js';

interface Figures {
  readonly mean: number;
  readonly meanSquare: number;
  readonly min: number;
  readonly max: number;
  readonly zeros: number;
  readonly gradientMean: number;
  readonly gradientMeanSquare: number;
}

interface Case {
  readonly name: keyof typeof NETWORKS;
  readonly input: readonly number[];
  readonly classes: number;
  readonly loss: number;
  readonly operations: Readonly<Record<string, Figures>>;
  readonly gradients: Readonly<Record<string, readonly [mean: number, meanSquare: number]>>;
}

/** A relative tolerance of 1e-4; `scale` is the size of the elements. */
function expectClose(found: number, expected: number, scale = Math.abs(expected)): void {
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-4 * scale);
}

describe.each(readGolden<Case>('probe.json'))('$name', ({ name, input, classes, loss, operations, gradients }) => {
  manualSeed(0);
  const model = new NETWORKS[name]();
  const x = randn(input);
  const target = randint(classes, [input[0]]);
  const found = probe(model, { input: x, target });

  test('has the loss of PyTorch', () => {
    expect(found.loss?.kind).toBe('cross-entropy');
    expectClose(found.loss?.value as number, loss);
  });

  test.each(Object.entries(operations))('has the figures of %s', (label, expected) => {
    const operation = found.operations.find((operation) => operation.label === label);
    expect(found.operations.map(({ label }) => label)).toContain(label);
    const { forward, gradient } = operation as ProbedOperation;
    const rms = Math.sqrt(expected.meanSquare);
    expectClose(forward.mean, expected.mean, rms);
    expectClose(forward.meanSquare, expected.meanSquare);
    expectClose(forward.min, expected.min);
    expectClose(forward.max, expected.max);
    expect(forward.zeros).toBeCloseTo(expected.zeros, 6);
    expectClose(forward.std, Math.sqrt(expected.meanSquare - expected.mean ** 2));
    // The softmax and the normalisations make gradients whose mean is 0 but for rounding.
    expectClose(gradient?.mean as number, expected.gradientMean, Math.sqrt(expected.gradientMeanSquare));
    expectClose(gradient?.meanSquare as number, expected.gradientMeanSquare);
  });

  test('has the gradients of the parameters', () => {
    expect(found.parameters.map(({ path }) => path)).toEqual(Object.keys(gradients));
    const largest = Math.sqrt(Math.max(...Object.values(gradients).map(([, meanSquare]) => meanSquare)));
    for (const { path, gradient } of found.parameters) {
      const [mean, meanSquare] = gradients[path];
      // A bias before a normalisation has a gradient of rounding errors.
      const rms = Math.max(Math.sqrt(meanSquare), 1e-2 * largest);
      expectClose(gradient?.mean as number, mean, rms);
      expectClose(Math.sqrt(gradient?.meanSquare as number), Math.sqrt(meanSquare), rms);
    }
  });
});
