import { describe, expect, it } from '@jest/globals';
import { definePolicy, init, manualSeed, nn, presets, randn, rule, type Tensor } from 'initree';
import * as F from 'initree/functional';
import { type Predicted, type ProbedOperation, probe } from 'initree/probe';
import { MLP } from '../../../examples/faults/networks.js';
import { LeNet5 } from '../../../examples/networks/LeNet5.js';
import { isFullRun } from '../../isFullRun.js';

const WIDTH = 512;
const DEPTHS = [1, 5, 10, 20, 50];
const SQRT_N = init.normal(0, 1 / Math.sqrt(WIDTH));

const relu = (x: Tensor) => F.relu(x);
const tanh = (x: Tensor) => x.tanh();

/** A chain of 50 layers of width 512, and the std of its activations at the depths 1, 5, 10, 20 and 50 in theory. */
interface Fact {
  readonly activate: (x: Tensor) => Tensor;
  readonly weight: init.Initializer;
  readonly theory: readonly number[];
  readonly phase: 'ordered' | 'critical' | 'chaotic';
}

// The theory's values were computed by the formulas of Poole et al. 2016 in NumPy, in float64.
const FACTS: Readonly<Record<string, Fact>> = {
  'ReLU, Kaiming': {
    activate: relu,
    weight: init.kaimingNormal({ nonlinearity: 'relu' }),
    theory: [0.826, 0.826, 0.826, 0.826, 0.826],
    phase: 'critical',
  },
  'ReLU, 1/√n': { activate: relu, weight: SQRT_N, theory: [0.584, 0.146, 0.0258, 8.06e-4, 2.46e-8], phase: 'ordered' },
  'ReLU, PyTorch’s default': {
    activate: relu,
    weight: init.kaimingUniform({ a: Math.sqrt(5) }),
    theory: [0.337, 0.00936, 1.06e-4, 1.37e-8, 2.9e-20],
    phase: 'ordered',
  },
  'tanh, 1/√n': { activate: tanh, weight: SQRT_N, theory: [0.628, 0.322, 0.228, 0.161, 0.101], phase: 'critical' },
  'tanh, gain 5/3': {
    activate: tanh,
    weight: init.xavierNormal(5 / 3),
    theory: [0.759, 0.654, 0.651, 0.651, 0.651],
    phase: 'chaotic',
  },
};

/** One of each phase is in every run. */
const facts = Object.entries(FACTS).filter(
  ([name]) => isFullRun || ['ReLU, Kaiming', 'ReLU, 1/√n', 'tanh, gain 5/3'].includes(name),
);

describe('activations by depth, width 512', () => {
  it.each(facts)('%s', (_name, { activate, weight, theory, phase }) => {
    manualSeed(0);
    const policy = definePolicy('chain', [rule(nn.Linear, { weight, bias: init.zeros() })]);
    const { operations, depth } = probe(new MLP(activate, 50, WIDTH), { input: randn([64, WIDTH]), policy });
    const activations = DEPTHS.map((layer) => operations[2 * layer - 1]);
    expect(activations.map(({ label }) => label)).toEqual(
      DEPTHS.map((layer) => `layers.${layer - 1} → ${activate === relu ? 'relu' : 'tanh'}`),
    );
    for (const [i, { forward, step, theory: predicted }] of activations.entries()) {
      // The chain begins at the measured mean square of the input, which is not exactly 1.
      expect(Number(predicted.std) / theory[i]).toBeGreaterThan(0.98);
      expect(Number(predicted.std) / theory[i]).toBeLessThan(1.02);
      expectWithin(forward.std, predicted);
      expectWithin(forward.std, step);
    }
    expect(depth.layers).toBe(51);
    expect(depth.chains).toHaveLength(1);
    expect(depth.chains[0].operations).toHaveLength(100);
    expect(depth.chains[0].meanField.phase).toBe(phase);
  });
});

describe('LeNet-5 on noise, batch 64', () => {
  const layers = (weight: init.Initializer) =>
    definePolicy('lenet', [
      rule(nn.Conv2d, { weight, bias: init.zeros() }),
      rule(nn.Linear, { weight, bias: init.zeros() }),
    ]);
  const start = (weight: init.Initializer | null) => {
    manualSeed(0);
    const input = randn([64, 3, 32, 32]);
    return probe(new LeNet5(), weight ? { input, policy: layers(weight) } : { input });
  };

  // The losses that PyTorch 2.15 gives vary by the seed: each bound is that of twenty seeds, with a margin.
  it.each([
    ['PyTorch’s default', null, 2.25, 2.36],
    ['Kaiming normal', init.kaimingNormal({ nonlinearity: 'relu' }), 3.5, 14],
    ['Xavier normal', init.xavierNormal(), 2.3, 3.2],
    ['zeros', init.zeros(), Math.log(10) - 1e-6, Math.log(10) + 1e-6],
    ['N(0, 1)', init.normal(0, 1), 5e4, 1e6],
  ] as const)('has the initial loss of %s', (_name, weight, low, high) => {
    const value = Number(start(weight).loss?.value);
    expect(value).toBeGreaterThan(low);
    expect(value).toBeLessThan(high);
  });

  it('has hidden gradients of exactly 0 if all weights are 0', () => {
    const { operations, parameters, verdict } = start(init.zeros());
    for (const { gradient } of operations.slice(0, -1)) expect(gradient?.meanSquare).toBe(0);
    const learning = parameters.filter(({ gradient }) => Number(gradient?.meanSquare) > 0);
    expect(learning.map(({ path }) => path)).toEqual(['fc3.bias']);
    expect(verdict).toBe('broken');
  });

  it('has values within the band of each step', () => {
    const { operations } = start(init.kaimingNormal({ nonlinearity: 'relu' }));
    for (const operation of operations) {
      expectWithin(operation.forward.std, operation.step);
      if (operation.gradient && operation.gradientStep.std !== null) expectGradient(operation);
    }
  });
});

describe('presets', () => {
  it('keep every layer of LeNet-5 within the band of its law', () => {
    manualSeed(1);
    const { operations } = probe(new LeNet5(), { input: randn([16, 3, 32, 32]), policy: presets.lenet5() });
    const weighted = operations.filter(({ step }) => step.std !== null && step.source === 'law');
    expect(weighted.map(({ label }) => label)).toEqual(['conv1', 'conv2', 'fc1', 'fc2', 'fc3']);
    for (const { forward, step } of weighted) expectWithin(forward.std, step);
  });
});

function expectWithin(measured: number, prediction: ProbedOperation['step']): void {
  expect(prediction.std).not.toBeNull();
  const [low, high] = (prediction as Predicted).band;
  expect(measured).toBeGreaterThanOrEqual(low);
  expect(measured).toBeLessThanOrEqual(high);
}

/** Gradients of channels are correlated at neighbouring positions, which a small network cannot average out. */
function expectGradient({ gradient, gradientStep }: ProbedOperation): void {
  const ratio = Math.sqrt(Number(gradient?.meanSquare)) / Number(gradientStep.std);
  expect(ratio).toBeGreaterThan(0.5);
  expect(ratio).toBeLessThan(2);
}
