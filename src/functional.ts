/** Operations of layers as functions: `torch.nn.functional`. */
export {
  type GeluApproximation,
  type GeluOptions,
  gelu,
  logsigmoid,
  mish,
  type SoftplusOptions,
  sigmoid,
  silu,
  softplus,
  softsign,
  tanh,
  tanhshrink,
} from './nn/functional/activations.js';
export { type ScaledDotProductOptions, scaledDotProductAttention } from './nn/functional/attention.js';
export {
  type AvgPool1dOptions,
  type AvgPoolOptions,
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveAvgPool3d,
  avgPool1d,
  avgPool2d,
  avgPool3d,
} from './nn/functional/averagePooling.js';
export { bilinear } from './nn/functional/bilinear.js';
export {
  type BinaryCrossEntropyOptions,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  type LogitsLossOptions,
} from './nn/functional/binaryCrossEntropy.js';
export { type ConvolutionOptions, conv1d, conv2d, conv3d } from './nn/functional/convolution.js';
export {
  type CosineSimilarityOptions,
  cosineSimilarity,
  type PairwiseDistanceOptions,
  pairwiseDistance,
} from './nn/functional/distances.js';
export {
  alphaDropout,
  type DropoutOptions,
  dropout,
  dropout1d,
  dropout2d,
  dropout3d,
} from './nn/functional/dropout.js';
export {
  type HuberLossOptions,
  huberLoss,
  type KlDivOptions,
  klDiv,
  type LossOptions,
  l1Loss,
  mseLoss,
  type SmoothL1LossOptions,
  smoothL1Loss,
} from './nn/functional/elementLosses.js';
export { type EmbeddingFunctionOptions, embedding, type OneHotOptions, oneHot } from './nn/functional/embedding.js';
export { type BagMode, type BagOptions, embeddingBag } from './nn/functional/embeddingBag.js';
export { type FlattenOptions, flatten, unflatten } from './nn/functional/flatten.js';
export { type FoldOptions, fold, unfold } from './nn/functional/fold.js';
export { type GluOptions, glu } from './nn/functional/glu.js';
export { type InterpolateMode, type InterpolateOptions, interpolate } from './nn/functional/interpolate.js';
export { type BiasOption, linear } from './nn/functional/linear.js';
export { type LocalResponseNormOptions, localResponseNorm } from './nn/functional/localResponseNorm.js';
export {
  type CrossEntropyOptions,
  crossEntropy,
  type NllLossOptions,
  nllLoss,
} from './nn/functional/losses.js';
export { type LPPoolOptions, lpPool1d, lpPool2d, lpPool3d } from './nn/functional/lpPooling.js';
export {
  type AdaptiveMaxPoolOptions,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
  type MaxPooled,
  type MaxPoolOptions,
  maxPool1d,
  maxPool2d,
  maxPool3d,
} from './nn/functional/maxPooling.js';
export { type BatchNormOptions, batchNorm } from './nn/functional/normalization.js';
export { type PadMode, type PadOptions, pad } from './nn/functional/padding.js';
export { prelu } from './nn/functional/prelu.js';
export {
  celu,
  type EluOptions,
  elu,
  type HardtanhOptions,
  hardshrink,
  hardsigmoid,
  hardswish,
  hardtanh,
  type LeakyReluOptions,
  leakyRelu,
  relu,
  relu6,
  type ShrinkOptions,
  selu,
  softshrink,
  threshold,
} from './nn/functional/rectifiers.js';
export type { Reduction } from './nn/functional/reduction.js';
export {
  groupNorm,
  instanceNorm,
  layerNorm,
  type RmsNormOptions,
  type RowNormOptions,
  rmsNorm,
} from './nn/functional/rowNormalization.js';
export { channelShuffle, pixelShuffle, pixelUnshuffle } from './nn/functional/shuffle.js';
export { logSoftmax, type SoftmaxDimension, type SoftmaxOptions, softmax, softmin } from './nn/functional/softmax.js';
export {
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
  type TransposedConvolutionOptions,
} from './nn/functional/transposedConvolution.js';
