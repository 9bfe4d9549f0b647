import type { Module } from '../../nn/Module.js';
import { Generator } from '../../random/Generator.js';
import type { Steps } from '../../random/Steps.js';
import { numbersOf } from '../../tensor/Dense.js';
import { randn } from '../../tensor/randomCreation.js';
import { leafGradients } from '../../tensor/Tape.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { copyInputs } from './copyInputs.js';
import type { Measurement } from './Measurement.js';
import { messageOf } from './messageOf.js';
import type { PreparedModel } from './PreparedModel.js';
import { readOutput } from './readOutput.js';

/** The number of random directions. */
const DIRECTIONS = 4;

/** The measured Jacobian, or why it could not be measured. */
export interface MeasuredJacobian {
  /** `null` if no float output depends on a float input. */
  readonly meanSquare: number | null;
  readonly failure: Measurement['failure'];
}

/**
 * The mean squared singular value of the Jacobian of the output with respect to the float inputs, for one row of the output:
 * E‖Jᵀv‖²/E‖v‖² over four random v. Each needs a forward and a backward pass.
 */
export function* measureJacobian(prepared: PreparedModel, inputs: readonly unknown[]): Steps<MeasuredJacobian> {
  const generator = new Generator(0);
  let [pulled, length] = [0, 0];
  for (let direction = 0; direction < DIRECTIONS; direction++) {
    yield;
    prepared.seedNoise();
    let pull: Pull | null;
    try {
      pull = pullBack(prepared.model, inputs, generator);
    } catch (error) {
      // The first pass ended, but a model that changes itself may throw in another one.
      return { meanSquare: null, failure: { path: '', message: `in a pass for the Jacobian: ${messageOf(error)}` } };
    }
    if (pull === null) return { meanSquare: null, failure: null };
    pulled += pull.pulled;
    length += pull.length;
  }
  return { meanSquare: pulled / length, failure: null };
}

interface Pull {
  /** ‖Jᵀv‖². */
  readonly pulled: number;
  /** ‖v‖². */
  readonly length: number;
}

/** Pulls a random v back through a pass; `null` if no float output depends on a float input. */
function pullBack(model: Module, inputs: readonly unknown[], generator: Generator): Pull | null {
  const { copies, tensors } = copyInputs(inputs);
  const [output]: readonly (Tensor | undefined)[] = readOutput(model.forward(...copies)).floats;
  if (!output?.requiresGrad) return null;
  const v = randn(output.shape, { generator }).to(output.dtype);
  const gradients = leafGradients(output, v);
  const reached = tensors.flatMap((tensor) => gradients.get(tensor) ?? []);
  if (reached.length === 0) return null;
  const pulled = reached.reduce((sum, gradient) => sum + sumOfSquares(numbersOf(gradient)), 0);
  return { pulled, length: sumOfSquares(numbersOf(v)) };
}

function sumOfSquares(x: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * x[i];
  return sum;
}
