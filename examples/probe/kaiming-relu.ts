// Kaiming's initialisation for ReLU (He et al. 2015): ReLU sets half of the signal's square to 0, and the gain √2 makes up for it.
// Without it every layer halves the mean square.
import { init } from 'initree';
import { compareStarts } from './depths.js';

console.log(
  '50 layers of width 512 with ReLU: standard deviation of the activations, root mean square of the gradients.',
);
compareStarts(
  (x) => x.relu(),
  [
    { title: 'PyTorch default', weight: init.kaimingUniform({ a: Math.sqrt(5) }) },
    { title: 'Xavier', weight: init.xavierNormal() },
    { title: 'Kaiming', weight: init.kaimingNormal({ nonlinearity: 'relu' }) },
  ],
);
