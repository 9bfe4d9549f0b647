import { expect } from '@jest/globals';
import fc from 'fast-check';
import { Tensor } from '../../src/tensor/Tensor.js';

/** A step that balances the rounding error (about ε/h) and the truncation error (about h²) of doubles. */
const STEP = 1e-5;
const TOLERANCE = 1e-6;

/** The numbers of a tensor in one list. */
export function numbersOf(tensor: Tensor): number[] {
  return [...(tensor.to('float64').data as Float64Array)];
}

/** Shapes with few elements. */
export function shapes(minDims = 0, maxDims = 4, minSize = 1): fc.Arbitrary<number[]> {
  return fc.array(fc.integer({ min: minSize, max: 4 }), { minLength: minDims, maxLength: maxDims });
}

/** float64 leaves of a shape. Their sizes differ by at least 0.05 from each other and from 0, so that no kink is near. */
export function leaves(shape: readonly number[], positive = false): fc.Arbitrary<Tensor> {
  const count = shape.reduce((product, size) => product * size, 1);
  const places = Array.from({ length: count }, (_, i) => i);
  return fc
    .tuple(
      fc.shuffledSubarray(places, { minLength: count }),
      fc.array(fc.boolean(), { minLength: count, maxLength: count }),
    )
    .map(([order, signs]) => {
      const spread = 2.5 / Math.max(count, 4);
      const data = Float64Array.from(order, (place, i) => (0.3 + place * spread) * (signs[i] || positive ? 1 : -1));
      return Tensor.fromData(data, shape).requiresGrad_();
    });
}

/** Asserts that the gradients of Σ wᵢ·f(…)ᵢ, with different weights w, equal its difference quotients. */
export function expectGradients(f: (...inputs: Tensor[]) => Tensor, ...inputs: Tensor[]): void {
  const value = f(...inputs);
  const weights = Float64Array.from({ length: value.numel }, (_, i) => Math.cos(1.3 * i + 0.4));
  value.backward(Tensor.fromData(weights, value.shape));
  const weighted = () =>
    numbersOf(f(...inputs.map((input) => input.detach()))).reduce((sum, y, i) => sum + y * weights[i], 0);
  for (const input of inputs) {
    const data = input.data as Float64Array;
    const slopes = Array.from(data, (x, i) => {
      data[i] = x + STEP;
      const above = weighted();
      data[i] = x - STEP;
      const below = weighted();
      data[i] = x;
      return (above - below) / (2 * STEP);
    });
    expect(input.grad?.shape ?? []).toEqual([...input.shape]);
    const gradient = input.grad === null ? slopes.map(() => 0) : numbersOf(input.grad);
    const wrong = slopes.findIndex(
      (slope, i) => !(Math.abs(gradient[i] - slope) <= TOLERANCE * Math.max(1, Math.abs(slope))),
    );
    expect([wrong, gradient[wrong]]).toEqual([-1, undefined]);
  }
}

/** Asserts gradients of a function of one tensor, over random shapes. */
export function checkUnary(
  f: (x: Tensor) => Tensor,
  { positive = false, minDims = 0 }: { positive?: boolean; minDims?: number } = {},
): void {
  const cases = shapes(minDims).chain((shape) => leaves(shape, positive));
  fc.assert(
    fc.property(cases, (x) => expectGradients(f, x)),
    { numRuns: 25 },
  );
}

/** Asserts gradients of a function of two tensors that broadcast together, over random shapes. */
export function checkBinary(f: (a: Tensor, b: Tensor) => Tensor, { positive = false } = {}): void {
  const pairs = shapes(0, 3).chain((shape) => {
    const narrowed = fc
      .tuple(fc.nat(shape.length), fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }))
      .map(([start, ones]) => shape.map((size, d) => (ones[d] ? 1 : size)).slice(start));
    return fc.tuple(narrowed, fc.boolean()).chain(([narrow, swap]) => {
      const pair = swap ? [narrow, shape] : [shape, narrow];
      return fc.tuple(leaves(pair[0], positive), leaves(pair[1], positive));
    });
  });
  fc.assert(
    fc.property(pairs, ([a, b]) => expectGradients(f, a, b)),
    { numRuns: 30 },
  );
}
