import { PolicyError } from '../../errors.js';
import { zeros } from '../../init/constant.js';
import { normal } from '../../init/normal.js';
import { Embedding } from '../../nn/layers/embedding.js';
import { Linear } from '../../nn/layers/linear.js';
import { Module } from '../../nn/Module.js';
import { definePolicy } from '../definePolicy.js';
import { derive } from '../derive.js';
import { rule } from '../rule.js';
import { anyOf, atPath } from '../selectors.js';
import { definePreset } from './definePreset.js';
import { countNamed } from './modulePaths.js';
import { layerNorms } from './norms.js';
import { counted } from './presetOptions.js';

/** Options of {@link neoxSmallInit}. */
export interface NeoxSmallInitOptions {
  /** Number of features of a token’s vector, ≥ 1. Default: null, the features of the model’s first Embedding. */
  dim?: number | null | undefined;
}

/** Options of {@link neoxWang}. */
export interface NeoxWangOptions extends NeoxSmallInitOptions {
  /** Number of blocks, ≥ 1. Default: null, the number of modules called dense_4h_to_h. */
  layers?: number | null | undefined;
}

const SOURCE = 'github.com/EleutherAI/gpt-neox, megatron/model/init_functions.py';
const DIFFERS =
  'The source draws each matrix in its constructor, split among processes. Here all matrices are drawn in modules() order.';
const DIM = 'number of features of a token’s vector (default: the features of the model’s first Embedding)';

/**
 * The small initialisation of all matrices in GPT-NeoX (Nguyen & Salazar 2019).
 * @throws PolicyError, when the policy is applied, if the model has no Embedding and `dim` is not given
 */
export const neoxSmallInit = definePreset<NeoxSmallInitOptions>(
  {
    name: 'neoxSmallInit',
    source: `${SOURCE}, small_init_init_method`,
    rule: 'Linear: weight N(0, 2 / (5 · dim)), bias 0.\nEmbedding: N(0, 2 / (5 · dim)).\nLayerNorm: weight 1, bias 0.',
    fidelity: 'rule',
    differs: DIFFERS,
  },
  { dim: counted(DIM) },
  (options) => definePolicy('neoxSmallInit', smallInit(options)),
);

/**
 * The initialisation of GPT-NeoX-20B: the small one, and Wang’s for the layers that add to the residual stream (Wang 2021;
 * Black et al. 2022).
 * @throws PolicyError, when the policy is applied, if the model has no Embedding and `dim` is not given, or if it has no module
 *   called dense_4h_to_h and `layers` is not given
 */
export const neoxWang = definePreset<NeoxWangOptions>(
  {
    name: 'neoxWang',
    source: `${SOURCE}, small_init_init_method and wang_init_method, as configs/20B.yml assigns them`,
    rule:
      'Linear called dense or dense_4h_to_h: weight N(0, (2 / layers)² / dim), bias 0.\n' +
      'Other Linear: weight N(0, 2 / (5 · dim)), bias 0.\nEmbedding: N(0, 2 / (5 · dim)).\nLayerNorm: weight 1, bias 0.',
    fidelity: 'rule',
    differs: DIFFERS,
  },
  { layers: counted('number of blocks (default: the number of modules called dense_4h_to_h)'), dim: counted(DIM) },
  ({ layers, dim }) => {
    const wang = derive(Module, (_, { model }) =>
      normal(0, 2 / (layers ?? countNamed(model, ['dense_4h_to_h'])) / Math.sqrt(dim ?? dimOf(model))),
    );
    const added = rule(anyOf(atPath('**.dense'), atPath('**.dense_4h_to_h')), { weight: wang, bias: zeros() });
    return definePolicy('neoxWang', [added, ...smallInit({ dim })]);
  },
);

function smallInit({ dim }: NeoxSmallInitOptions) {
  const small = derive(Module, (_, { model }) => normal(0, Math.sqrt(2 / (5 * (dim ?? dimOf(model))))));
  return [rule(Linear, { weight: small, bias: zeros() }), rule(Embedding, { weight: small }), layerNorms];
}

function dimOf(model: Module): number {
  for (const module of model.modules()) if (module instanceof Embedding) return module.embeddingDim;
  throw new PolicyError('cannot derive dim: expected an Embedding in the model, found none; give the option dim');
}
