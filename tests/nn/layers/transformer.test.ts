import { describe, expect, it } from '@jest/globals';
import { LayerNorm } from '../../../src/nn/layers/normalization.js';
import { Transformer, TransformerDecoder, TransformerEncoder } from '../../../src/nn/layers/transformer.js';
import { TransformerDecoderLayer, TransformerEncoderLayer } from '../../../src/nn/layers/transformerLayers.js';
import { defaultGenerator, manualSeed } from '../../../src/random/defaultGenerator.js';
import { Generator } from '../../../src/random/Generator.js';
import { zeros } from '../../../src/tensor/creation.js';
import { cat } from '../../../src/tensor/joining.js';
import { randn } from '../../../src/tensor/randomCreation.js';
import { stateHash } from '../../golden/readGolden.js';
import { describeLayers } from '../describeLayers.js';
import { expectGradients } from '../expectGradients.js';
import { numbersOf } from '../numbers.js';

const dimFeedforward = 16;

describe('transformers', () => {
  describeLayers({
    'TransformerEncoderLayer(8, 2, 16)': () => new TransformerEncoderLayer(8, 2, { dimFeedforward }),
    'TransformerEncoderLayer(8, 2, 16, dropout=0.0)': () =>
      new TransformerEncoderLayer(8, 2, { dimFeedforward, dropout: 0 }),
    "TransformerEncoderLayer(8, 2, 16, activation='gelu', norm_first=True, batch_first=True)": () =>
      new TransformerEncoderLayer(8, 2, { dimFeedforward, activation: 'gelu', normFirst: true, batchFirst: true }),
    "TransformerEncoderLayer(8, 2, 16, dropout=0.0, activation='gelu', norm_first=True, batch_first=True)": () =>
      new TransformerEncoderLayer(8, 2, {
        dimFeedforward,
        dropout: 0,
        activation: 'gelu',
        normFirst: true,
        batchFirst: true,
      }),
    'TransformerDecoderLayer(8, 2, 16)': () => new TransformerDecoderLayer(8, 2, { dimFeedforward }),
    'TransformerDecoderLayer(8, 2, 16, dropout=0.0)': () =>
      new TransformerDecoderLayer(8, 2, { dimFeedforward, dropout: 0 }),
    'TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16), 3)': () =>
      new TransformerEncoder(new TransformerEncoderLayer(8, 2, { dimFeedforward }), 3),
    'TransformerDecoder(nn.TransformerDecoderLayer(8, 2, 16), 2, norm=nn.LayerNorm(8))': () =>
      new TransformerDecoder(new TransformerDecoderLayer(8, 2, { dimFeedforward }), 2, { norm: new LayerNorm(8) }),
    'Transformer(8, 2, 2, 2, 16)': () =>
      new Transformer({ dModel: 8, nhead: 2, numEncoderLayers: 2, numDecoderLayers: 2, dimFeedforward }),
    'Transformer(8, 2, 1, 1, 16, dropout=0.0)': () =>
      new Transformer({ dModel: 8, nhead: 2, numEncoderLayers: 1, numDecoderLayers: 1, dimFeedforward, dropout: 0 }),
  });
});

describe('gradients', () => {
  it.each([
    [false, 'relu'],
    [true, 'gelu'],
  ] as const)('agree with finite differences (normFirst %s, %s)', (normFirst, activation) => {
    const dtype = 'float64';
    const generator = new Generator(0);
    const options = { dModel: 4, nhead: 2, dimFeedforward: 3, numEncoderLayers: 1, numDecoderLayers: 1, dropout: 0 };
    const transformer = new Transformer({ ...options, normFirst, activation, dtype, generator });
    for (const parameter of transformer.parameters())
      if (parameter.ndim === 1) parameter.normal_(0.5, 1, { generator });
    expectGradients(transformer, [randn([2, 1, 4], { dtype, generator }), randn([3, 1, 4], { dtype, generator })]);
  });
});

