/** Modules and layers: `torch.nn`. */
export { ModuleDict, ModuleList, type ModulesOf, type NamedModules, Sequential } from './nn/containers.js';
export { deferInit, materialize } from './nn/deferInit.js';
export type { AttentionInputs } from './nn/functional/attentionMasks.js';
export type { AvgPool1dOptions, AvgPoolOptions } from './nn/functional/averagePooling.js';
export type { InterpolateMode, InterpolateOptions } from './nn/functional/interpolate.js';
export type { LocalResponseNormOptions } from './nn/functional/localResponseNorm.js';
export type { LPPoolOptions } from './nn/functional/lpPooling.js';
export type { AdaptiveMaxPoolOptions, MaxPooled, MaxPoolOptions } from './nn/functional/maxPooling.js';
export type { AdaptiveSize } from './nn/functional/poolWindows.js';
export type { HookHandle } from './nn/hooks.js';
export { Layer, type LayerOptions } from './nn/Layer.js';
export {
  type ActivationOptions,
  GELU,
  type GELUOptions,
  GLU,
  type GLUOptions,
  LogSigmoid,
  Mish,
  Sigmoid,
  SiLU,
  Softplus,
  type SoftplusOptions,
  Softsign,
  Tanh,
  Tanhshrink,
} from './nn/layers/activations.js';
export {
  AdaptiveAvgPool1d,
  AdaptiveAvgPool2d,
  AdaptiveAvgPool3d,
  AdaptiveMaxPool1d,
  AdaptiveMaxPool2d,
  AdaptiveMaxPool3d,
} from './nn/layers/adaptivePooling.js';
export { MultiheadAttention, type MultiheadAttentionOptions } from './nn/layers/attention.js';
export { AvgPool1d, AvgPool2d, AvgPool3d } from './nn/layers/averagePooling.js';
export { BatchNorm1d, BatchNorm2d, BatchNorm3d, type BatchNormOptions } from './nn/layers/batchNorm.js';
export { Bilinear } from './nn/layers/bilinear.js';
export { BCELoss, BCEWithLogitsLoss } from './nn/layers/binaryCrossEntropy.js';
export type { ConvOptions, PaddingMode } from './nn/layers/ConvolutionLayer.js';
export {
  ConstantPad1d,
  ConstantPad2d,
  ConstantPad3d,
  ZeroPad1d,
  ZeroPad2d,
  ZeroPad3d,
} from './nn/layers/constantPadding.js';
export { Conv1d, Conv2d, Conv3d } from './nn/layers/convolution.js';
export { CosineSimilarity, PairwiseDistance } from './nn/layers/distances.js';
export { AlphaDropout, Dropout, Dropout1d, Dropout2d, Dropout3d, type DropoutOptions } from './nn/layers/dropout.js';
export { HuberLoss, KLDivLoss, L1Loss, MSELoss, SmoothL1Loss } from './nn/layers/elementLosses.js';
export {
  Embedding,
  EmbeddingBag,
  type EmbeddingBagInputs,
  type EmbeddingBagOptions,
  type EmbeddingOptions,
  type PretrainedBagOptions,
  type PretrainedOptions,
} from './nn/layers/embedding.js';
export { Flatten, type FlattenOptions, Unflatten } from './nn/layers/flatten.js';
export { Fold, Unfold } from './nn/layers/fold.js';
export { InstanceNorm1d, InstanceNorm2d, InstanceNorm3d } from './nn/layers/instanceNorm.js';
export { Identity, Linear, type LinearOptions } from './nn/layers/linear.js';
export { LocalResponseNorm } from './nn/layers/localResponseNorm.js';
export { CrossEntropyLoss, NLLLoss } from './nn/layers/losses.js';
export { LPPool1d, LPPool2d, LPPool3d } from './nn/layers/lpPooling.js';
export { MaxPool1d, MaxPool2d, MaxPool3d } from './nn/layers/maxPooling.js';
export {
  GroupNorm,
  type GroupNormOptions,
  LayerNorm,
  type LayerNormOptions,
  RMSNorm,
  type RMSNormOptions,
} from './nn/layers/normalization.js';
export {
  CircularPad1d,
  CircularPad2d,
  CircularPad3d,
  ReflectionPad1d,
  ReflectionPad2d,
  ReflectionPad3d,
  ReplicationPad1d,
  ReplicationPad2d,
  ReplicationPad3d,
} from './nn/layers/padding.js';
export type { LSTMOptions, RecurrentOptions } from './nn/layers/RecurrentLayer.js';
export {
  CELU,
  ELU,
  type ELUOptions,
  Hardsigmoid,
  Hardswish,
  LeakyReLU,
  type LeakyReLUOptions,
  PReLU,
  type PReLUOptions,
  ReLU,
  ReLU6,
  SELU,
} from './nn/layers/rectifiers.js';
export {
  GRU,
  LSTM,
  type LSTMStateInputs,
  type Nonlinearity,
  RNN,
  type RNNOptions,
  type StateInputs,
} from './nn/layers/recurrent.js';
export {
  GRUCell,
  LSTMCell,
  type RecurrentCellOptions,
  RNNCell,
  type RNNCellOptions,
} from './nn/layers/recurrentCells.js';
export { ChannelShuffle, PixelShuffle, PixelUnshuffle } from './nn/layers/shuffle.js';
export { LogSoftmax, Softmax, Softmax2d, Softmin } from './nn/layers/softmax.js';
export {
  Hardshrink,
  Hardtanh,
  type HardtanhOptions,
  type ShrinkOptions,
  Softshrink,
  Threshold,
} from './nn/layers/thresholds.js';
export {
  type EncoderInputs,
  Transformer,
  TransformerDecoder,
  TransformerEncoder,
  type TransformerInputs,
  type TransformerOptions,
  type TransformerStackOptions,
} from './nn/layers/transformer.js';
export {
  type TransformerActivation,
  TransformerDecoderLayer,
  TransformerEncoderLayer,
  type TransformerLayerOptions,
} from './nn/layers/transformerLayers.js';
export type { DecoderLayerInputs, EncoderLayerInputs } from './nn/layers/transformerMasks.js';
export {
  ConvTranspose1d,
  ConvTranspose2d,
  ConvTranspose3d,
  type ConvTransposeInputs,
  type ConvTransposeOptions,
} from './nn/layers/transposedConvolution.js';
export { Upsample, UpsamplingBilinear2d, UpsamplingNearest2d } from './nn/layers/upsampling.js';
export type { Pairs } from './nn/MemberDict.js';
export { Module } from './nn/Module.js';
export type { LoadResult } from './nn/matchState.js';
export type { Outside } from './nn/outsideTree.js';
export { Parameter, type ParameterOptions } from './nn/Parameter.js';
export { ParameterDict, ParameterList } from './nn/parameterContainers.js';
export type { StateFile, StateForm } from './nn/StateSource.js';
export type { Summary, SummaryRow } from './nn/Summary.js';
export { skipInit } from './nn/skipInit.js';
export type { LoadOptions, StateDict } from './nn/stateDict.js';
export type { SummaryOptions } from './nn/summarize.js';
export { EXIT, SKIP, visit } from './nn/visit.js';
export type { MemberOptions } from './nn/walk.js';
