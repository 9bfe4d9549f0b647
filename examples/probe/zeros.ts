// Zeros: a network whose weights are all 0 computes 0 everywhere, and no gradient reaches a hidden layer. Small random weights
// break the symmetry, but their signal is gone after some layers.
import { init } from 'initree';
import { compareStarts } from './depths.js';

console.log(
  '50 layers of width 512 with tanh: standard deviation of the activations, root mean square of the gradients.',
);
compareStarts(
  (x) => x.tanh(),
  [
    { title: 'zeros', weight: init.zeros() },
    { title: 'N(0, 0.01)', weight: init.normal(0, 0.01) },
  ],
);
