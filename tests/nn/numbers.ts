import { expect } from '@jest/globals';
import { readNumber } from '../../src/numerics/numbers.js';
import { tensor } from '../../src/tensor/creation.js';
import type { Tensor } from '../../src/tensor/Tensor.js';
import type { Numbers } from '../golden/readGolden.js';

export function numbersOf(t: Tensor): number[] {
  return Array.from({ length: t.numel }, (_, i) => readNumber(t.data, t.dtype, i));
}

/** Compares with PyTorch's numbers: 1e-5 relative to the element or to the tensor's typical size. */
export function expectNumbers(found: Tensor | null, expected: Numbers, tolerance = 1e-5): void {
  expect(found).not.toBeNull();
  if (found === null) return;
  expect([...found.shape]).toEqual(expected.shape);
  const numbers = numbersOf(found);
  const typical = Math.sqrt(expected.data.reduce((sum, x) => sum + x * x, 0) / Math.max(expected.data.length, 1));
  const worst = numbers.reduce((worst, x, i) => {
    const wanted = expected.data[i];
    return x === wanted || Object.is(x, wanted)
      ? worst
      : Math.max(worst, Math.abs(x - wanted) / (Math.abs(wanted) + typical));
  }, 0);
  expect(worst).toBeLessThanOrEqual(tolerance);
}

/** Σ outputᵢ·cos(i) over all outputs, the scalar of which the golden files have gradients. */
export function weightedSum(outputs: readonly Tensor[]): Tensor {
  return outputs
    .map((output) =>
      output
        .view(-1)
        .mul(
          tensor(
            Array.from({ length: output.numel }, (_, i) => Math.cos(i)),
            { dtype: output.dtype },
          ),
        )
        .sum(),
    )
    .reduce((a, b) => a.add(b));
}
