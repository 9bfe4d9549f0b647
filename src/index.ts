/** initree: module trees, and their weights initialised deliberately and reproducibly, with PyTorch's bits. */
import * as safetensors from './checkpoint/safetensors.js';
import * as init from './init.js';
import * as nn from './nn.js';

export {
  ArgumentError,
  DTypeError,
  FormatError,
  InitreeError,
  PolicyError,
  ShapeError,
  StateError,
} from './errors.js';
export type { DType, FloatDType, Storage } from './kernels/DType.js';
export { EXIT, SKIP, visit } from './nn/visit.js';
export { definePolicy, type Policy } from './policy/definePolicy.js';
export { type InitializeOptions, initializeWeights } from './policy/initializeWeights.js';
export type { Report, ReportEntry } from './policy/Report.js';
export { type Assignments, type Rule, rule } from './policy/rule.js';
export { defaultGenerator, getRngState, manualSeed, setRngState } from './random/defaultGenerator.js';
export { Generator } from './random/Generator.js';
export {
  arange,
  empty,
  full,
  type NestedArray,
  ones,
  type RandomOptions,
  rand,
  randint,
  randn,
  randperm,
  type TensorOptions,
  tensor,
  zeros,
} from './tensor/creation.js';
export { getDefaultDtype, setDefaultDtype } from './tensor/defaultDtype.js';
export { cat, stack } from './tensor/joining.js';
export type { Shape } from './tensor/Shape.js';
export { noGrad } from './tensor/Tape.js';
export { Tensor } from './tensor/Tensor.js';
export { init, nn, safetensors };
