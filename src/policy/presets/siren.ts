import { keep } from '../../init/keep.js';
import { uniform } from '../../init/uniform.js';
import { Linear } from '../../nn/layers/linear.js';
import { definePolicy, sequence } from '../definePolicy.js';
import { derive } from '../derive.js';
import { rule } from '../rule.js';
import type { Predicate } from '../selectors.js';
import { definePreset } from './definePreset.js';
import { positive } from './presetOptions.js';

/** Options of {@link siren}. */
export interface SirenPresetOptions {
  /** The factor by which the sines multiply their arguments, > 0. Default: 30. */
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
      'Then the first Linear once more: weight U(±1/inFeatures).',
    fidelity: 'rule',
    differs: 'The source cannot be installed. The comparison is with a loop that follows the same rule.',
  },
  { omega: positive(30, 'the factor by which the sines multiply their arguments (default: 30)') },
  ({ omega }) => {
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
