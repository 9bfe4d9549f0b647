import { expect } from '@jest/globals';
import type { Module } from '../../src/nn/Module.js';
import { noGrad } from '../../src/tensor/Tape.js';
import type { Tensor } from '../../src/tensor/Tensor.js';
import { weightedSum } from './numbers.js';

/** Half the distance of the two points of a difference, for numbers of size 1 in float64. */
const STEP = 1e-6;

/**
 * Compares the gradients of a layer with finite differences, for every element of its inputs and parameters.
 * @param inputs float64, as is the layer; they must not need gradients yet
 */
export function expectGradients(layer: Module, inputs: readonly Tensor[], tolerance = 1e-6): void {
  const value = () => {
    const output = layer.forward(...inputs);
    return weightedSum(Array.isArray(output) ? output.flat(3) : [output]);
  };
  const leaves = [...inputs.map((input) => input.requiresGrad_()), ...layer.parameters()];
  for (const leaf of leaves) leaf.grad = null;
  value().backward();
  noGrad(() => {
    for (const leaf of leaves) {
      const data = leaf.data as Float64Array;
      // One expectation for each leaf: Jest takes a tenth of a millisecond for one.
      let worst = 0;
      for (let i = 0; i < data.length; i++) {
        const before = data[i];
        data[i] = before + STEP;
        const above = value().item();
        data[i] = before - STEP;
        const below = value().item();
        data[i] = before;
        const slope = (above - below) / (2 * STEP);
        const found = (leaf.grad?.data as Float64Array | undefined)?.[i] ?? 0;
        const error = Math.abs(found - slope) / (1 + Math.abs(slope));
        worst = Math.max(worst, Number.isNaN(error) ? Infinity : error);
      }
      expect(worst).toBeLessThanOrEqual(tolerance * 100);
    }
  });
  for (const input of inputs) input.requiresGrad_(false).grad = null;
}
