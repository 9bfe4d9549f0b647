import { describe, expect, it } from '@jest/globals';
import { InitreeError, ShapeError } from '../../src/errors.js';
import * as F from '../../src/functional.js';
import * as initree from '../../src/index.js';
import { arange, ones, tensor, zeros } from '../../src/tensor/creation.js';
import { randperm } from '../../src/tensor/randomCreation.js';

const { nn, init } = initree;
const B = 2 ** 31;
const image = ones([1, 2, 4, 4]);
const volume = ones([1, 2, 4, 4, 4]);
const row = ones([1, 2, 4]);
const kernel = ones([2, 2, 3, 3]);

/** Each would take hours, or all memory, if anything were computed before the size is checked. */
const CALLS: Readonly<Record<string, () => unknown>> = {
  'adaptiveAvgPool1d, one long dimension': () => F.adaptiveAvgPool1d(row, B),
  adaptiveAvgPool2d: () => F.adaptiveAvgPool2d(image, [B, B]),
  adaptiveAvgPool3d: () => F.adaptiveAvgPool3d(volume, B),
  'adaptiveAvgPool2d, an empty output': () => F.adaptiveAvgPool2d(image, [2 ** 53 - 1, 0]),
  adaptiveMaxPool2d: () => F.adaptiveMaxPool2d(image, [B, B]),
  'adaptiveMaxPool1d with indices': () => F.adaptiveMaxPool1d(row, B, { returnIndices: true }),
  'interpolate to sizes': () => F.interpolate(image, { size: [B, B] }),
  'interpolate one dimension': () => F.interpolate(row, { size: B, mode: 'linear' }),
  'interpolate by a factor': () => F.interpolate(image, { scaleFactor: 1e9, mode: 'bicubic' }),
  'interpolate by area': () => F.interpolate(image, { size: B, mode: 'area' }),
  Upsample: () => new nn.Upsample({ scaleFactor: 1e12 }).forward(image),
  pad: () => F.pad(image, [B, B, B, B]),
  'pad one side': () => F.pad(row, [0, B]),
  'pad by copies': () => F.pad(image, [B, 0, 0, 0], { mode: 'replicate' }),
  ZeroPad2d: () => new nn.ZeroPad2d(B).forward(image),
  'conv2d, padding': () => F.conv2d(image, kernel, null, { padding: B }),
  'conv1d, padding': () => F.conv1d(row, ones([2, 2, 3]), null, { padding: 2 ** 52 }),
  'conv2d, dilation and padding': () => F.conv2d(image, kernel, null, { dilation: B, padding: 2 ** 40 }),
  'convTranspose2d, stride': () => F.convTranspose2d(image, kernel, null, { stride: B }),
  'convTranspose2d, dilation': () => F.convTranspose2d(image, kernel, null, { dilation: B }),
  'maxPool1d, kernel': () => F.maxPool1d(row, 2 ** 32, 1, { padding: B }),
  'avgPool2d, kernel': () => F.avgPool2d(image, 2 ** 33, 1, { padding: 2 ** 32 }),
  'unfold, kernel': () => F.unfold(image, 2 ** 20, { padding: 2 ** 20 }),
  'unfold, padding': () => F.unfold(image, 2, { padding: B }),
  'fold, size': () => F.fold(ones([1, 1, 1]), [B, B], 1, { stride: B }),
  oneHot: () => F.oneHot(tensor([2n ** 40n])),
  'oneHot, classes': () => F.oneHot(tensor([1n]), 2 ** 50),
  unflatten: () => F.unflatten(image, 1, [1n] as never),
  expand: () => ones([1]).expand(2 ** 20, 2 ** 20),
  'expand, many dimensions': () => ones([1]).expand(new Array<number>(1000).fill(1)),
  view: () => ones([1]).view(new Array<number>(1000).fill(1)),
  unsqueeze: () => Array.from({ length: 70 }).reduce<initree.Tensor>((t) => t.unsqueeze(0), ones([1])),
  broadcast: () => ones([2 ** 24, 1]).add(ones([1, 2 ** 24])),
  outer: () => ones([2 ** 24, 1]).matmul(ones([1, 2 ** 24])),
  arange: () => arange(1e15),
  zeros: () => zeros([2 ** 40]),
  'zeros, nothing in a long dimension': () => zeros([2 ** 40, 0]),
  ones: () => ones([2 ** 20, 2 ** 20]),
  'ones, many dimensions': () => ones(new Array<number>(100_000).fill(1)),
  randn: () => initree.randn([2 ** 40]),
  randperm: () => randperm(2 ** 40),
  tolist: () => zeros([2 ** 32, 0]).tolist(),
  Linear: () => new nn.Linear(2 ** 20, 2 ** 20),
  'Linear, deferred': () => nn.deferInit(() => new nn.Linear(2 ** 20, 2 ** 20)),
  Embedding: () => new nn.Embedding(2 ** 40, 2),
  Conv2d: () => new nn.Conv2d(1, 1, 2 ** 20),
  'LSTM, layers': () => new nn.LSTM(1, 1, { numLayers: 2 ** 50 }),
  'TransformerEncoder, layers': () => new nn.TransformerEncoder(new nn.TransformerEncoderLayer(2, 1), 2 ** 50),
  'square mask': () => nn.Transformer.generateSquareSubsequentMask(2 ** 30),
  'chunk, nothing': () => zeros([0]).chunk(2 ** 50),
  'init.law': () => init.normal().fill(zeros([2 ** 40])),
};

