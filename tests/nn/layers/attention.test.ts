import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ArgumentError, DTypeError, ShapeError } from '../../../src/errors.js';
import { type ScaledDotProductOptions, scaledDotProductAttention } from '../../../src/nn/functional/attention.js';
import type { AttentionInputs } from '../../../src/nn/functional/attentionMasks.js';
import { MultiheadAttention } from '../../../src/nn/layers/attention.js';
import { Module } from '../../../src/nn/Module.js';
import { defaultGenerator, manualSeed } from '../../../src/random/defaultGenerator.js';
import { Generator } from '../../../src/random/Generator.js';
import { ones, tensor, zeros } from '../../../src/tensor/creation.js';
import { randn } from '../../../src/tensor/randomCreation.js';
import { noGrad } from '../../../src/tensor/Tape.js';
import type { Tensor } from '../../../src/tensor/Tensor.js';
import { stateHash } from '../../golden/readGolden.js';
import { describeLayers } from '../describeLayers.js';
import { expectGradients } from '../expectGradients.js';
import { numbersOf } from '../numbers.js';

describe('multi-head attention', () => {
  describeLayers({
    'MultiheadAttention(8, 2)': () => new MultiheadAttention(8, 2),
    'MultiheadAttention(8, 2, bias=False, batch_first=True)': () =>
      new MultiheadAttention(8, 2, { bias: false, batchFirst: true }),
    'MultiheadAttention(8, 2, kdim=6, vdim=5)': () => new MultiheadAttention(8, 2, { kdim: 6, vdim: 5 }),
    'MultiheadAttention(8, 2, kdim=6, vdim=5, batch_first=True)': () =>
      new MultiheadAttention(8, 2, { kdim: 6, vdim: 5, batchFirst: true }),
    'MultiheadAttention(8, 2, add_bias_kv=True, add_zero_attn=True)': () =>
      new MultiheadAttention(8, 2, { addBiasKv: true, addZeroAttn: true }),
  });
});

/** Runs a function of tensors as a module, always with the same dropout. */
class Fixed extends Module {
  constructor(
    readonly inner: Module | null,
    readonly run: (...inputs: Tensor[]) => Tensor | [Tensor, Tensor | null],
  ) {
    super();
  }

  override forward(...inputs: Tensor[]): (Tensor | null)[] {
    manualSeed(11);
    return [this.run(...inputs)].flat().filter((output) => output !== null);
  }
}

