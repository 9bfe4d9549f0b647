// Xavier's initialisation for tanh (Glorot & Bengio 2010): with the variance 1/n activations and gradients fade slowly, as powers of
// the depth. PyTorch's gain of 5/3 holds the activations, and lets the gradients grow.
import { init } from 'initree';
import { compareStarts } from './depths.js';

console.log(
  '50 layers of width 512 with tanh: standard deviation of the activations, root mean square of the gradients.',
);
compareStarts(
  (x) => x.tanh(),
  [
    { title: 'PyTorch default', weight: init.kaimingUniform({ a: Math.sqrt(5) }) },
    { title: 'Xavier', weight: init.xavierNormal() },
    { title: 'Xavier with the gain of tanh', weight: init.xavierNormal(init.calculateGain('tanh')) },
  ],
);
