import { Generator } from '../../random/Generator.js';
import type { Steps } from '../../random/Steps.js';
import { numbersOf } from '../../tensor/Dense.js';
import { randn } from '../../tensor/randomCreation.js';
import { leafGradients } from '../../tensor/Tape.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { floatTensorsOf } from './chooseLoss.js';
import { copyInputs } from './copyInputs.js';
import type { PreparedModel } from './PreparedModel.js';

/** The number of random directions. */
const DIRECTIONS = 4;

/**
 * The mean squared singular value of the Jacobian of the output with respect to the float inputs, for one row of the output:
 * E‖Jᵀv‖²/E‖v‖² over four random v. Each needs a forward and a backward pass.
 * @returns `null` if no float output depends on a float input
 */
export function* measureJacobian(prepared: PreparedModel, inputs: readonly unknown[]): Steps<number | null> {
  const generator = new Generator(0);
  let [pulled, length] = [0, 0];
  for (let direction = 0; direction < DIRECTIONS; direction++) {
    yield;
    const { copies, tensors } = copyInputs(inputs);
    prepared.seedNoise();
    const [output]: (Tensor | undefined)[] = floatTensorsOf(prepared.model.forward(...copies));
    if (!output?.requiresGrad) return null;
    const v = randn(output.shape, { generator }).to(output.dtype);
    const gradients = leafGradients(output, v);
    const reached = tensors.flatMap((tensor) => gradients.get(tensor) ?? []);
    if (reached.length === 0) return null;
    for (const gradient of reached) pulled += sumOfSquares(numbersOf(gradient));
    length += sumOfSquares(numbersOf(v));
  }
  return pulled / length;
}

function sumOfSquares(x: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * x[i];
  return sum;
}
