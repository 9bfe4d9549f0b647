import { constant, zeros } from '../../init/constant.js';
import { truncNormal } from '../../init/truncatedNormal.js';
import { Conv2d } from '../../nn/layers/convolution.js';
import { Linear } from '../../nn/layers/linear.js';
import { definePolicy } from '../definePolicy.js';
import { parameter, rule } from '../rule.js';
import { anyOf } from '../selectors.js';
import { definePreset } from './definePreset.js';
import { keptLayerNorms } from './norms.js';
import { finite } from './presetOptions.js';

/** Options of {@link convnext}. */
export interface ConvNeXtPresetOptions {
  /** The initial factor of a block's output. Default: 1e-6. */
  layerScale?: number | undefined;
}

/** The initialisation of torchvision’s ConvNeXts (Liu et al. 2022). */
export const convnext = definePreset<ConvNeXtPresetOptions>(
  {
    name: 'convnext',
    source: 'torchvision 0.29.2, models/convnext.py, ConvNeXt.__init__ and CNBlock.__init__',
    rule:
      'Conv2d, Linear: weight N(0, 0.02²) cut at ±2 (absolute: 100 standard deviations), bias 0.\n' +
      'Parameters called layer_scale: 1e-6.\nLayerNorm: as its constructor left it, the identity.',
    fidelity: 'bits',
  },
  { layerScale: finite(1e-6, 'the value of parameters called layer_scale (default: 1e-6)') },
  ({ layerScale }) =>
    definePolicy('convnext', [
      rule(anyOf(Conv2d, Linear), { weight: truncNormal({ std: 0.02 }), bias: zeros() }),
      parameter('**.layer_scale', constant(layerScale)),
      keptLayerNorms,
    ]),
);
