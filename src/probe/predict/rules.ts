import { isActivationName } from '../../gaussian/activations.js';
import * as elements from './elementRules.js';
import { normalizationBackward, normalizationForward } from './normalizationRules.js';
import { averagePoolBackward, averagePoolForward, maxPoolBackward, maxPoolForward } from './poolingRules.js';
import type { BackwardRule, ForwardRule } from './Rule.js';
import { weightedBackward, weightedForward } from './weightedRules.js';

/** How the operations of one kind are predicted. */
export interface Rules {
  readonly forward: ForwardRule;
  /** Default: the gradient has no formula. */
  readonly backward?: BackwardRule;
}

const WEIGHTED: Rules = { forward: weightedForward, backward: weightedBackward };
const NORMALIZATION: Rules = { forward: normalizationForward, backward: normalizationBackward };
const ADDITION: Rules = { forward: elements.additionForward, backward: elements.additionBackward };
const IDENTITY: Rules = { forward: elements.identityForward, backward: elements.identityBackward };
const AVERAGE: Rules = { forward: averagePoolForward, backward: averagePoolBackward };
const MAXIMUM: Rules = { forward: maxPoolForward, backward: maxPoolBackward };
const ACTIVATION: Rules = { forward: elements.activationForward, backward: elements.activationBackward };

const RULES: Readonly<Record<string, Rules>> = {
  linear: WEIGHTED,
  conv: WEIGHTED,
  conv_transpose: WEIGHTED,
  matmul: WEIGHTED,
  batch_norm: NORMALIZATION,
  layer_norm: NORMALIZATION,
  group_norm: NORMALIZATION,
  instance_norm: NORMALIZATION,
  rms_norm: NORMALIZATION,
  add: ADDITION,
  sub: ADDITION,
  mul: { forward: elements.productForward, backward: elements.productBackward },
  clone: IDENTITY,
  to_copy: IDENTITY,
  dropout: { forward: elements.dropoutForward, backward: elements.dropoutBackward },
  cat: { forward: elements.concatenationForward, backward: elements.identityBackward },
  stack: { forward: elements.concatenationForward, backward: elements.identityBackward },
  embedding: { forward: elements.lookupForward },
  avg_pool: AVERAGE,
  adaptive_avg_pool: AVERAGE,
  max_pool: MAXIMUM,
  adaptive_max_pool: MAXIMUM,
};

/** The rules of a kind of operation; `undefined` if it has no formula. */
export function rulesOf(kind: string): Rules | undefined {
  return RULES[kind] ?? (isActivationName(kind) ? ACTIVATION : undefined);
}
