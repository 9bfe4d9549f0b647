import { ArgumentError, ShapeError } from '../errors.js';
import { checkShape, formatShape, type Shape } from '../tensor/Shape.js';

/** Which fan a scale is taken from. `fan_in` keeps the scale of activations, `fan_out` that of gradients. */
export type FanMode = 'fan_in' | 'fan_out';

/**
 * Inputs and outputs of one unit, `[fanIn, fanOut]`, of a weight of shape [out, in, …kernel]:
 * in·∏kernel and out·∏kernel (`torch.nn.init._calculate_fan_in_and_fan_out`).
 * @throws ShapeError for fewer than two dimensions
 */
export function calculateFanInAndFanOut(tensor: { readonly shape: Shape }): [fanIn: number, fanOut: number] {
  const [outputs, inputs, ...kernel] = checkShape(tensor?.shape);
  if (outputs === undefined || inputs === undefined) {
    throw new ShapeError(
      `Fan in and fan out can not be computed for tensor with fewer than 2 dimensions, found ${formatShape(tensor.shape)}; ` +
        'biases usually take init.zeros()',
    );
  }
  const receptiveField = kernel.reduce((product, size) => product * size, 1);
  return [inputs * receptiveField, outputs * receptiveField];
}

/** The fan that `mode` names, whatever its letters' case, as PyTorch reads it. */
export function fanOf(shape: Shape, mode: FanMode): number {
  const found = String(mode).toLowerCase();
  if (found !== 'fan_in' && found !== 'fan_out') {
    throw new ArgumentError(`Mode ${found} not supported, please use one of ['fan_in', 'fan_out']`);
  }
  const [fanIn, fanOut] = calculateFanInAndFanOut({ shape });
  return found === 'fan_in' ? fanIn : fanOut;
}
