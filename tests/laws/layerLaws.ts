import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Layer } from '../../src/nn/Layer.js';
import type { Module } from '../../src/nn/Module.js';
import { type FloatDType, isFloatDType } from '../../src/numerics/DType.js';
import { defaultGenerator, manualSeed } from '../../src/random/defaultGenerator.js';
import { Tensor } from '../../src/tensor/Tensor.js';
import { isFullRun } from '../isFullRun.js';
import { weightedSum } from '../nn/numbers.js';
import { type Configuration, construct, create, type Drawn, Picker, realize } from './Configuration.js';

const SETTINGS = isFullRun ? { numRuns: 20 } : { numRuns: 4, seed: 7 };

/** What every layer does, whatever its options. */
export function describeLayerLaws(layer: string, drawn: Drawn): void {
  const configurations = fc.gen().map((draw): Configuration => ({ layer, ...drawn(new Picker(draw)) }));
  const check = (law: (configuration: Configuration) => void) => fc.assert(fc.property(configurations, law), SETTINGS);

  it('gives the shapes that its formula and its summary say, and gradients of the shapes of what it is given', () => {
    check((configuration) => {
      const { module, inputs, leaves } = build(configuration);
      const before = bitsOf([...leaves, ...module.parameters()]);
      const outputs = tensorsOf(module.forward(...inputs));
      expect(shapesOf(outputs)).toEqual(configuration.outputs);
      expect(shapesOf(outputs)).toEqual(summarized(module, inputs) ?? configuration.outputs);
      const results = outputs.filter(({ requiresGrad }) => requiresGrad);
      if (results.length > 0) weightedSum(results).backward();
      for (const leaf of [...leaves, ...module.parameters()]) {
        expect(leaf.grad).toMatchObject({ shape: leaf.shape, dtype: leaf.dtype });
      }
      expect(bitsOf([...leaves, ...module.parameters()])).toEqual(before);
    });
  });

  it('is what its clone is and its state dict says, in evaluation as often as it is asked', () => {
    check((configuration) => {
      const { module, inputs } = build(configuration);
      const clone = module.clone();
      expect(String(clone)).toBe(String(module));
      const outputs = bitsOf(tensorsOf(module.eval().forward(...inputs)));
      expect(bitsOf(tensorsOf(module.forward(...inputs)))).toEqual(outputs);
      expect(bitsOf(tensorsOf(clone.eval().forward(...inputs)))).toEqual(outputs);
      const state = bitsOf(module.stateDict().values());
      module.loadStateDict(module.stateDict());
      expect(bitsOf(module.stateDict().values())).toEqual(state);
      manualSeed(1);
      const other = construct(configuration, (input) => create(input));
      other.loadStateDict(module.stateDict());
      expect(bitsOf(tensorsOf(other.eval().forward(...inputs)))).toEqual(outputs);
    });
  });

  it('draws its parameters again as it was constructed', () => {
    check((configuration) => {
      const { module } = build(configuration);
      // An attention's projection out draws at construction only, and transformers have no default of their own.
      if (!(module instanceof Layer) || configuration.layer === 'MultiheadAttention') return;
      const state = bitsOf(module.stateDict().values());
      manualSeed(0);
      construct(configuration, (input) => create(input));
      const after = defaultGenerator.getState();
      for (const parameter of module.parameters()) parameter.fill_(7);
      manualSeed(0);
      module.resetParameters();
      expect(bitsOf(module.stateDict().values())).toEqual(state);
      expect(defaultGenerator.getState()).toEqual(after);
    });
  });

  it.each(['float64', 'bfloat16', 'float16'] as const)('computes in %s', (dtype) => {
    check((configuration) => {
      const { module, inputs } = build(configuration, dtype);
      for (const output of tensorsOf(module.forward(...inputs))) {
        if (isFloatDType(output.dtype)) expect(output.dtype).toBe(dtype);
      }
    });
  });
}

/** A layer with everything it needs, made from seed 0. */
function build(configuration: Configuration, dtype?: FloatDType) {
  manualSeed(0);
  const module = construct(configuration, (input) => create(input));
  if (dtype) module.to(dtype);
  const leaves: Tensor[] = [];
  const inputs = configuration.inputs.map((given) =>
    realize(given, (input) => {
      const made = create(input, dtype);
      if (made.requiresGrad) leaves.push(made);
      return made;
    }),
  );
  return { module, inputs, leaves };
}

/** The shapes that `summary` finds, if it can be asked: it gives floating inputs, and nothing else. */
function summarized(module: Module, inputs: readonly unknown[]): unknown {
  const isPlain = inputs.every((input) => input instanceof Tensor);
  if (!isPlain) return undefined;
  const tensors = inputs as readonly Tensor[];
  const { rows } = module.summary(
    tensors.map(({ shape }) => shape),
    { dtype: tensors.map(({ dtype }) => dtype) },
  );
  return rows[0].outputShapes[0].map((shape) => [...shape]);
}

function tensorsOf(output: unknown): Tensor[] {
  if (output instanceof Tensor) return [output];
  return Array.isArray(output) ? output.flatMap(tensorsOf) : [];
}

function shapesOf(tensors: readonly Tensor[]): number[][] {
  return tensors.map(({ shape }) => [...shape]);
}

function bitsOf(tensors: Iterable<Tensor>): unknown[] {
  return Array.from(tensors, ({ data }) => data.slice());
}
