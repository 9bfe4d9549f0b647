import { zeros } from '../../init/constant.js';
import { keep } from '../../init/keep.js';
import { Conv2d } from '../../nn/layers/convolution.js';
import { Linear } from '../../nn/layers/linear.js';
import { definePolicy } from '../definePolicy.js';
import { rule } from '../rule.js';
import { definePreset } from './definePreset.js';
import { TIMM_VIT_DIFFERS, TIMM_VIT_TOKENS, timmTruncNormal, timmVitTokens } from './timmVitTokens.js';

/** The default initialisation of timm’s vision transformers. */
export const timmVit = definePreset(
  {
    name: 'timmVit',
    source: "timm 1.0.31, models/vision_transformer.py, VisionTransformer.init_weights('')",
    rule:
      TIMM_VIT_TOKENS +
      '\nLinear, the head included: weight as pos_embed, bias 0.\nConv2d, LayerNorm: as their constructors left them.',
    fidelity: 'rule',
    differs: TIMM_VIT_DIFFERS,
  },
  {},
  () =>
    definePolicy('timmVit', [
      ...timmVitTokens,
      rule(Linear, { weight: timmTruncNormal, bias: zeros() }),
      rule(Conv2d, { weight: keep, bias: keep }),
    ]),
);
