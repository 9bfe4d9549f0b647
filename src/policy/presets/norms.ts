import { ones, zeros } from '../../init/constant.js';
import { keep } from '../../init/keep.js';
import { BatchNorm2d } from '../../nn/layers/batchNorm.js';
import { GroupNorm, LayerNorm } from '../../nn/layers/normalization.js';
import { rule } from '../rule.js';
import { anyOf, type Predicate } from '../selectors.js';

/** Normalisation over channels starts as the identity. */
export const channelNorms = rule(anyOf(BatchNorm2d, GroupNorm), { weight: ones(), bias: zeros() });

/** Layer normalisation starts as the identity. */
export const layerNorms = rule(LayerNorm, { weight: ones(), bias: zeros() });

/** Layer normalisation keeps the values of its constructor, which is the identity too. */
export const keptLayerNorms = rule(LayerNorm, { weight: keep, bias: keep });

/**
 * Normalisation that only scales. The class's name decides, so that users' classes match too (`LlamaRMSNorm`,
 * `T5LayerNorm`).
 */
export const isScaleNorm: Predicate = (module) =>
  /(RMS|Layer)Norm/.test(module.constructor.name) && !(module instanceof LayerNorm);
