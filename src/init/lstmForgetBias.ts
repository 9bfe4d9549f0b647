import { ShapeError } from '../errors.js';
import { lstmForgetBiasLaw } from '../laws/structured.js';
import { readArguments, type Signature } from '../readArguments.js';
import { formatShape, numelOf } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import { defineInitializer, type Initializer } from './Initializer.js';

/** Settings of {@link lstmForgetBias}. */
export interface ForgetBiasSettings {
  /** The bias of the forget gate, finite. Default: 1. */
  value?: number | undefined;
}

const FORGET_BIAS: Signature<ForgetBiasSettings> = { byPosition: ['value'], defaults: { value: 1 } };

/**
 * An initialiser for the bias [4·hidden] of an LSTM: `value` for the forget gate, 0 for the other gates. `law()` and
 * `fill()` report a wrong `value`.
 * @param value finite. Default: 1.
 */
export function lstmForgetBias(value?: number | ForgetBiasSettings): Initializer {
  const read = readArguments('init.lstmForgetBias', arguments, FORGET_BIAS);
  return defineInitializer('lstmForgetBias', { value: read.value }, (shape) => {
    if (shape.length !== 1 || numelOf(shape) % 4 !== 0) {
      throw new ShapeError(
        `lstmForgetBias expects the bias [4·hidden] of the four gates i, f, g, o, found ${formatShape(shape)}`,
      );
    }
    return lstmForgetBiasLaw(read.value);
  });
}

/**
 * Fills the bias [4·hidden] of an LSTM, whose gates are in the order i, f, g, o, with `value` for the forget gate and 0
 * elsewhere, and returns it (Jozefowicz et al. 2015). PyTorch's layers add two biases: fill one of them by this function
 * and the other with zeros.
 * @param value finite. Default: 1.
 * @returns `tensor`; `null` as it is, and then nothing is drawn
 * @throws ShapeError if `tensor` has another shape
 * @throws ArgumentError if `value` is not finite
 * @throws DTypeError if the dtype is not a floating dtype
 * @example
 * ```ts
 * import { init, zeros } from 'initree';
 * console.log(init.lstmForgetBias_(zeros([8])).tolist()); // [ 0, 0, 1, 1, 0, 0, 0, 0 ]
 * ```
 */
export function lstmForgetBias_<T extends Tensor | null>(tensor: T, value?: number | ForgetBiasSettings): T {
  const read = readArguments('init.lstmForgetBias_', arguments, { ...FORGET_BIAS, required: ['tensor'] });
  return tensor === null ? tensor : lstmForgetBias(read).fill(tensor);
}