describe('stacks', () => {
  const generator = new Generator(4);

  it('copy their layer: each copy has its own weights, which are equal at first', () => {
    const layer = new TransformerEncoderLayer(8, 2, { dimFeedforward, generator });
    const encoder = new TransformerEncoder(layer, 2);
    const [first, second] = encoder.layers;
    expect(second.linear1.weight.data).toEqual(first.linear1.weight.data);
    first.linear1.weight.zero_();
    expect(numbersOf(second.linear1.weight)).toEqual(numbersOf(layer.linear1.weight));
    expect([...encoder.parameters()].length).toBe(2 * [...layer.parameters()].length);
  });

  it('accept other encoders and decoders', () => {
    const customEncoder = new TransformerEncoder(new TransformerEncoderLayer(8, 2, { dimFeedforward: 4 }), 1);
    const transformer = new Transformer({ dModel: 8, nhead: 2, dimFeedforward, numDecoderLayers: 1, customEncoder });
    expect(transformer.encoder).toBe(customEncoder);
    const customDecoder = transformer.decoder;
    const other = new Transformer({ dModel: 8, nhead: 2, dimFeedforward, numEncoderLayers: 1, customDecoder });
    expect(other.decoder).toBe(customDecoder);
  });

  it('apply dropout in training only', () => {
    const x = randn([3, 2, 8], { generator });
    const transformer = new Transformer({
      dModel: 8,
      nhead: 2,
      dimFeedforward,
      numEncoderLayers: 1,
      numDecoderLayers: 1,
      activation: (input) => input.tanh(),
    });
    manualSeed(0);
    const first = numbersOf(transformer.forward(x, x));
    expect(numbersOf(transformer.forward(x, x))).not.toEqual(first);
    manualSeed(0);
    expect(numbersOf(transformer.forward(x, x))).toEqual(first);
    const before = stateHash(defaultGenerator);
    expect(numbersOf(transformer.eval().forward(x, x))).not.toEqual(first);
    expect(stateHash(defaultGenerator)).toBe(before);
  });

  it('draw from the given generator, in the given dtype', () => {
    const before = stateHash(defaultGenerator);
    const options = { dModel: 8, nhead: 2, dimFeedforward, numEncoderLayers: 1, numDecoderLayers: 1 };
    const transformer = new Transformer({ ...options, dtype: 'bfloat16', generator: new Generator(0) });
    expect(stateHash(defaultGenerator)).toBe(before);
    for (const parameter of transformer.parameters()) expect(parameter.dtype).toBe('bfloat16');
  });
});

describe('the causal mask', () => {
  it('hides later positions', () => {
    // torch.nn.Transformer.generate_square_subsequent_mask(3)
    expect(Transformer.generateSquareSubsequentMask(3).tolist()).toEqual([
      [0, -Infinity, -Infinity],
      [0, 0, -Infinity],
      [0, 0, 0],
    ]);
    expect(Transformer.generateSquareSubsequentMask(1, { dtype: 'float64' }).dtype).toBe('float64');
  });

  it('makes each output independent of later positions', () => {
    const generator = new Generator(2);
    const layer = new TransformerEncoderLayer(8, 2, { dimFeedforward, generator }).eval();
    const srcMask = Transformer.generateSquareSubsequentMask(4);
    const x = randn([4, 1, 8], { generator });
    const y = cat([x.narrow(0, 0, 2), randn([2, 1, 8], { generator })]);
    const [outX, outY] = [x, y].map((input) => numbersOf(layer.forward(input, { srcMask, isCausal: true })));
    expect(outY.slice(0, 16)).toEqual(outX.slice(0, 16));
    expect(outY.slice(16)).not.toEqual(outX.slice(16));
  });
});

describe('errors', () => {
  it('use PyTorch’s words', () => {
    const transformer = new Transformer({ dModel: 8, nhead: 2, numEncoderLayers: 1, numDecoderLayers: 1 });
    expect(() => transformer.forward(zeros([3, 2, 8]), zeros([4, 3, 8]))).toThrow(
      'the batch number of src and tgt must be equal',
    );
    expect(() => transformer.forward(zeros([3, 2, 7]), zeros([4, 2, 8]))).toThrow(
      'the feature number of src and tgt must be equal to d_model',
    );
    expect(() => new TransformerEncoderLayer(8, 2, { activation: 'tanh' as 'relu' })).toThrow(
      'activation should be relu/gelu, not tanh',
    );
    expect(() => new TransformerEncoderLayer(8, 3)).toThrow('embed_dim must be divisible by num_heads');
    expect(() => new TransformerEncoderLayer(8, 2).forward(zeros([2, 2, 7]))).toThrow(
      'was expecting embedding dimension of 8, but got 7',
    );
    expect(() => new TransformerEncoder(new TransformerEncoderLayer(8, 2), -1)).toThrow('numLayers');
  });
});
