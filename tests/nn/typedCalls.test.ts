import { describe, expect, it } from '@jest/globals';
import { InitreeError } from '../../src/errors.js';
import * as nn from '../../src/nn.js';
import { tensor, zeros } from '../../src/tensor/creation.js';
import { randn } from '../../src/tensor/randomCreation.js';

/** What the calls of this file mention. */
const SCOPE = {
  nn,
  tensor,
  zeros,
  randn,
  data: zeros([3]),
  encoderLayer: new nn.TransformerEncoderLayer(8, 2, { dimFeedforward: 4 }),
  norm: new nn.LayerNorm(8),
  weight: tensor([1, 2]),
  activation: (x: unknown) => x,
};

/** Runs a call as a program in JavaScript would. */
function run(call: string): unknown {
  return new Function(...Object.keys(SCOPE), `return ${call}`)(...Object.values(SCOPE));
}

/** Calls of somebody who knows PyTorch. Each is answered by the call to write. */
const ANSWERED: readonly (readonly [call: string, answer: string])[] = [
  ['new nn.Linear(4, 2, false)', 'new nn.Linear(4, 2, { bias: false })'],
  ['new nn.Linear({ inFeatures: 4, outFeatures: 2 })', 'new nn.Linear(4, 2)'],
  ['new nn.Linear({ inFeatures: 4, outFeatures: 2, bias: false })', 'new nn.Linear(4, 2, { bias: false })'],
  ['new nn.Linear({ in_features: 4, out_features: 2 })', 'new nn.Linear(4, 2)'],
  ['new nn.Bilinear(4, 3, 2, false)', 'new nn.Bilinear(4, 3, 2, { bias: false })'],
  ['new nn.Conv2d(3, 8, 7, 2, 3)', 'new nn.Conv2d(3, 8, 7, { stride: 2, padding: 3 })'],
  ['new nn.Conv2d(3, 8, 3, 2)', 'new nn.Conv2d(3, 8, 3, { stride: 2 })'],
  [
    'new nn.Conv2d(4, 8, 3, 1, 1, 1, 4, false)',
    'new nn.Conv2d(4, 8, 3, { stride: 1, padding: 1, dilation: 1, groups: 4, bias: false })',
  ],
  ["new nn.Conv1d(3, 8, 3, 1, 'same')", "new nn.Conv1d(3, 8, 3, { stride: 1, padding: 'same' })"],
  ['new nn.Conv3d(3, 8, [1, 3, 3], 1, [0, 1, 1])', 'new nn.Conv3d(3, 8, [1, 3, 3], { stride: 1, padding: [0, 1, 1] })'],
  ['new nn.Conv2d(3, 8, { kernelSize: 3 })', 'new nn.Conv2d(3, 8, 3)'],
  ['new nn.Conv2d(3, 8, { kernelSize: 3, stride: 2 })', 'new nn.Conv2d(3, 8, 3, { stride: 2 })'],
  ['new nn.Conv2d(3, 8, { kernel_size: 3 })', 'new nn.Conv2d(3, 8, 3)'],
  ['new nn.ConvTranspose2d(3, 8, 4, 2, 1)', 'new nn.ConvTranspose2d(3, 8, 4, { stride: 2, padding: 1 })'],
  [
    'new nn.ConvTranspose2d(3, 8, 4, 2, 1, 1, 1, false, 2)',
    'new nn.ConvTranspose2d(3, 8, 4, { stride: 2, padding: 1, outputPadding: 1, groups: 1, bias: false, dilation: 2 })',
  ],
  ['new nn.BatchNorm2d(8, 1e-3)', 'new nn.BatchNorm2d(8, { eps: 0.001 })'],
  ['new nn.BatchNorm2d(8, 1e-3, 0.01)', 'new nn.BatchNorm2d(8, { eps: 0.001, momentum: 0.01 })'],
  [
    'new nn.BatchNorm1d(8, 0.5, null, true, false)',
    'new nn.BatchNorm1d(8, { eps: 0.5, momentum: null, affine: true, trackRunningStats: false })',
  ],
  ['new nn.InstanceNorm2d(8, 0.5, 0.1, true)', 'new nn.InstanceNorm2d(8, { eps: 0.5, momentum: 0.1, affine: true })'],
  ['new nn.GroupNorm(2, 8, 1e-6)', 'new nn.GroupNorm(2, 8, { eps: 0.000001 })'],
  ['new nn.LayerNorm(8, 1e-6)', 'new nn.LayerNorm(8, { eps: 0.000001 })'],
  ['new nn.LayerNorm([8, 4], 0.5, false)', 'new nn.LayerNorm([8, 4], { eps: 0.5, elementwiseAffine: false })'],
  ['new nn.RMSNorm(8, 0.5)', 'new nn.RMSNorm(8, { eps: 0.5 })'],
  ['new nn.LocalResponseNorm(5, 0.5, 0.75, 2)', 'new nn.LocalResponseNorm(5, { alpha: 0.5, beta: 0.75, k: 2 })'],
  ['new nn.MaxPool2d(3, 2, 1)', 'new nn.MaxPool2d(3, 2, { padding: 1 })'],
  ['new nn.MaxPool2d({ kernelSize: 3, stride: 2 })', 'new nn.MaxPool2d(3, { stride: 2 })'],
  ['new nn.MaxPool2d({ kernel_size: 3, stride: 2 })', 'new nn.MaxPool2d(3, { stride: 2 })'],
  [
    'new nn.MaxPool2d(2, null, 0, 1, true)',
    'new nn.MaxPool2d(2, null, { padding: 0, dilation: 1, returnIndices: true })',
  ],
  ['new nn.AvgPool2d(3, 1, 1)', 'new nn.AvgPool2d(3, 1, { padding: 1 })'],
  ['new nn.AvgPool3d(3, 1, 1, true)', 'new nn.AvgPool3d(3, 1, { padding: 1, ceilMode: true })'],
  ['new nn.LPPool2d(2, 3, 2, true)', 'new nn.LPPool2d(2, 3, 2, { ceilMode: true })'],
  ['new nn.AdaptiveAvgPool2d(1, 1)', 'new nn.AdaptiveAvgPool2d([1, 1])'],
  ['new nn.AdaptiveMaxPool2d(1, true)', 'new nn.AdaptiveMaxPool2d(1, { returnIndices: true })'],
  ['new nn.Dropout(0.5, true)', 'new nn.Dropout(0.5, { inplace: true })'],
  ['new nn.ReLU(true)', 'new nn.ReLU({ inplace: true })'],
  ['new nn.ReLU6(true)', 'new nn.ReLU6({ inplace: true })'],
  ['new nn.SiLU(true)', 'new nn.SiLU({ inplace: true })'],
  ['new nn.LeakyReLU(0.2, true)', 'new nn.LeakyReLU(0.2, { inplace: true })'],
  ['new nn.ELU(1, true)', 'new nn.ELU(1, { inplace: true })'],
  ['new nn.Hardtanh(-2, 2, true)', 'new nn.Hardtanh(-2, 2, { inplace: true })'],
  ['new nn.Threshold(0.1, 20, true)', 'new nn.Threshold(0.1, 20, { inplace: true })'],
  ['new nn.Threshold({ threshold: 0.1, value: 20 })', 'new nn.Threshold(0.1, 20)'],
  ['new nn.PReLU(8, 0.1)', 'new nn.PReLU(8, { init: 0.1 })'],
  ["new nn.GELU('tanh')", "new nn.GELU({ approximate: 'tanh' })"],
  ['new nn.Softmax()', 'new nn.Softmax(-1)'],
  ['new nn.LogSoftmax(null)', 'new nn.LogSoftmax(-1)'],
  ['new nn.Unflatten(1, 2, 2)', 'new nn.Unflatten(1, [2, 2])'],
  ['new nn.Embedding(10, 3, 0)', 'new nn.Embedding(10, 3, { paddingIdx: 0 })'],
  ['new nn.Embedding({ num_embeddings: 10, embedding_dim: 3 })', 'new nn.Embedding(10, 3)'],
  ["new nn.EmbeddingBag(10, 3, 'sum')", "new nn.EmbeddingBag(10, 3, { mode: 'sum' })"],
  ['new nn.Embedding(10, 3, { paddingIdx: 0, sparse: true })', 'new nn.Embedding(10, 3, { paddingIdx: 0 })'],
  ['new nn.LSTM(10, 20, 2)', 'new nn.LSTM(10, 20, { numLayers: 2 })'],
  ['new nn.LSTM({ input_size: 10, hidden_size: 20, num_layers: 2 })', 'new nn.LSTM(10, 20, { numLayers: 2 })'],
  ['new nn.GRU(10, 20, 2, { batchFirst: true })', 'new nn.GRU(10, 20, { numLayers: 2, batchFirst: true })'],
  ['new nn.GRU(10, 20, 2, true, true)', 'new nn.GRU(10, 20, { numLayers: 2, bias: true, batchFirst: true })'],
  ["new nn.RNN(10, 20, 2, 'relu')", "new nn.RNN(10, 20, { numLayers: 2, nonlinearity: 'relu' })"],
  ['new nn.RNN(10, 20, { projSize: 5 })', 'new nn.RNN(10, 20)'],
  ['new nn.GRUCell(10, 20, false)', 'new nn.GRUCell(10, 20, { bias: false })'],
  ['new nn.MultiheadAttention(8, 2, 0.1)', 'new nn.MultiheadAttention(8, 2, { dropout: 0.1 })'],
  ['new nn.MultiheadAttention({ embed_dim: 8, num_heads: 2 })', 'new nn.MultiheadAttention(8, 2)'],
  ['new nn.TransformerEncoderLayer(8, 2, 16)', 'new nn.TransformerEncoderLayer(8, 2, { dimFeedforward: 16 })'],
  [
    "new nn.TransformerEncoderLayer(8, 2, 16, 0.1, 'gelu')",
    "new nn.TransformerEncoderLayer(8, 2, { dimFeedforward: 16, dropout: 0.1, activation: 'gelu' })",
  ],
  ['new nn.TransformerEncoderLayer({ dModel: 8, nhead: 2 })', 'new nn.TransformerEncoderLayer(8, 2)'],
  ['new nn.TransformerEncoder(encoderLayer, { numLayers: 2 })', 'new nn.TransformerEncoder(encoderLayer, 2)'],
  ['new nn.TransformerEncoder(encoderLayer, 2, norm)', 'new nn.TransformerEncoder(encoderLayer, 2, { norm })'],
  [
    'new nn.TransformerEncoder({ encoder_layer: encoderLayer, num_layers: 2 })',
    'new nn.TransformerEncoder(encoderLayer, 2)',
  ],
  [
    'new nn.TransformerEncoder(encoderLayer, 2, null, false)',
    'new nn.TransformerEncoder(encoderLayer, 2, { norm: null })',
  ],
  ['new nn.Transformer(8, 2)', 'new nn.Transformer({ dModel: 8, nhead: 2 })'],
  [
    'new nn.Transformer(8, 2, 1, 1)',
    'new nn.Transformer({ dModel: 8, nhead: 2, numEncoderLayers: 1, numDecoderLayers: 1 })',
  ],
  ['new nn.Upsample(2)', 'new nn.Upsample({ size: 2 })'],
  ["new nn.Upsample(null, 2, 'bilinear')", "new nn.Upsample({ size: null, scaleFactor: 2, mode: 'bilinear' })"],
  ['new nn.ZeroPad2d(1, 1, 2, 2)', 'new nn.ZeroPad2d([1, 1, 2, 2])'],
  ['new nn.ConstantPad2d(1, { value: 0 })', 'new nn.ConstantPad2d(1, 0)'],
  ['new nn.Unfold(3, 1, 1, 2)', 'new nn.Unfold(3, { dilation: 1, padding: 1, stride: 2 })'],
  ['new nn.Fold([4, 4], 2, 1, 0, 2)', 'new nn.Fold([4, 4], 2, { dilation: 1, padding: 0, stride: 2 })'],
  ["new nn.CrossEntropyLoss('mean')", "new nn.CrossEntropyLoss({ reduction: 'mean' })"],
  ['new nn.CrossEntropyLoss(weight)', 'new nn.CrossEntropyLoss({ weight })'],
  ["new nn.MSELoss('sum')", "new nn.MSELoss({ reduction: 'sum' })"],
  ["new nn.HuberLoss('sum', 0.5)", "new nn.HuberLoss({ reduction: 'sum', delta: 0.5 })"],
  ['new nn.CosineSimilarity(1, 0.5)', 'new nn.CosineSimilarity(1, { eps: 0.5 })'],
  ['new nn.PairwiseDistance(2, 0.5, true)', 'new nn.PairwiseDistance(2, { eps: 0.5, keepdim: true })'],
  ['new nn.Parameter([1, 2, 3])', 'new nn.Parameter(tensor([1, 2, 3]))'],
  ['new nn.Parameter(2)', 'new nn.Parameter(tensor(2))'],
  ['new nn.Parameter(data, false)', 'new nn.Parameter(data, { requiresGrad: false })'],
  ['new nn.Parameter({ data, requires_grad: false })', 'new nn.Parameter(data, { requiresGrad: false })'],
];

