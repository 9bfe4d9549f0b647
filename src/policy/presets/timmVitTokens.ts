import { normal } from '../../init/normal.js';
import { truncNormal } from '../../init/truncatedNormal.js';
import { parameter } from '../rule.js';

/** timm's truncated normal: bounds ±2 (absolute), by the inverse distribution function. */
export const timmTruncNormal = truncNormal({ std: 0.02, method: 'inverse' });

/** What timm's vision transformers draw first: the positions, then class and register tokens. */
export const timmVitTokens = [parameter('pos_embed', timmTruncNormal), parameter('*_token', normal(0, 1e-6))];

/** The same in words. */
export const TIMM_VIT_TOKENS =
  'pos_embed: N(0, 0.02²) cut at ±2 (absolute), by the inverse method; then cls_token, reg_token: N(0, (10⁻⁶)²).';

/** How far timm’s vision transformers are from the source. */
export const TIMM_VIT_DIFFERS =
  'The order of the draws is the source’s. What the inverse method gives differs in the last bit of one value in some ' +
  'thousands, where PyTorch’s erfinv is not rounded correctly.';