describe('gradients', () => {
  const dtype = 'float64';
  const size = fc.integer({ min: 1, max: 3 });
  const flag = fc.boolean();

  it('of multi-head attention agree with finite differences', () => {
    const options = fc.record({
      bias: flag,
      addBiasKv: flag,
      addZeroAttn: flag,
      batchFirst: flag,
      kdim: fc.constantFrom(4, 3),
      dropout: fc.constantFrom(0, 0.4),
    });
    const forward = fc.record({ needWeights: flag, averageAttnWeights: flag });
    fc.assert(
      fc.property(size, size, size, options, forward, fc.nat(999), (n, l, s, options, forward, seed) => {
        const generator = new Generator(seed);
        const layer = new MultiheadAttention(4, 2, { ...options, dtype, generator });
        const draw = (length: number, width: number) =>
          randn(options.batchFirst ? [n, length, width] : [length, n, width], { dtype, generator });
        const attnMask = randn([n * 2, l, s], { dtype, generator });
        const attention = new Fixed(layer, (q, k, v, attnMask) => layer.forward(q, k, v, { ...forward, attnMask }));
        expectGradients(attention, [draw(l, 4), draw(s, options.kdim), draw(s, 4), attnMask]);
      }),
      { numRuns: 8 },
    );
  });

  it('of self-attention agree with finite differences', () => {
    const generator = new Generator(0);
    const layer = new MultiheadAttention(6, 3, { dtype, generator, dropout: 0.3 });
    const attention = new Fixed(layer, (x) => layer.forward(x, x, x));
    expectGradients(attention, [randn([3, 2, 6], { dtype, generator })]);
    expectGradients(attention, [randn([4, 6], { dtype, generator })]);
  });

  it('of scaledDotProductAttention agree with finite differences', () => {
    const batches = fc.constantFrom<[number[], number[], number[]]>(
      [[], [], []],
      [[2], [2], [2]],
      [[2, 1], [1, 2], [2]],
    );
    fc.assert(
      fc.property(size, size, batches, flag, fc.nat(999), (l, s, [q, k, v], isCausal, seed) => {
        const generator = new Generator(seed);
        const options: ScaledDotProductOptions = isCausal ? { isCausal } : { scale: 0.7, dropoutP: 0.2 };
        const attention = new Fixed(null, (query, key, value, attnMask) =>
          scaledDotProductAttention(query, key, value, isCausal ? options : { ...options, attnMask }),
        );
        const inputs = [[...q, l, 3], [...k, s, 3], [...v, s, 2], [s]].map((shape) =>
          randn(shape, { dtype, generator }),
        );
        expectGradients(attention, inputs);
      }),
      { numRuns: 8 },
    );
  });

  it('are computed only for the inputs that require them', () => {
    const [query, key, value] = [4, 5, 5].map((length) => randn([2, length, 3], { requiresGrad: false }));
    value.requiresGrad_();
    scaledDotProductAttention(query, key, value).sum().backward();
    expect(value.grad?.shape).toEqual(value.shape);
    expect(query.grad).toBeNull();
    value.requiresGrad_(false);
    key.requiresGrad_();
    scaledDotProductAttention(query, key, value).sum().backward();
    expect(key.grad?.shape).toEqual(key.shape);
  });
});