/** Calls that name an option in Python's spelling, and the option. */
const MISSPELT: readonly (readonly [call: string, option: string])[] = [
  ['new nn.Conv2d(3, 8, 3, { kernel_size: 3 })', 'kernelSize'],
  ['new nn.Conv2d(3, 8, 3, { in_channels: 3 })', 'inChannels'],
  ["new nn.Conv2d(3, 8, 3, { padding_mode: 'reflect' })", 'paddingMode'],
  ['new nn.Embedding(10, 3, { padding_idx: 0 })', 'paddingIdx'],
  ['new nn.Upsample({ scale_factor: 2 })', 'scaleFactor'],
  ['new nn.LSTM(2, 3, { batch_first: true })', 'batchFirst'],
  ['new nn.LeakyReLU({ negative_slope: 0.1 })', 'negativeSlope'],
  ['new nn.PReLU({ num_parameters: 2 })', 'numParameters'],
  ['new nn.MaxPool2d(2, { ceil_mode: true })', 'ceilMode'],
  ['new nn.Flatten({ start_dim: 0 })', 'startDim'],
  ['new nn.Softshrink({ lambd: 0.1 })', 'lambda'],
  ['new nn.Hardtanh({ min_val: 0 })', 'minVal'],
];

/** Calls that work. */
const WORKING: readonly string[] = [
  'new nn.Linear(4, 2, { bias: false })',
  "new nn.Conv2d(3, 8, [3, 5], { padding: 'same' })",
  "new nn.Conv2d(3, 8, 3, { paddingMode: 'reflect', padding: 1 })",
  'new nn.ConvTranspose2d(3, 8, 4, { stride: 2, padding: 1, outputPadding: 1 })',
  'new nn.BatchNorm2d(8, { eps: 1e-3, momentum: null })',
  'new nn.BatchNorm2d(8, { affine: false })',
  'new nn.LayerNorm([8, 4], { eps: 1e-6, elementwiseAffine: false })',
  'new nn.InstanceNorm2d(8, { affine: true })',
  'new nn.MaxPool2d(2)',
  'new nn.MaxPool2d(2, 2)',
  'new nn.MaxPool2d(3, { stride: 2 })',
  'new nn.MaxPool2d(3, { stride: 2, padding: 1 })',
  'new nn.MaxPool2d(3, { padding: 1 })',
  'new nn.MaxPool2d(2, { ceilMode: true })',
  'new nn.MaxPool2d([3, 2], [2, 1])',
  'new nn.AvgPool2d(2, { ceilMode: true })',
  'new nn.AvgPool2d(3, { stride: 1, padding: 1, countIncludePad: false })',
  'new nn.LPPool2d(2, 3, { stride: 2 })',
  'new nn.AdaptiveAvgPool2d(1)',
  'new nn.AdaptiveAvgPool2d([1, 1])',
  'new nn.Dropout()',
  'new nn.Dropout(0.5)',
  'new nn.Dropout({ p: 0.5 })',
  'new nn.Dropout(0.5, { inplace: true })',
  'new nn.ReLU()',
  'new nn.ReLU({ inplace: true })',
  'new nn.LeakyReLU(0.2)',
  'new nn.LeakyReLU({ negativeSlope: 0.2 })',
  'new nn.LeakyReLU(0.2, { inplace: true })',
  'new nn.PReLU(8)',
  'new nn.PReLU({ numParameters: 8 })',
  'new nn.PReLU(8, { init: 0.1 })',
  'new nn.ELU({ alpha: 0.5 })',
  'new nn.ELU(0.5)',
  "new nn.GELU({ approximate: 'tanh' })",
  'new nn.Softmax(-1)',
  'new nn.Softmax({ dim: -1 })',
  'new nn.LogSoftmax({ dim: 1 })',
  'new nn.GLU({ dim: 1 })',
  'new nn.Flatten()',
  'new nn.Flatten(1)',
  'new nn.Flatten(1, { endDim: 2 })',
  'new nn.Flatten({ startDim: 1 })',
  'new nn.Unflatten(1, [2, 2])',
  'new nn.Hardtanh(-2, 2)',
  'new nn.Hardtanh({ minVal: -2, maxVal: 2 })',
  'new nn.Softplus({ beta: 2 })',
  'new nn.Softplus(2, { threshold: 10 })',
  'new nn.Softshrink({ lambda: 0.1 })',
  'new nn.Threshold(0.1, 20)',
  'new nn.Embedding(10, 3, { maxNorm: 1 })',
  'new nn.Embedding(10, 3, { paddingIdx: 0 })',
  'new nn.LSTM(10, 20, { numLayers: 2, batchFirst: true })',
  "new nn.RNN(10, 20, { nonlinearity: 'relu' })",
  'new nn.MultiheadAttention(8, 2, { batchFirst: true })',
  'new nn.MultiheadAttention(8, 2, { kdim: null, vdim: 4 })',
  "new nn.TransformerEncoderLayer(8, 2, { dimFeedforward: 16, activation: 'gelu', batchFirst: true, normFirst: true })",
  'new nn.TransformerEncoder(encoderLayer, 2)',
  'new nn.Transformer({ dModel: 8, nhead: 2, dimFeedforward: 4, customEncoder: null })',
  "new nn.Upsample({ scaleFactor: 2, mode: 'bilinear' })",
  'new nn.PixelShuffle(2)',
  'new nn.ZeroPad2d(1)',
  'new nn.ZeroPad2d([1, 1, 2, 2])',
  'new nn.CosineSimilarity(1)',
  'new nn.CosineSimilarity({ dim: 1 })',
  'new nn.PairwiseDistance(1)',
  'new nn.PairwiseDistance({ p: 1 })',
  'new nn.CrossEntropyLoss({ labelSmoothing: 0.1 })',
  'new nn.Parameter(zeros([3]))',
  'new nn.Parameter(zeros([3]), { requiresGrad: false })',
  'new nn.Identity(54, { unused: 1 })',
  'new nn.Linear(3, 2).forward(randn([1, 3]))',
];

/** Calls that are answered by the platform, because no value of the library is called. */
const PLATFORM: readonly (readonly [call: string, answer: string])[] = [
  ['nn.Linear(4, 2)', "Class constructor Linear cannot be invoked without 'new'"],
  ['new nn.LazyLinear(3)', 'nn.LazyLinear is not a constructor'],
];

describe('a call that a user of PyTorch types', () => {
  it.each(WORKING)('%s works, and the layer prints', (call) => {
    expect(() => String(nn.deferInit(() => run(call)))).not.toThrow();
  });

  it.each(ANSWERED)('%s is answered by %s, which works', (call, answer) => {
    expect(() => run(call)).toThrow(`write ${answer}`);
    expect(() => run(call)).toThrow(InitreeError);
    expect(() => String(nn.deferInit(() => run(answer)))).not.toThrow();
  });

  it.each(MISSPELT)('%s is answered by the spelling %s', (call, option) => {
    expect(() => run(call)).toThrow(`; did you mean '${option}'?`);
  });

  it.each(PLATFORM)('%s is answered by JavaScript', (call, answer) => {
    expect(() => run(call)).toThrow(answer);
  });
});
