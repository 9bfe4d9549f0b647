import { zeros } from '../../init/constant.js';
import { orthogonal } from '../../init/orthogonal.js';
import { Conv2d } from '../../nn/layers/convolution.js';
import { Linear } from '../../nn/layers/linear.js';
import { definePolicy } from '../definePolicy.js';
import { rule } from '../rule.js';
import { anyOf, atPath } from '../selectors.js';
import { definePreset } from './definePreset.js';

/** The initialisation of actors and critics in stable-baselines3 (PPO, A2C; Andrychowicz et al. 2020 give the reasons). */
export const ppo = definePreset(
  {
    name: 'ppo',
    source: 'stable-baselines3 2.9.2, common/policies.py, ActorCriticPolicy._build',
    rule:
      'At action_net: weight orthogonal with gain 0.01, bias 0. At value_net: weight orthogonal, bias 0.\n' +
      'Other Linear, Conv2d: weight orthogonal with gain √2, bias 0.',
    fidelity: 'rule',
    differs:
      'The order of the draws is that of the source. Orthogonal matrices agree to within 5e-6. If actor and critic have ' +
      'separate feature extractors, the source draws these last. The preset does not cover log_std.',
  },
  {},
  () =>
    definePolicy('ppo', [
      rule(atPath('action_net'), { weight: orthogonal(0.01), bias: zeros() }),
      rule(atPath('value_net'), { weight: orthogonal(1), bias: zeros() }),
      rule(anyOf(Linear, Conv2d), { weight: orthogonal(Math.SQRT2), bias: zeros() }),
    ]),
);
