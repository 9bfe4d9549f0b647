/** Operations of layers as functions: `torch.nn.functional`. */
export { relu } from './nn/functional/activations.js';
export { type ConvolutionOptions, conv2d } from './nn/functional/convolution.js';
export {
  alphaDropout,
  type DropoutOptions,
  dropout,
  dropout1d,
  dropout2d,
  dropout3d,
} from './nn/functional/dropout.js';
export { flatten } from './nn/functional/flatten.js';
export { linear } from './nn/functional/linear.js';
export { localResponseNorm } from './nn/functional/localResponseNorm.js';
export {
  type CrossEntropyOptions,
  crossEntropy,
  type NllLossOptions,
  nllLoss,
  type Reduction,
} from './nn/functional/losses.js';
export { type BatchNormOptions, batchNorm } from './nn/functional/normalization.js';
export { type MaxPoolOptions, maxPool2d } from './nn/functional/pooling.js';
export { groupNorm, instanceNorm, layerNorm, type RowNormOptions, rmsNorm } from './nn/functional/rowNormalization.js';
export { logSoftmax, softmax } from './nn/functional/softmax.js';
