import { ArgumentError, formatValue, nearestName, ShapeError } from '../errors.js';
import { refuseSurplus } from '../readArguments.js';
import { checkShape, formatShape, type Shape } from '../tensor/Shape.js';

/** The fan that a scale is computed from. `'fan_in'` keeps the scale of activations, `'fan_out'` that of gradients. */
export type FanMode = 'fan_in' | 'fan_out';

/** The beginning of PyTorch's message. */
export const FEW_DIMENSIONS = 'Fan in and fan out can not be computed for tensor with fewer than 2 dimensions';

/**
 * The number of inputs and outputs of one unit, `[fanIn, fanOut]`: in·∏kernel and out·∏kernel
 * (`torch.nn.init._calculate_fan_in_and_fan_out`).
 * @param tensor a weight [out, in, …kernel], or any object that has its `shape`
 * @throws ShapeError for fewer than two dimensions
 * @example
 * ```ts
 * import { init, zeros } from 'initree';
 * console.log(init.calculateFanInAndFanOut(zeros([6, 1, 5, 5]))); // [ 25, 150 ]
 * ```
 */
export function calculateFanInAndFanOut(tensor: { readonly shape: Shape }): [fanIn: number, fanOut: number] {
  refuseSurplus('init.calculateFanInAndFanOut', arguments, ['tensor']);
  const [outputs, inputs, ...kernel] = checkShape(tensor?.shape);
  if (outputs === undefined || inputs === undefined) {
    throw new ShapeError(
      `${FEW_DIMENSIONS}, found ${formatShape(tensor.shape)}; for a bias, init.zeros() is the usual choice`,
    );
  }
  const receptiveField = kernel.reduce((product, size) => product * size, 1);
  return [inputs * receptiveField, outputs * receptiveField];
}

/** The fan that `mode` names. As in PyTorch, upper and lower case are the same. */
export function fanOf(shape: Shape, mode: FanMode): number {
  const found = typeof mode === 'string' ? mode.toLowerCase() : mode;
  if (found !== 'fan_in' && found !== 'fan_out') {
    throw new ArgumentError(
      `Mode ${formatValue(found)} not supported, please use one of ['fan_in', 'fan_out']${suggestion(mode)}`,
    );
  }
  const [fanIn, fanOut] = calculateFanInAndFanOut({ shape });
  return found === 'fan_in' ? fanIn : fanOut;
}

function suggestion(mode: unknown): string {
  const nearest = nearestName(mode, ['fan_in', 'fan_out']);
  return nearest.startsWith('; did you mean') ? nearest : `; found ${formatValue(mode)}`;
}
