import { ShapeError } from '../errors.js';
import { normalLaw } from '../laws/normal.js';
import { uniformLaw } from '../laws/uniform.js';
import { checkFinite } from '../numerics/checkNumber.js';
import type { DrawOptions } from '../random/DrawOptions.js';
import { formatShape, type Shape } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import { calculateFanInAndFanOut } from './fan.js';
import { defineInitializer, type Initializer } from './Initializer.js';

/** U(−a, a) with a = gain·√(6 / (fanIn + fanOut)). */
export function xavierUniform(gain = 1): Initializer {
  return defineInitializer('xavierUniform', { gain }, (shape) => {
    const bound = Math.sqrt(3) * xavierStd('xavierUniform', shape, gain);
    return uniformLaw(-bound, bound);
  });
}

/** N(0, std²) with std = gain·√(2 / (fanIn + fanOut)). */
export function xavierNormal(gain = 1): Initializer {
  return defineInitializer('xavierNormal', { gain }, (shape) => normalLaw(0, xavierStd('xavierNormal', shape, gain)));
}

/**
 * Fills `tensor` with U(−a, a), a = gain·√(6 / (fanIn + fanOut)) (`torch.nn.init.xavier_uniform_`; Glorot & Bengio 2010).
 * @param tensor two or more dimensions, [out, in, …kernel]
 * @throws ShapeError for fewer than two dimensions, or where both fans are 0
 */
export function xavierUniform_<T extends Tensor>(tensor: T, gain = 1, options?: DrawOptions): T {
  return xavierUniform(gain).fill(tensor, options);
}

/**
 * Fills `tensor` with N(0, std²), std = gain·√(2 / (fanIn + fanOut)) (`torch.nn.init.xavier_normal_`; Glorot & Bengio
 * 2010).
 * @param tensor two or more dimensions, [out, in, …kernel]
 * @throws ShapeError for fewer than two dimensions, or where both fans are 0
 */
export function xavierNormal_<T extends Tensor>(tensor: T, gain = 1, options?: DrawOptions): T {
  return xavierNormal(gain).fill(tensor, options);
}

function xavierStd(kind: string, shape: Shape, gain: number): number {
  checkFinite('gain', gain);
  const [fanIn, fanOut] = calculateFanInAndFanOut({ shape });
  if (fanIn + fanOut === 0) {
    throw new ShapeError(`${kind} needs a fan-in or fan-out above 0, found none in ${formatShape(shape)}`);
  }
  return gain * Math.sqrt(2 / (fanIn + fanOut));
}
