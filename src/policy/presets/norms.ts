import { ones, zeros } from '../../init/constant.js';
import { keep } from '../../init/keep.js';
import { BatchNorm2d } from '../../nn/layers/batchNorm.js';
import { GroupNorm, LayerNorm } from '../../nn/layers/normalization.js';
import { rule } from '../rule.js';
import { anyOf } from '../selectors.js';

/** Normalisation over channels begins as the identity. */
export const channelNorms = rule(anyOf(BatchNorm2d, GroupNorm), { weight: ones(), bias: zeros() });

/** Layer normalisation stays as its constructor made it: the identity. */
export const keptLayerNorms = rule(LayerNorm, { weight: keep, bias: keep });
