import { ShapeError } from '../errors.js';
import { lstmForgetBiasLaw } from '../laws/structured.js';
import { formatShape, numelOf } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import { defineInitializer, type Initializer } from './Initializer.js';

/** The bias of one LSTM layer: `value` for the forget gate, 0 for the others. */
export function lstmForgetBias(value = 1): Initializer {
  return defineInitializer('lstmForgetBias', { value }, (shape) => {
    if (shape.length !== 1 || numelOf(shape) % 4 !== 0) {
      throw new ShapeError(
        `lstmForgetBias fills a bias of the four gates i, f, g, o, [4·hidden], found ${formatShape(shape)}`,
      );
    }
    return lstmForgetBiasLaw(value);
  });
}

/**
 * Fills an LSTM's bias, [4·hidden] in the order of gates i, f, g, o, with `value` for the forget gate and 0 elsewhere
 * (Jozefowicz et al. 2015). PyTorch adds two biases: fill one of them so and the other with zeros.
 */
export function lstmForgetBias_<T extends Tensor>(tensor: T, value = 1): T {
  return lstmForgetBias(value).fill(tensor);
}
