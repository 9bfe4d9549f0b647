import { ones, zeros } from '../../src/tensor/creation.js';

export type Arguments = readonly (() => unknown)[];

const numbers =
  (...shape: number[]) =>
  () =>
    ones(shape);
const indices =
  (...shape: number[]) =>
  () =>
    zeros(shape, { dtype: 'int64' });
const value =
  <T>(given: T) =>
  () =>
    given;
const none = () => ({});

const ELEMENTWISE = [
  'hardsigmoid',
  'hardswish',
  'logsigmoid',
  'mish',
  'relu',
  'relu6',
  'selu',
  'sigmoid',
  'silu',
  'softsign',
  'tanh',
  'tanhshrink',
] as const;

/** Right arguments of every function of `functional`, made afresh, in its longest form. */
export const CALLS: Readonly<Record<string, Arguments>> = {
  ...Object.fromEntries(ELEMENTWISE.map((name) => [name, [numbers(2, 3)]])),
  ...Object.fromEntries(
    ['celu', 'elu', 'hardshrink', 'leakyRelu', 'softshrink'].map((name) => [name, [numbers(2, 3), value(0.5)]]),
  ),
  gelu: [numbers(2, 3), none],
  glu: [numbers(2, 4), value(1)],
  hardtanh: [numbers(2, 3), value(-1), value(1)],
  prelu: [numbers(2, 3), numbers(3)],
  softplus: [numbers(2, 3), value(1), value(20)],
  threshold: [numbers(2, 3), value(1), value(1)],
  ...Object.fromEntries(['softmax', 'logSoftmax', 'softmin'].map((name) => [name, [numbers(2, 3), value(1)]])),
  ...Object.fromEntries(
    ['dropout', 'dropout1d', 'dropout2d', 'dropout3d', 'alphaDropout'].map((name) => [
      name,
      [numbers(...(name === 'dropout1d' ? [2, 3, 2] : [2, 3, 2, 2, 2])), value(0.5), () => ({ training: true })],
    ]),
  ),
  ...Object.fromEntries(
    [1, 2, 3].flatMap((dims): [string, Arguments][] => {
      const image = numbers(2, 2, ...new Array<number>(dims).fill(4));
      const weight = numbers(2, 2, ...new Array<number>(dims).fill(3));
      return [
        [`conv${dims}d`, [image, weight, numbers(2), none]],
        [`convTranspose${dims}d`, [image, weight, numbers(2), none]],
        [`maxPool${dims}d`, [image, value(2), value(2), none]],
        [`avgPool${dims}d`, [image, value(2), value(2), none]],
        [`lpPool${dims}d`, [image, value(2), value(2), value(2), none]],
        [`adaptiveAvgPool${dims}d`, [image, value(2)]],
        [`adaptiveMaxPool${dims}d`, [image, value(2), none]],
      ];
    }),
  ),
  batchNorm: [numbers(3, 4), numbers(4), numbers(4), () => ({ weight: ones([4]), bias: ones([4]), training: true })],
  groupNorm: [numbers(3, 4, 2), value(2), none],
  instanceNorm: [numbers(3, 4, 2), none],
  layerNorm: [numbers(3, 4), value([4]), none],
  rmsNorm: [numbers(3, 4), value([4]), none],
  localResponseNorm: [numbers(3, 4, 2), value(2), none],
  linear: [numbers(2, 3), numbers(4, 3), numbers(4)],
  bilinear: [numbers(2, 3), numbers(2, 4), numbers(5, 3, 4), numbers(5)],
  embedding: [indices(2, 3), numbers(4, 2), none],
  embeddingBag: [indices(3), numbers(4, 2), indices(1), none],
  oneHot: [indices(3), value(4)],
  scaledDotProductAttention: [numbers(2, 3, 4), numbers(2, 3, 4), numbers(2, 3, 4), none],
  crossEntropy: [numbers(3, 4), indices(3), none],
  nllLoss: [numbers(3, 4), indices(3), none],
  binaryCrossEntropy: [numbers(3), numbers(3), none],
  binaryCrossEntropyWithLogits: [numbers(3), numbers(3), none],
  ...Object.fromEntries(
    ['huberLoss', 'klDiv', 'l1Loss', 'mseLoss', 'smoothL1Loss'].map((name) => [name, [numbers(3), numbers(3), none]]),
  ),
  cosineSimilarity: [numbers(2, 3), numbers(2, 3), value(1), none],
  pairwiseDistance: [numbers(2, 3), numbers(2, 3), value(2), none],
  flatten: [numbers(2, 3), value(0), value(1)],
  unflatten: [numbers(2, 4), value(1), value([2, 2])],
  fold: [numbers(1, 8, 4), value(3), value(2), none],
  unfold: [numbers(1, 2, 3, 3), value(2), none],
  interpolate: [numbers(1, 2, 4), () => ({ size: 3 })],
  pad: [numbers(2, 3), value([1, 1]), none],
  channelShuffle: [numbers(3, 4, 2), value(2)],
  pixelShuffle: [numbers(4, 2, 2), value(2)],
  pixelUnshuffle: [numbers(4, 2, 2), value(2)],
};
