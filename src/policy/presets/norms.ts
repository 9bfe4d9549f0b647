import { ones, zeros } from '../../init/constant.js';
import { keep } from '../../init/keep.js';
import { BatchNorm2d } from '../../nn/layers/batchNorm.js';
import { GroupNorm, LayerNorm } from '../../nn/layers/normalization.js';
import { rule } from '../rule.js';
import { anyOf, type Predicate } from '../selectors.js';

/** Normalisation over channels begins as the identity. */
export const channelNorms = rule(anyOf(BatchNorm2d, GroupNorm), { weight: ones(), bias: zeros() });

/** Layer normalisation begins as the identity. */
export const layerNorms = rule(LayerNorm, { weight: ones(), bias: zeros() });

/** Layer normalisation stays as its constructor made it: the identity. */
export const keptLayerNorms = rule(LayerNorm, { weight: keep, bias: keep });

/** Normalisation that only scales, the user's own classes too (`LlamaRMSNorm`, `T5LayerNorm`): told by the class's name. */
export const isScaleNorm: Predicate = (module) =>
  /(RMS|Layer)Norm/.test(module.constructor.name) && !(module instanceof LayerNorm);
