import { normal } from '../../init/normal.js';
import { truncNormal } from '../../init/truncatedNormal.js';
import { parameter } from '../rule.js';
import { keptLayerNorms } from './norms.js';

/** timm's truncated normal: bounds ±2 (absolute), by the inverse distribution function. */
export const timmTruncNormal = truncNormal({ std: 0.02, method: 'inverse' });

/**
 * The first draws of timm's vision transformers: the position embedding, then the class and register tokens. The rule between
 * them makes them two loops over the parameters; the tokens come first among these.
 */
export const timmVitTokens = [
  parameter('pos_embed', timmTruncNormal),
  keptLayerNorms,
  parameter('*_token', normal(0, 1e-6)),
];

/** {@link timmVitTokens} in words. */
export const TIMM_VIT_TOKENS =
  'pos_embed: N(0, 0.02²) cut at ±2 (absolute), by the inverse method; then cls_token, reg_token: N(0, (10⁻⁶)²).';

/** How timm’s vision transformers differ from the presets. */
export const TIMM_VIT_DIFFERS =
  'The order of the draws is that of the source. The inverse method gives a different last bit in one of some thousand ' +
  'values, because PyTorch’s erfinv is not correctly rounded.';
