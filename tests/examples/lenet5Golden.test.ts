import { describe, expect, it } from '@jest/globals';
import { initializeWeights, manualSeed, type nn, noGrad, randn, tensor } from 'initree';
import * as F from 'initree/functional';
import { initializeByHand, LeNet5, lenetPolicy } from '../../examples/networks/LeNet5.js';
import { defaultGenerator } from '../../src/random/defaultGenerator.js';
import { type Facts, factsOf, type Numbers, readGolden, stateHash } from '../golden/readGolden.js';
import { expectNumbers } from '../nn/numbers.js';

interface Case {
  readonly seed: number;
  readonly repr: string;
  readonly constructed: Record<string, Facts>;
  readonly rng: string;
  readonly initialized: Record<string, Facts>;
  readonly rngAfter: string;
  readonly input: Facts;
  readonly target: number[];
  readonly logits: Numbers;
  readonly loss: number;
  readonly gradNorm: Record<string, number>;
  readonly lossAfterSteps: number[];
}

const factsOfState = (model: nn.Module) =>
  Object.fromEntries([...model.stateDict()].map(([key, value]) => [key, factsOf(value, 6)]));

describe.each(readGolden<Case>('lenet5.json').map((golden) => [golden.seed, golden] as const))(
  'seed %s',
  (seed, golden) => {
    const build = () => {
      manualSeed(seed);
      return new LeNet5();
    };

    it('is constructed with PyTorch’s bits and prints as PyTorch prints it', () => {
      const net = build();
      expect(String(net)).toBe(golden.repr);
      expect(factsOfState(net)).toEqual(golden.constructed);
      expect(stateHash(defaultGenerator)).toBe(golden.rng);
    });

    it.each([
      ['the policy', (net: LeNet5) => void initializeWeights(net, lenetPolicy)],
      ['hand', initializeByHand],
    ])('is initialised by %s with PyTorch’s bits', (_, initialize) => {
      const net = build();
      initialize(net);
      expect(factsOfState(net)).toEqual(golden.initialized);
      expect(stateHash(defaultGenerator)).toBe(golden.rngAfter);
    });

    it('computes and learns as PyTorch does', () => {
      const net = build();
      initializeWeights(net, lenetPolicy);
      const input = randn([4, 3, 32, 32]);
      const target = tensor(golden.target, { dtype: 'int64' });
      expect(factsOf(input, 6)).toEqual(golden.input);
      const logits = net.forward(input);
      expectNumbers(logits, golden.logits);
      const loss = F.crossEntropy(logits, target);
      expect(Math.abs(loss.item() / golden.loss - 1)).toBeLessThan(1e-6);
      loss.backward();
      for (const [path, norm] of Object.entries(golden.gradNorm)) {
        const found = net.getParameter(path).grad?.norm().item() ?? Number.NaN;
        expect(Math.abs(found / norm - 1)).toBeLessThan(1e-5);
      }
      for (const expected of golden.lossAfterSteps) {
        for (const parameter of net.parameters()) if (parameter.grad) parameter.sub_(parameter.grad.mul(0.1));
        net.zeroGrad();
        const next = F.crossEntropy(net.forward(input), target);
        expect(Math.abs(next.item() / expected - 1)).toBeLessThan(1e-6);
        next.backward();
      }
      expect(noGrad(() => net.forward(input)).requiresGrad).toBe(false);
    });
  },
);
