import { describe, expect, it } from '@jest/globals';
import type { Module } from '../../src/nn/Module.js';
import { isFloatDType } from '../../src/numerics/DType.js';
import { defaultGenerator, manualSeed } from '../../src/random/defaultGenerator.js';
import { randn } from '../../src/tensor/randomCreation.js';
import { Tensor } from '../../src/tensor/Tensor.js';
import { type Facts, factsOf, type Numbers, readGolden, stateHash } from '../golden/readGolden.js';
import { expectNumbers, weightedSum } from './numbers.js';

interface LayerCase {
  readonly layer: string;
  readonly seed: number;
  readonly repr: string;
  readonly state: Record<string, Facts>;
  readonly rng: string;
}

interface ForwardCase {
  readonly layer: string;
  readonly repr?: string;
  readonly seed?: number;
  readonly inputs: Numbers[];
  readonly target?: Numbers;
  readonly outputs: Numbers[];
  readonly inputGrads: Numbers[];
  readonly parameterGrads?: Record<string, Numbers>;
  readonly buffersAfter?: Record<string, Numbers>;
  readonly evalOutput?: Numbers;
}

/** Constructions in PyTorch, as the golden files write them, and the same in TypeScript. */
export type Constructions = Readonly<Record<string, () => Module>>;

/**
 * Compares layers with PyTorch: every case of `layers.json` (bits of the state, printed form, generator afterwards) and of
 * `forward.json` (values, gradients and buffers to 1e-5) with one of the given constructions. Each construction must occur.
 * @param more another golden file in the form of `forward.json`
 */
export function describeLayers(constructions: Constructions, more?: string): void {
  const layerCases = readGolden<LayerCase>('layers.json').filter(({ layer }) => Object.hasOwn(constructions, layer));
  const forwardCases = ['forward.json', ...(more ? [more] : [])]
    .flatMap((file) => readGolden<ForwardCase>(file))
    .filter(({ layer }) => Object.hasOwn(constructions, layer));

  it('has a golden case for every construction', () => {
    const known = new Set([...layerCases, ...forwardCases].map(({ layer }) => layer));
    expect(Object.keys(constructions).filter((layer) => !known.has(layer))).toEqual([]);
  });

  describe('construction', () => {
    it.each(layerCases.map((golden) => [golden.layer, golden] as const))(
      '%s',
      (_, { layer, seed, repr, state, rng }) => {
        manualSeed(seed);
        const module = constructions[layer]();
        expect(String(module)).toBe(repr);
        const found = module.stateDict();
        expect(Object.fromEntries([...found].map(([key, t]) => [key, factsOf(t, 3)]))).toEqual(state);
        expect([...found.keys()]).toEqual(Object.keys(state));
        expect(stateHash(defaultGenerator)).toBe(rng);
      },
    );
  });

  if (forwardCases.length === 0) return;
  describe('forward and backward', () => {
    it.each(forwardCases.map((golden, i) => [`${golden.layer} #${i}`, golden] as const))('%s', (_, golden) => {
      manualSeed(golden.seed ?? 3);
      const module = constructions[golden.layer]();
      if (golden.repr) expect(String(module)).toBe(golden.repr);
      // The golden drew its inputs right after the layer, so drawing them again checks the stream as well.
      const inputs = golden.inputs.map(({ shape }) => randn(shape, { requiresGrad: true }));
      for (const [i, input] of inputs.entries()) expectNumbers(input, golden.inputs[i]);
      const outputs = tensorsOf(module.forward(...inputs, ...targetOf(golden)));
      expect(outputs.length).toBe(golden.outputs.length);
      for (const [i, output] of outputs.entries()) expectNumbers(output, golden.outputs[i]);
      (golden.target ? outputs[0] : weightedSum(outputs.filter(({ dtype }) => isFloatDType(dtype)))).backward();
      for (const [i, input] of inputs.entries()) expectNumbers(input.grad, golden.inputGrads[i]);
      for (const [name, numbers] of Object.entries(golden.parameterGrads ?? {})) {
        expectNumbers(module.getParameter(name).grad, numbers);
      }
      for (const [name, numbers] of Object.entries(golden.buffersAfter ?? {})) {
        expectNumbers(module.getBuffer(name), numbers);
      }
      if (golden.evalOutput) expectNumbers(module.eval().forward(...inputs), golden.evalOutput);
    });
  });
}

/** Class indices as int64, numbers as they are. */
function targetOf({ layer, target }: ForwardCase): Tensor[] {
  if (!target) return [];
  const isClass = /^(CrossEntropy|NLL)/.test(layer);
  const data = isClass ? BigInt64Array.from(target.data, BigInt) : Float32Array.from(target.data);
  return [Tensor.fromData(data, target.shape)];
}

/** The tensors of an output, which may be nested arrays, in order. */
function tensorsOf(output: unknown): Tensor[] {
  if (output instanceof Tensor) return [output];
  return Array.isArray(output) ? output.flatMap(tensorsOf) : [];
}
