import { constant, zeros } from '../../init/constant.js';
import { calculateFanInAndFanOut } from '../../init/fan.js';
import { normal } from '../../init/normal.js';
import { truncNormalTf } from '../../init/truncatedNormal.js';
import { STD_WITHIN_TWO_SIGMA } from '../../init/varianceScaling.js';
import { xavierUniform } from '../../init/xavier.js';
import { Conv2d } from '../../nn/layers/convolution.js';
import { Linear } from '../../nn/layers/linear.js';
import { definePolicy } from '../definePolicy.js';
import { derive } from '../derive.js';
import { rule } from '../rule.js';
import { allOf, atPath } from '../selectors.js';
import { definePreset } from './definePreset.js';
import { flag } from './presetOptions.js';
import { TIMM_VIT_DIFFERS, TIMM_VIT_TOKENS, timmVitTokens } from './timmVitTokens.js';

/** Options of {@link timmVitJax}. */
export interface TimmVitJaxOptions {
  /** Whether the head’s bias is −ln(classes), so that all classes are equally likely at first. Default: false. */
  negativeLogHeadBias?: boolean | undefined;
}

const lecunByInverse = derive(Conv2d, ({ weight }) => {
  const [fanIn] = calculateFanInAndFanOut(weight);
  return truncNormalTf({ std: Math.sqrt(1 / fanIn) / STD_WITHIN_TWO_SIGMA, method: 'inverse' });
});

const negativeLogClasses = derive(Linear, ({ outFeatures }) => constant(-Math.log(outFeatures)));

/** The initialisation of vision transformers in JAX, as implemented in timm. */
export const timmVitJax = definePreset<TimmVitJaxOptions>(
  {
    name: 'timmVitJax',
    source: "timm 1.0.31, models/vision_transformer.py, VisionTransformer.init_weights('jax' and 'jax_nlhb')",
    rule:
      TIMM_VIT_TOKENS +
      '\nLinear whose path begins with head: 0. Other Linear: weight Xavier uniform; bias N(0, (10⁻⁶)²) if the path ' +
      'contains mlp, otherwise 0.\n' +
      'Conv2d: weight LeCun normal (cut at ±2σ, by the inverse method), bias 0.\nLayerNorm: as its constructor left it.',
    fidelity: 'rule',
    differs: TIMM_VIT_DIFFERS,
  },
  { negativeLogHeadBias: flag('whether the head’s bias is −ln(classes), timm’s jax_nlhb (default: false)') },
  ({ negativeLogHeadBias }) =>
    definePolicy('timmVitJax', [
      ...timmVitTokens,
      rule(allOf(Linear, atPath('head**')), {
        weight: zeros(),
        bias: negativeLogHeadBias ? negativeLogClasses : zeros(),
      }),
      rule(Linear, {
        weight: xavierUniform(),
        bias: derive(Linear, (_, { path }) => (path.includes('mlp') ? normal(0, 1e-6) : zeros())),
      }),
      rule(Conv2d, { weight: lecunByInverse, bias: zeros() }),
    ]),
);
