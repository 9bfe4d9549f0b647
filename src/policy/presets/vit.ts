import { zeros } from '../../init/constant.js';
import { calculateFanInAndFanOut } from '../../init/fan.js';
import { keep } from '../../init/keep.js';
import { normal } from '../../init/normal.js';
import { truncNormal } from '../../init/truncatedNormal.js';
import { xavierUniform } from '../../init/xavier.js';
import { MultiheadAttention } from '../../nn/layers/attention.js';
import { Linear } from '../../nn/layers/linear.js';
import { Module } from '../../nn/Module.js';
import { definePolicy } from '../definePolicy.js';
import { derive } from '../derive.js';
import { parameter, rule } from '../rule.js';
import { allOf, anyOf, atPath } from '../selectors.js';
import { definePreset } from './definePreset.js';
import { keptLayerNorms } from './norms.js';

/** N(0, 1/fanIn) cut at ±2 (absolute). */
const byFanIn = derive(Module, (_, { parameter }) =>
  truncNormal({ std: Math.sqrt(1 / calculateFanInAndFanOut(parameter)[0]) }),
);

/** The initialisation of torchvision’s vision transformers (Dosovitskiy et al. 2020). */
export const vit = definePreset(
  {
    name: 'vit',
    source: 'torchvision 0.29.2, models/vision_transformer.py, VisionTransformer.__init__, MLPBlock and Encoder',
    rule:
      'class_token: 0. pos_embedding: N(0, 0.02²).\n' +
      'conv_proj and heads.pre_logits: weight N(0, 1/fanIn) cut at ±2 (absolute), bias 0. heads.head: 0.\n' +
      'Linear of the MLPs: weight Xavier uniform, bias N(0, (10⁻⁶)²).\n' +
      'MultiheadAttention with its out_proj, LayerNorm: as their constructors left them.',
    fidelity: 'rule',
    differs:
      'The source draws all parameters except conv_proj while it builds the network. Here all are drawn in modules() order.',
  },
  {},
  () =>
    definePolicy('vit', [
      parameter('class_token', zeros()),
      parameter('**.pos_embedding', normal(0, 0.02)),
      rule(anyOf(atPath('conv_proj'), atPath('heads.pre_logits')), { weight: byFanIn, bias: zeros() }),
      rule(atPath('heads.head'), { weight: zeros(), bias: zeros() }),
      rule(MultiheadAttention, { inProjWeight: keep, inProjBias: keep }),
      rule(atPath('**.self_attention.out_proj'), { weight: keep, bias: keep }),
      rule(allOf(Linear, atPath('**.mlp.*')), { weight: xavierUniform(), bias: normal(0, 1e-6) }),
      keptLayerNorms,
    ]),
);
