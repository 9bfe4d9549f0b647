/** initree: module trees, and their weights initialised deliberately and reproducibly, with PyTorch's bits. */
import * as init from './init.js';
import * as nn from './nn.js';
import * as presets from './presets.js';
import * as safetensors from './safetensors.js';

export type { FileDType, ForeignDType } from './checkpoint/safetensorsDtypes.js';
export {
  type AbortDescription,
  AbortError,
  ArgumentError,
  DTypeError,
  FormatError,
  InitreeError,
  PolicyError,
  ShapeError,
  StateError,
} from './errors.js';
export { addLora, type LoraOptions } from './finetune/addLora.js';
export { type GrowOptions, growEmbedding } from './finetune/growEmbedding.js';
export { initializeFrom } from './finetune/initializeFrom.js';
export { LoraConvolution, LoraEmbedding, LoraLayer, LoraLinear, type LoraSettings } from './finetune/LoraLayer.js';
export type { StartOptions } from './finetune/StartOptions.js';
export type { Identification, IdentifiedTensor } from './identify/Identification.js';
export { type IdentifyOptions, identify } from './identify/identify.js';
export { drawSlice, type SliceOptions } from './init/drawSlice.js';
export type { SampleMoments } from './kernels/draw/sampleMoments.js';
export { type KernelPath, type KernelsInUse, kernels, setKernels } from './kernels/wasm/kernelPath.js';
export { EXIT, SKIP, visit } from './nn/visit.js';
export type { DType, FloatDType, Storage } from './numerics/DType.js';
export type { FrozenParameters } from './policy/buildPlan.js';
export type { Diagnostics, Findings, Shadowed } from './policy/Diagnostics.js';
export {
  definePolicy,
  extendPolicy,
  type Pass,
  type Policy,
  type PolicyOptions,
  type PolicyOrder,
  sequence,
  type TiedFills,
} from './policy/definePolicy.js';
export { type Derived, derive } from './policy/derive.js';
export type { LawCheck } from './policy/diagnoseSample.js';
export { explainPolicy } from './policy/explainPolicy.js';
export { initializeWeights } from './policy/initializeWeights.js';
export { type InitializeAsyncOptions, initializeWeightsAsync } from './policy/initializeWeightsAsync.js';
export { type LsuvEntry, type LsuvOptions, lsuv, type OutputMoments } from './policy/lsuv.js';
export type { ParameterPlace, Place } from './policy/Place.js';
export type { Assignment, Plan } from './policy/Plan.js';
export type { ExplainOptions, InitializeOptions } from './policy/prepareRun.js';
export type { Checkpoint, Report, ReportEntry } from './policy/Report.js';
export type { Progress } from './policy/RunContext.js';
export {
  type Assignments,
  type Filling,
  type ModuleRule,
  type OpenAssignments,
  type ParameterRule,
  parameter,
  type Rule,
  rule,
} from './policy/rule.js';
export { allOf, anyOf, atPath, type ModuleSelector, not, type Predicate, type Selector } from './policy/selectors.js';
export type { EngineName } from './random/createEngine.js';
export { defaultGenerator, getRngState, manualSeed, setRngState } from './random/defaultGenerator.js';
export type { Engine } from './random/Engine.js';
export { Generator, type GeneratorLoan, type GeneratorOptions } from './random/Generator.js';
export { generatorOf } from './random/generatorOf.js';
export { RandomKey } from './random/RandomKey.js';
export type { Reference, WordStream } from './random/references/Reference.js';
export type { ReferenceName } from './random/references/table.js';
export { generatorAt, type StreamPosition, type StreamPosition as StreamPlace } from './random/StreamPosition.js';
export { setReference } from './random/setReference.js';
export {
  type ArangeOptions,
  arange,
  empty,
  full,
  ones,
  type SizesAndOptions,
  type TensorOptions,
  tensor,
  zeros,
} from './tensor/creation.js';
export { getDefaultDtype, setDefaultDtype } from './tensor/defaultDtype.js';
export { type EyeOptions, eye } from './tensor/eye.js';
export { cat, stack } from './tensor/joining.js';
export { emptyLike, fullLike, onesLike, zerosLike } from './tensor/like.js';
export { linspace } from './tensor/linspace.js';
export { type RandomOptions, rand, randint, randn, randperm } from './tensor/randomCreation.js';
export type { NestedArray } from './tensor/readNested.js';
export type { Shape } from './tensor/Shape.js';
export { noGrad } from './tensor/Tape.js';
export { Tensor } from './tensor/Tensor.js';
export { where } from './tensor/where.js';
export { init, nn, presets, safetensors };
