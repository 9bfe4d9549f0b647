import { zeros } from '../../init/constant.js';
import { keep } from '../../init/keep.js';
import { uniform } from '../../init/uniform.js';
import { xavierUniform } from '../../init/xavier.js';
import { Conv2d } from '../../nn/layers/convolution.js';
import { Linear } from '../../nn/layers/linear.js';
import { definePolicy } from '../definePolicy.js';
import { derive } from '../derive.js';
import { rule } from '../rule.js';
import { definePreset } from './definePreset.js';
import { TIMM_VIT_DIFFERS, TIMM_VIT_TOKENS, timmVitTokens } from './timmVitTokens.js';

/** Xavier uniform. A weight that packs queries, keys and values has the fans of one of its three parts. */
const xavierOfPart = derive(Linear, ({ inFeatures, outFeatures }, { path }) => {
  if (!path.includes('qkv')) return xavierUniform();
  const bound = Math.sqrt(6 / (Math.floor(outFeatures / 3) + inFeatures));
  return uniform(-bound, bound);
});

/** The initialisation of vision transformers in MoCo v3, as implemented in timm (Chen et al. 2021). */
export const timmVitMoco = definePreset(
  {
    name: 'timmVitMoco',
    source: "timm 1.0.31, models/vision_transformer.py, VisionTransformer.init_weights('moco')",
    rule:
      TIMM_VIT_TOKENS +
      '\nLinear whose path contains qkv: weight U(±√(6 / (⌊outFeatures/3⌋ + inFeatures))), bias 0.\n' +
      'Other Linear, the head included: weight Xavier uniform, bias 0.\nConv2d, LayerNorm: as their constructors left them.',
    fidelity: 'rule',
    differs: TIMM_VIT_DIFFERS,
  },
  {},
  () =>
    definePolicy('timmVitMoco', [
      ...timmVitTokens,
      rule(Linear, { weight: xavierOfPart, bias: zeros() }),
      rule(Conv2d, { weight: keep, bias: keep }),
    ]),
);