describe('sizes that no memory can hold', () => {
  it.each(Object.entries(CALLS))('%s: an error of the library at once', (_, call) => {
    expect(call).toThrow(InitreeError);
    // Not a size that was allocated and then found to be wrong.
    expect(process.memoryUsage().arrayBuffers).toBeLessThan(2 ** 32);
  });

  it('are named with the number of elements, and what is possible', () => {
    expect(() => F.interpolate(image, { size: [B, B] })).toThrow(
      'the output of interpolate() of shape [1, 2, 2147483648, 2147483648] has more elements than one typed array can hold: 9,223,372,036,854,775,807, at most 8,589,934,592'.replace(
        '9,223,372,036,854,775,807',
        (2 * B * B).toLocaleString('en'),
      ),
    );
    expect(() => F.adaptiveAvgPool1d(row, B)).toThrow(
      'adaptive_avg_pool1d(): the output [1, 2, 2147483648] has a dimension of 2,147,483,648 elements, at most 268,435,456 are possible',
    );
    expect(() => ones(new Array<number>(65).fill(1))).toThrow('a tensor can have at most 64 dimensions, found 65');
    expect(() => arange(1e15)).toThrow(
      'not enough memory: you tried to allocate 1,000,000,000,000,000 elements of int64, 8,000,000,000,000,000 bytes',
    );
    expect(() => new nn.LSTM(1, 1, { numLayers: 2 ** 50 })).toThrow(
      'num_layers: expected a whole number from 1 to 65,536, found 1125899906842624',
    );
  });

  it('do not keep 64 dimensions from working', () => {
    const deep = ones(new Array<number>(64).fill(1));
    expect(deep.add(1).item()).toBe(2);
    expect(deep.sum().item()).toBe(1);
    expect(String(deep)).toBe(`tensor(${'['.repeat(64)}1.${']'.repeat(64)})`);
  });
});

describe('holes in lists of sizes', () => {
  const hole: number[] = Object.assign(new Array(3), { 0: 1, 2: 2 });
  const tensors: initree.Tensor[] = Object.assign(new Array(3), { 0: row, 2: row });
  const rules: initree.Rule[] = Object.assign(new Array(2), { 0: initree.parameter('a', init.ones()) });
  it.each<[string, () => unknown]>([
    ['zeros', () => zeros(hole)],
    ['view', () => ones([2]).view(hole)],
    ['expand', () => ones([1, 1, 2]).expand(hole)],
    ['permute', () => ones([1, 1, 1]).permute(hole)],
    ['adaptiveAvgPool3d', () => F.adaptiveAvgPool3d(volume, hole)],
    ['interpolate', () => F.interpolate(volume, { size: hole })],
    ['conv3d', () => F.conv3d(volume, ones([1, 2, 1, 1, 1]), null, { stride: hole })],
    ['maxPool3d', () => F.maxPool3d(volume, hole)],
    ['pad', () => F.pad(row, hole.slice(0, 2))],
    ['unflatten', () => F.unflatten(ones([2]), 0, hole)],
    ['split', () => ones([3]).split(hole)],
    ['layerNorm', () => F.layerNorm(ones([1, 1, 2]), hole)],
    ['sum', () => ones([1, 1, 1]).sum(hole)],
    ['cat', () => initree.cat(tensors)],
    ['stack', () => initree.stack(tensors)],
    ['tensor', () => tensor([[1, 2], hole.slice(0, 2)])],
    ['Unflatten', () => new nn.Unflatten(0, hole)],
    ['definePolicy', () => initree.definePolicy('p', rules)],
    ['roll', () => ones([1, 1, 1]).roll(hole, hole)],
  ])('%s refuses them', (_, call) => {
    expect(call).toThrow(InitreeError);
  });

  it('are shown in the message', () => {
    expect(() => zeros(hole)).toThrow(ShapeError);
    expect(() => zeros(hole)).toThrow('found undefined in the shape [1, undefined, 2]');
  });
});
