/** Initialisers: `torch.nn.init` in place (`xavierUniform_(tensor)`) and as values (`xavierUniform()`). */
export type { ActivationName, ActivationSettings } from './gaussian/activations.js';
export type { Kept } from './gaussian/gain.js';
export { biasForProbability } from './init/bias.js';
export { blocks, transposedFans } from './init/blocks.js';
export { constant, constant_, ones, ones_, zeros, zeros_ } from './init/constant.js';
export { calculateFanInAndFanOut, type FanMode } from './init/fan.js';
export { type ForActivationSettings, forActivation } from './init/forActivation.js';
export { fromJSON } from './init/fromJSON.js';
export type { GainSettings } from './init/GainSettings.js';
export { calculateGain, type GainOptions, type Nonlinearity } from './init/gain.js';
export type { Initializer } from './init/Initializer.js';
export { type DiracSettings, dirac, dirac_, eye, eye_ } from './init/identity.js';
export {
  type KaimingSettings,
  kaimingNormal,
  kaimingNormal_,
  kaimingUniform,
  kaimingUniform_,
} from './init/kaiming.js';
export { keep } from './init/keep.js';
export { type ForgetBiasSettings, lstmForgetBias, lstmForgetBias_ } from './init/lstmForgetBias.js';
export { type NormalSettings, normal, normal_ } from './init/normal.js';
export { deltaOrthogonal, deltaOrthogonal_, orthogonal, orthogonal_ } from './init/orthogonal.js';
export { overwriting } from './init/overwriting.js';
export { type SparseSettings, sparse, sparse_ } from './init/sparse.js';
export {
  type TruncNormalSettings,
  truncNormal,
  truncNormal_,
  truncNormalTf,
  truncNormalTf_,
} from './init/truncatedNormal.js';
export { type UniformSettings, uniform, uniform_ } from './init/uniform.js';
export {
  lecunNormal,
  lecunNormal_,
  lecunUniform,
  lecunUniform_,
  type VarianceScalingSettings,
  varianceScaling,
  varianceScaling_,
} from './init/varianceScaling.js';
export { xavierNormal, xavierNormal_, xavierUniform, xavierUniform_ } from './init/xavier.js';
export { zeroRow } from './init/zeroRow.js';
export { expectedMoments } from './laws/expectedMoments.js';
export type { Law } from './laws/Law.js';
export type { Moments } from './laws/LawOperations.js';
export type { DrawOptions } from './random/DrawOptions.js';