describe('modes', () => {
  const generator = new Generator(3);
  const x = randn([3, 2, 8], { generator });

  it('gives the same output without recording and without weights', () => {
    const layer = new MultiheadAttention(8, 2, { generator });
    const [output, weights] = layer.forward(x, x, x);
    const [alone, none] = noGrad(() => layer.forward(x, x, x, { needWeights: false }));
    expect(none).toBeNull();
    expect(alone.entry).toBeNull();
    expect(alone.data).toEqual(output.data);
    expect(weights?.shape).toEqual([2, 3, 3]);
  });

  it('drops weights in training only, and returns the weights that it used', () => {
    const layer = new MultiheadAttention(8, 2, { dropout: 0.5, generator });
    manualSeed(0);
    const [, weights] = layer.forward(x, x, x, { averageAttnWeights: false });
    const dropped = numbersOf(weights ?? x);
    expect(dropped.some((weight) => weight === 0)).toBe(true);
    const before = stateHash(defaultGenerator);
    const [, kept] = layer.eval().forward(x, x, x, { averageAttnWeights: false });
    expect(stateHash(defaultGenerator)).toBe(before);
    numbersOf(kept ?? x).forEach((weight, i) => {
      if (dropped[i] !== 0) expect(dropped[i]).toBeCloseTo(2 * weight, 6);
    });
  });

  it('drops everything at probability 1', () => {
    const output = scaledDotProductAttention(x, x, x, { dropoutP: 1 });
    expect(numbersOf(output).every((number) => number === 0)).toBe(true);
  });

  it('gives zeros for a query that sees no key, or NaN if weights are requested', () => {
    // torch.nn.MultiheadAttention(8, 2) with such a mask: out_proj.bias without, nan with need_weights
    const attnMask = tensor([
      [false, true, true],
      [true, true, true],
      [false, false, true],
    ]);
    const layer = new MultiheadAttention(8, 2, { generator });
    const [output] = layer.forward(x, x, x, { attnMask, needWeights: false });
    expect(numbersOf(output.select(0, 1))).toEqual(new Array(16).fill(0));
    const [seen, weights] = layer.forward(x, x, x, { attnMask });
    expect(numbersOf(seen.select(0, 1)).every(Number.isNaN)).toBe(true);
    expect(numbersOf((weights ?? x).select(1, 1)).every(Number.isNaN)).toBe(true);
    expect(numbersOf(seen.select(0, 2)).some(Number.isNaN)).toBe(false);
    output.sum().backward();
    for (const parameter of layer.parameters()) expect(numbersOf(parameter.grad ?? x).some(Number.isNaN)).toBe(false);
  });

  it('propagates NaN', () => {
    const keys = zeros([1, 3, 2]).fill_(1);
    keys.data[0] = NaN;
    expect(numbersOf(scaledDotProductAttention(ones([1, 1, 2]), keys, ones([1, 3, 1])))).toEqual([NaN]);
    const nothing = ones([3]).fill_(-Infinity);
    expect(numbersOf(scaledDotProductAttention(ones([1, 1, 2]), keys, ones([1, 3, 1]), { attnMask: nothing }))).toEqual(
      [NaN],
    );
  });

  it.each(['float16', 'bfloat16'] as const)('computes %s in float32', (dtype) => {
    const layer = new MultiheadAttention(8, 2, { generator: new Generator(1) });
    const exact = numbersOf(layer.forward(x, x, x)[0]);
    const half = x.to(dtype);
    const [output] = layer.to(dtype).forward(half, half, half);
    expect(output.dtype).toBe(dtype);
    numbersOf(output).forEach((number, i) => {
      expect(Math.abs(number - exact[i])).toBeLessThan(0.02);
    });
    output.sum().backward();
    expect(layer.inProjWeight?.grad?.dtype).toBe(dtype);
  });

  it('accepts empty batches', () => {
    const layer = new MultiheadAttention(8, 2);
    const empty = zeros([3, 0, 8]);
    expect(layer.forward(empty, empty, empty)[0].shape).toEqual([3, 0, 8]);
    expect(scaledDotProductAttention(zeros([0, 2, 3]), zeros([0, 4, 3]), zeros([0, 4, 5])).shape).toEqual([0, 2, 5]);
  });

  it('draws from the given generator only', () => {
    const before = stateHash(defaultGenerator);
    const layer = new MultiheadAttention(8, 2, { addBiasKv: true, generator: new Generator(0) });
    expect(stateHash(defaultGenerator)).toBe(before);
    manualSeed(0);
    const other = new MultiheadAttention(8, 2, { addBiasKv: true });
    expect(other.biasV?.data).toEqual(layer.biasV?.data);
    other.resetParameters();
    expect(other.outProj.weight.data).toEqual(layer.outProj.weight.data);
    expect(other.inProjWeight?.data).not.toEqual(layer.inProjWeight?.data);
  });
});

