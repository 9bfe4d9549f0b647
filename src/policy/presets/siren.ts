import { keep } from '../../init/keep.js';
import { uniform } from '../../init/uniform.js';
import { Linear } from '../../nn/layers/linear.js';
import { definePolicy, sequence } from '../definePolicy.js';
import { derive } from '../derive.js';
import { rule } from '../rule.js';
import type { Predicate } from '../selectors.js';
import { definePreset } from './definePreset.js';

/** Options of {@link siren}. */
export interface SirenPresetOptions {
  /** What the sines multiply their arguments by; 30 when absent. */
  omega?: number | undefined;
}

const firstLinear: Predicate = (module, _path, { model }) => {
  for (const candidate of model.modules()) if (candidate instanceof Linear) return candidate === module;
  return false;
};

const byInputs = derive(Linear, ({ inFeatures }) => uniform(-1 / inFeatures, 1 / inFeatures));

/** The initialisation of networks with sines between their layers (Sitzmann et al. 2020). */
export const siren = definePreset<SirenPresetOptions>(
  {
    name: 'siren',
    source: 'github.com/vsitzmann/siren, modules.py, sine_init and first_layer_sine_init',
    rule:
      'Linear: weight U(±√(6/inFeatures) / omega), bias as its constructor left it.\n' +
      'Then the first Linear again: weight U(±1/inFeatures).',
    fidelity: 'rule',
    differs: 'The source cannot be installed; a loop that says the same was compared.',
    options: { omega: 'what the sines multiply their arguments by (30 when absent)' },
  },
  ({ omega = 30 }) => {
    const weight = derive(Linear, ({ inFeatures }) => {
      const bound = Math.sqrt(6 / inFeatures) / omega;
      return uniform(-bound, bound);
    });
    const { passes } = sequence(
      definePolicy('siren', [rule(Linear, { weight, bias: keep })]),
      definePolicy('siren, first layer', [rule(firstLinear, { weight: byInputs, bias: keep })]),
    );
    return Object.freeze({ name: 'siren', passes });
  },
);
