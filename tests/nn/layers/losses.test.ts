import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import * as F from '../../../src/functional.js';
import * as nn from '../../../src/nn.js';
import { Generator } from '../../../src/random/Generator.js';
import { tensor, zeros } from '../../../src/tensor/creation.js';
import { rand, randn } from '../../../src/tensor/randomCreation.js';
import type { Tensor } from '../../../src/tensor/Tensor.js';
import { describeLayers } from '../describeLayers.js';
import { describePairs } from '../describePairs.js';
import { expectGradients } from '../expectGradients.js';
import { numbersOf } from '../numbers.js';

let warn: ReturnType<typeof jest.spyOn>;
beforeEach(() => {
  warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
});
afterEach(() => warn.mockRestore());

describe('losses', () => {
  describeLayers({
    'CrossEntropyLoss()': () => new nn.CrossEntropyLoss(),
    "CrossEntropyLoss(label_smoothing=0.1, reduction='sum')": () =>
      new nn.CrossEntropyLoss({ labelSmoothing: 0.1, reduction: 'sum' }),
    'NLLLoss()': () => new nn.NLLLoss(),
    'MSELoss()': () => new nn.MSELoss(),
    'L1Loss()': () => new nn.L1Loss(),
    'SmoothL1Loss()': () => new nn.SmoothL1Loss(),
    'HuberLoss()': () => new nn.HuberLoss(),
    'HuberLoss(delta=0.5)': () => new nn.HuberLoss({ delta: 0.5 }),
    'BCELoss()': () => new nn.BCELoss(),
    'BCEWithLogitsLoss()': () => new nn.BCEWithLogitsLoss(),
    'KLDivLoss()': () => new nn.KLDivLoss(),
    "KLDivLoss(reduction='batchmean')": () => new nn.KLDivLoss({ reduction: 'batchmean' }),
  });
  describePairs('losses.json', {
    BCELoss: nn.BCELoss,
    BCEWithLogitsLoss: nn.BCEWithLogitsLoss,
    CrossEntropyLoss: nn.CrossEntropyLoss,
    HuberLoss: nn.HuberLoss,
    KLDivLoss: nn.KLDivLoss,
    L1Loss: nn.L1Loss,
    MSELoss: nn.MSELoss,
    NLLLoss: nn.NLLLoss,
    SmoothL1Loss: nn.SmoothL1Loss,
  });

  it('hold their weights as buffers', () => {
    const loss = new nn.BCEWithLogitsLoss({ posWeight: tensor([2, 3]) });
    expect([...loss.stateDict().keys()]).toEqual(['pos_weight']);
    expect([...new nn.NLLLoss({ weight: tensor([2, 3]) }).stateDict().keys()]).toEqual(['weight']);
    expect(new nn.BCELoss().stateDict().size).toBe(0);
  });

  it('get no gradient from ignored samples, even if all samples are ignored', () => {
    // x = torch.tensor([[1, 2, -torch.inf], [1, 2, 3]], requires_grad=True)
    // F.cross_entropy(x, torch.tensor([-100, 1]), label_smoothing=0.3).backward(); x.grad, and with [-100, -100]
    const gradientsOf = (...classes: number[]) => {
      const input = tensor([
        [1, 2, -Infinity],
        [1, 2, 3],
      ]).requiresGrad_();
      F.crossEntropy(input, tensor(classes, { dtype: 'int64' }), { labelSmoothing: 0.3 }).backward();
      return numbersOf(input.grad as Tensor).map((x) => Number(x.toFixed(4)));
    };
    expect(gradientsOf(-100, 1)).toEqual([0, 0, 0, -0.01, -0.5553, 0.5652]);
    expect(gradientsOf(-100, -100)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('accept class indices of int64, int32 and uint8', () => {
    const input = randn([2, 3]);
    const [first, ...others] = (['int64', 'int32', 'uint8'] as const).map((dtype) =>
      F.crossEntropy(input, tensor([2, 0], { dtype })).item(),
    );
    expect(others).toEqual([first, first]);
  });

  it('stay finite at the ends of their range', () => {
    const certain = tensor([0, 1, 0, 1], { requiresGrad: true });
    const loss = F.binaryCrossEntropy(certain, tensor([0, 1, 1, 0]), { reduction: 'none' });
    expect(numbersOf(loss).map(Math.abs)).toEqual([0, 0, 100, 100]);
    loss.sum().backward();
    expect(numbersOf(certain.grad as Tensor).map((x) => x / 1e12)).toEqual([
      0,
      0,
      expect.closeTo(-1, 6),
      expect.closeTo(1, 6),
    ]);
    expect(F.binaryCrossEntropyWithLogits(tensor([1000, -1000]), tensor([1, 0])).item()).toBe(0);
    expect(F.binaryCrossEntropyWithLogits(tensor([1000]), tensor([0])).item()).toBe(1000);
    expect(F.klDiv(tensor([-1, -2]), tensor([0, 1]), { reduction: 'none' }).tolist()).toEqual([0, 2]);
    expect(F.mseLoss(zeros([0]), zeros([0])).item()).toBeNaN();
    expect(F.nllLoss(randn([2, 3]), tensor([1, 1], { dtype: 'int64' }), { ignoreIndex: 1 }).item()).toBeNaN();
  });

  it('promote dtypes as PyTorch does, and give each gradient the dtype of its operand', () => {
    const input = randn([3], { requiresGrad: true });
    const loss = F.mseLoss(input, randn([3], { dtype: 'float64' }));
    expect(loss.dtype).toBe('float64');
    loss.backward();
    expect(input.grad?.dtype).toBe('float32');
    expect(F.mseLoss(input, tensor([1n, 2n, 3n])).dtype).toBe('float32');
    expect(F.l1Loss(input.to('bfloat16'), zeros([3], { dtype: 'bfloat16' })).dtype).toBe('bfloat16');
  });

  it('broadcast differences, and warn once', () => {
    const loss = F.mseLoss(zeros([2, 1]), tensor([1, 3, 5, 7, 9]));
    expect(loss.item()).toBe(33);
    F.mseLoss(zeros([2, 1]), zeros([5]));
    expect(warn.mock.calls).toEqual([[expect.stringContaining('Using a target size ([5]) that is different to')]]);
  });
});

describe('gradients', () => {
  it('agree with finite differences', () => {
    const dtype = 'float64';
    const size = fc.integer({ min: 1, max: 4 });
    const reduction = fc.constantFrom('mean' as const, 'sum' as const, 'none' as const);
    fc.assert(
      fc.property(size, size, fc.nat(999), reduction, (n, c, seed, reduction) => {
        const generator = new Generator(seed);
        const draw = () => randn([n, c], { dtype, generator });
        const probabilities = () => rand([n, c], { dtype, generator }).mul(0.8).add(0.1).detach();
        const weight = rand([c], { dtype, generator });
        expectGradients(new nn.SmoothL1Loss({ reduction, beta: 0.5 }), [draw(), draw()]);
        expectGradients(new nn.HuberLoss({ reduction, delta: 2 }), [draw(), draw()]);
        expectGradients(new nn.BCELoss({ reduction, weight }), [probabilities(), probabilities()], 1e-5);
        expectGradients(new nn.BCEWithLogitsLoss({ reduction, posWeight: weight }), [draw(), probabilities()]);
        expectGradients(new nn.KLDivLoss({ reduction }), [draw(), probabilities()]);
        expectGradients(new nn.KLDivLoss({ reduction: 'batchmean', logTarget: true }), [draw(), draw()]);
      }),
      { numRuns: 8 },
    );
  });
});

describe('errors', () => {
  const input = randn([3, 4]);
  const classes = tensor([0n, 1n, 2n]);

  it('name classes that do not exist', () => {
    expect(() => F.crossEntropy(input, tensor([0n, 7n, 2n]))).toThrow('Target 7 is out of bounds.');
    expect(() => F.nllLoss(input, tensor([0n, -1n, 2n]))).toThrow('Target -1 is out of bounds.');
  });

  it('name sizes and dtypes of classes that do not match', () => {
    expect(() => F.crossEntropy(input, tensor([0n, 1n]))).toThrow(
      'Expected input batch_size (3) to match target batch_size (2)',
    );
    expect(() => F.nllLoss(randn([2, 3, 4]), zeros([2, 5], { dtype: 'int64' }))).toThrow(
      'Expected target size [2, 4], got [2, 5]',
    );
    expect(() => F.crossEntropy(input, tensor([0, 1, 2]))).toThrow('expected target dtype to be Long or Byte, but got');
    expect(() => F.crossEntropy(input, zeros([3, 4], { dtype: 'int64' }))).toThrow(
      'Expected floating point type for target with class probabilities',
    );
    expect(() => F.crossEntropy(input, input, { ignoreIndex: 1 })).toThrow('ignore_index is not supported');
    expect(() => F.crossEntropy(tensor(1), tensor(0n))).toThrow('Expected 1 or more dimensions');
    expect(() => F.nllLoss(tensor([[1n]]), tensor([0n]))).toThrow('not implemented');
    expect(() => F.nllLoss(input, classes, { weight: tensor([1, 2, 3]) })).toThrow('either for all 4 classes');
    expect(() => F.nllLoss(input, classes, { weight: zeros([4], { dtype: 'float64' }) })).toThrow('found float64');
    expect(() => F.crossEntropy(input, classes, { labelSmoothing: 2 })).toThrow('label_smoothing must be between');
    expect(() => new nn.NLLLoss({ reduction: 'average' as 'mean' }).forward(input, classes)).toThrow(
      'average is not a valid value for reduction',
    );
  });

  it('name elements that do not match', () => {
    const half = tensor([0.5, 0.5]);
    expect(() => F.binaryCrossEntropy(tensor([1.5, 0]), half)).toThrow(
      'all elements of input should be between 0 and 1, found 1.5',
    );
    expect(() => F.binaryCrossEntropy(tensor([Number.NaN, 0]), half)).toThrow('all elements of input');
    expect(() => F.binaryCrossEntropy(half, tensor([0, -1]))).toThrow('all elements of target should be between');
    expect(() => F.binaryCrossEntropy(half, tensor([0.5]))).toThrow('is deprecated. Please ensure they have the same');
    expect(() => F.binaryCrossEntropy(half, half.to('float64'))).toThrow('Found dtype float64 but expected float32');
    expect(() => F.binaryCrossEntropyWithLogits(half, tensor([0.5]))).toThrow('must be the same as input size ([2])');
    expect(() => F.binaryCrossEntropyWithLogits(half, tensor([1n, 0n]))).toThrow("can't be cast to the desired output");
    expect(() => F.binaryCrossEntropyWithLogits(half, half, { posWeight: tensor([1, 2, 3]) })).toThrow(
      'must match the size of tensor b (3)',
    );
    expect(() => F.binaryCrossEntropyWithLogits(half, half, { weight: zeros([3, 2]) })).toThrow(
      "output with shape [2] doesn't match the broadcast shape [3, 2]",
    );
    expect(() => F.klDiv(half, tensor([1n, 0n]))).toThrow('kl_div: Integral inputs not supported');
    expect(() => F.klDiv(half, half, { reduction: 'all' as 'sum' })).toThrow('all is not a valid value for reduction');
    expect(() => F.mseLoss(half, tensor([1, 2, 3]))).toThrow('must match the size of tensor b (3)');
    expect(() => F.mseLoss(tensor([1n]), tensor([1n]))).toThrow('not implemented');
    expect(() => F.smoothL1Loss(half, half, { beta: -1 })).toThrow('does not support negative values for beta');
    expect(() => new nn.HuberLoss({ delta: '1' as unknown as number })).toThrow('delta must be a float or int, got: ');
    expect(() => F.huberLoss(half, half, { delta: 0 })).toThrow('does not support non-positive values for delta');
    expect(warn.mock.calls).toEqual([]);
  });
});
