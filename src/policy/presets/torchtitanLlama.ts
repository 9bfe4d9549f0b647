import { PolicyError } from '../../errors.js';
import { ones, zeros } from '../../init/constant.js';
import { normal } from '../../init/normal.js';
import { truncNormal } from '../../init/truncatedNormal.js';
import { Embedding } from '../../nn/layers/embedding.js';
import { Linear } from '../../nn/layers/linear.js';
import { definePolicy } from '../definePolicy.js';
import { derive } from '../derive.js';
import { rule } from '../rule.js';
import { definePreset } from './definePreset.js';
import { lastName } from './modulePaths.js';
import { isScaleNorm } from './norms.js';

const HEADS = ['lm_head', 'output'];
const DEPTH_SCALED = ['wo', 'w2', 'w3'];

const byName = derive(Linear, ({ inFeatures }, { path }) => {
  const name = lastName(path);
  if (HEADS.includes(name)) {
    const std = 1 / Math.sqrt(inFeatures);
    return truncNormal({ std, a: -3 * std, b: 3 * std });
  }
  return truncNormal({ std: DEPTH_SCALED.includes(name) ? 0.02 / Math.sqrt(2 * (layerOf(path) + 1)) : 0.02 });
});

/**
 * The initialisation of Llama 3 in torchtitan, in which later layers start with smaller weights.
 * @throws PolicyError, when the policy is applied, if the path of a wo, w2 or w3 has no `layers.<number>.`
 */
export const torchtitanLlama = definePreset(
  {
    name: 'torchtitanLlama',
    source: 'torchtitan 0.3.0, models/llama3/__init__.py, and protocols/module.py, Module.init_states',
    rule:
      'Linear: weight N(0, 0.02²), bias 0. Linear called wo, w2 or w3: weight N(0, 0.02² / (2 · (layer + 1))), where layer is ' +
      'the number after layers in the path. Both are cut at ±2 (absolute).\n' +
      'Linear called lm_head or output: N(0, 1/inFeatures) cut at ±3 standard deviations.\n' +
      'Embedding: N(0, 1). RMSNorm, and classes whose names contain RMSNorm: weight 1.',
    fidelity: 'rule',
    differs: 'One fused wqkv is drawn as one matrix. For a tied embedding, assign init.keep by extendPolicy().',
  },
  {},
  () =>
    definePolicy('torchtitanLlama', [
      rule(Linear, { weight: byName, bias: zeros() }),
      rule(Embedding, { weight: normal() }),
      rule(isScaleNorm, { weight: ones() }),
    ]),
);

function layerOf(path: string): number {
  const layer = /(?:^|\.)layers\.(\d+)\./.exec(path)?.[1];
  if (layer !== undefined) return Number(layer);
  throw new PolicyError('the depth of a layer depends on its path: expected …layers.<number>.…, found another path');
}
