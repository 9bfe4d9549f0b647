import { ShapeError } from '../../errors.js';
import { createNumbers, type Numbers } from '../../numerics/numbers.js';
import { broadcastNumbers } from '../../tensor/broadcast.js';
import { type Dense, denseOf, numbersOf } from '../../tensor/Dense.js';
import { reduceTo } from '../../tensor/elementwise.js';
import { promoteOperands } from '../../tensor/promote.js';
import { broadcastShapes, equalShapes, formatShape, type Shape } from '../../tensor/Shape.js';
import { record, type Tensor } from '../../tensor/Tensor.js';
import { checkTensors } from './checkTensors.js';
import { floatDtype } from './floatDtype.js';
import { checkReduction, type Reduction } from './reduction.js';

/** A function of an element x, its target t, and the weight p of positive targets. */
type Term = (x: number, t: number, p: number) => number;

/** How a loss compares an element with its target. */
export interface ElementLoss {
  /** PyTorch's name of the gradient, without `Backward0`. */
  readonly name: string;
  readonly value: Term;
  /** The derivative with respect to x. */
  readonly byInput: Term;
  /** The derivative with respect to t. Default: −byInput. */
  readonly byTarget?: Term;
}

/** The reduction and the weights of a loss. The weights broadcast to the shape of the input and get no gradient. */
export interface ElementLossSettings {
  readonly reduction?: Reduction | undefined;
  /** Factor of each element's loss. Default: none. */
  readonly weight?: Tensor | null | undefined;
  /** The p of the terms. Default: 1. */
  readonly posWeight?: Tensor | null | undefined;
}

/** Compares two tensors, broadcast together, element by element, and reduces the losses. */
export function elementLoss(
  input: Tensor,
  target: Tensor,
  { reduction = 'mean', weight = null, posWeight = null }: ElementLossSettings,
  { name, value, byInput, byTarget = (x, t, p) => -byInput(x, t, p) }: ElementLoss,
): Tensor {
  checkReduction(reduction);
  checkTensors(name, { input, target }, { weight, posWeight });
  floatDtype(name, input);
  const dtype = promoteOperands(input, target);
  const shape = broadcastShapes(input.shape, target.shape);
  const x = broadcastNumbers(input, shape);
  const t = broadcastNumbers(target, shape);
  const w = weight && spreadOver(shape, weight);
  const p = posWeight && spreadOver(shape, posWeight);
  const each = createNumbers(dtype, reduction === 'none' ? x.length : 0);
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    const loss = value(x[i], t[i], p ? p[i] : 1) * (w ? w[i] : 1);
    if (reduction === 'none') each[i] = loss;
    else sum += loss;
  }
  const divisor = reduction === 'mean' ? x.length : 1;
  const result = reduction === 'none' ? denseOf(each, shape, dtype) : denseOf([sum / divisor], [], dtype);
  return record(`${name}Backward0`, [input, target], result, (g) => {
    const gradient = numbersOf(g);
    const gradientOf = (operand: Tensor, derivative: Term): Dense | null => {
      if (!operand.requiresGrad) return null;
      const out = createNumbers(dtype, x.length);
      for (let i = 0; i < out.length; i++) {
        const share = reduction === 'none' ? gradient[i] : gradient[0] / divisor;
        out[i] = derivative(x[i], t[i], p ? p[i] : 1) * (w ? w[i] : 1) * share;
      }
      return reduceTo(denseOf(out, shape, dtype), operand);
    };
    return [gradientOf(input, byInput), gradientOf(target, byTarget)];
  });
}

/** PyTorch's name of the last step of a loss that it composes of simpler operations. */
export function lastStep(reduction: Reduction | undefined, each: string): string {
  return reduction === 'none' ? each : reduction === 'sum' ? 'Sum' : 'Mean';
}

function spreadOver(shape: Shape, weight: Tensor): Numbers {
  const common = broadcastShapes(shape, weight.shape);
  if (equalShapes(common, shape)) return broadcastNumbers(weight, shape);
  throw new ShapeError(
    `output with shape ${formatShape(shape)} doesn't match the broadcast shape ${formatShape(common)}: the weight ` +
      `${formatShape(weight.shape)} must broadcast to the input's shape`,
  );
}