describe('errors', () => {
  it('of constructors use PyTorch’s words', () => {
    expect(() => new MultiheadAttention(8, 3)).toThrow('embed_dim must be divisible by num_heads');
    expect(() => new MultiheadAttention(0, 3)).toThrow('embed_dim and num_heads must be greater than 0');
    expect(() => new MultiheadAttention(8, 2, { dropout: 1.5 })).toThrow(ArgumentError);
    expect(() => new MultiheadAttention(8, 2, { kdim: 1.5 })).toThrow(ArgumentError);
  });

  const layer = new MultiheadAttention(8, 2);
  const [q, k] = [zeros([3, 2, 8]), zeros([4, 2, 8])];
  const mask = (shape: number[]) => zeros(shape, { dtype: 'bool' });

  it.each<[inputs: [Tensor, Tensor, Tensor, AttentionInputs?], message: string]>([
    [[zeros([3, 2, 6]), k, k], 'was expecting embedding dimension of 8, but got 6'],
    [[zeros([8]), k, k], 'query should be unbatched 2D or batched 3D tensor but received 1-D query tensor'],
    [[q, zeros([4, 8]), k], 'expected `key` and `value` to be 3-D but found 2-D and 3-D tensors respectively'],
    [[zeros([3, 8]), k, k], 'For unbatched (2-D) `query`, expected `key` and `value` to be 2-D'],
    [[q, k, zeros([3, 2, 8])], 'key shape [4, 2, 8] does not match value shape [3, 2, 8]'],
    [[q, zeros([4, 1, 8]), zeros([4, 1, 8])], 'differ in their number of samples: 2 and 1'],
    [[q, zeros([4, 2, 6]), k], 'expecting key weights shape of [8, 6], but got [8, 8]'],
    [[q, k, zeros([4, 2, 6])], 'expecting value weights shape of [8, 6], but got [8, 8]'],
    [[q, k, k, { attnMask: mask([3, 5]) }], 'The shape of the 2D attn_mask is [3, 5], but should be [3, 4].'],
    [[q, k, k, { attnMask: mask([3, 3, 4]) }], 'The shape of the 3D attn_mask is [3, 3, 4], but should be [4, 3, 4].'],
    [[q, k, k, { attnMask: mask([4]) }], 'expected `attn_mask` to be `None`, 2-D or 3-D but found 1-D tensor instead'],
    [[q, k, k, { keyPaddingMask: mask([3, 4]) }], 'Expected key_padded_mask.shape[0] to be 2, but got 3'],
    [[q, k, k, { keyPaddingMask: mask([2, 5]) }], 'Expected key_padded_mask.shape[1] to be 4, but got 5'],
    [[q, k, k, { keyPaddingMask: mask([4]) }], 'expected `key_padding_mask` to be `None` or 2-D but found 1-D'],
    [[q, k, k, { isCausal: true }], 'Need attn_mask if specifying the is_causal hint'],
  ])('of sizes that do not fit (%#)', (inputs, message) => {
    expect(() => layer.forward(...inputs)).toThrow(message);
  });

  it('of dtypes use PyTorch’s words', () => {
    const attnMask = zeros([3, 4], { dtype: 'int64' });
    expect(() => layer.forward(q, k, k, { attnMask })).toThrow(
      'only bool and floating types of attn_mask are supported',
    );
    const double = zeros([3, 4], { dtype: 'float64' });
    expect(() => layer.forward(q, k, k, { attnMask: double })).toThrow(
      'Expected attn_mask dtype to be bool or float or to match query dtype, but got attn_mask.dtype: float64',
    );
    expect(() => layer.forward(q.to('float64'), k, k)).toThrow(DTypeError);
    expect(() => scaledDotProductAttention(q, k.to('float64'), k)).toThrow(
      'Expected query, key, and value to have the same dtype',
    );
    const whole = q.to('int64');
    expect(() => scaledDotProductAttention(whole, whole, whole)).toThrow(DTypeError);
  });

  it('of scaledDotProductAttention use PyTorch’s words', () => {
    const attend = (...shapes: number[][]) => {
      const [query, key, value] = shapes.map((shape) => zeros(shape));
      return scaledDotProductAttention(query, key, value);
    };
    expect(() => attend([3], [3], [3])).toThrow('Expected query, key, and value to all be at least 2 dimensional');
    expect(() => attend([3, 4], [5, 3], [5, 6])).toThrow('shapes cannot be multiplied (3x4 and 3x5)');
    expect(() => attend([3, 4], [5, 4], [4, 6])).toThrow('shapes cannot be multiplied (3x5 and 4x6)');
    expect(() => attend([2, 3, 4], [3, 5, 4], [2, 5, 6])).toThrow('The size of tensor a (2) must match');
    const [query, attnMask] = [zeros([2, 3, 4]), mask([3, 3])];
    const withOptions = (options: ScaledDotProductOptions) => scaledDotProductAttention(query, query, query, options);
    expect(() => withOptions({ attnMask, isCausal: true })).toThrow('Explicit attn_mask should not be set');
    expect(() => withOptions({ attnMask: mask([3, 4]) })).toThrow(ShapeError);
    expect(() => withOptions({ attnMask: mask([2, 2, 3, 3]) })).toThrow('does not broadcast to the scores');
    expect(() => withOptions({ dropoutP: 2 })).toThrow('dropout probability has to be between 0 and 1');
  });
});
