import { ArgumentError, describeValue } from '../../errors.js';
import type { Parameter } from '../../nn/Parameter.js';
import { readArguments, type Signature } from '../../readArguments.js';
import { noGrad } from '../../tensor/Tape.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { type LearningRates, readRates, type StepFunction } from './Optimizer.js';

/** Options of {@link sgd}. */
export interface SgdOptions {
  /** One learning rate ≥ 0, or one for each parameter by its state-dict key. Default: 0.001. */
  learningRates?: LearningRates | undefined;
  /** The share of the last step that is added to each step, ≥ 0. Default: 0. */
  momentum?: number | undefined;
}

const SGD: Signature<SgdOptions> = { defaults: { learningRates: 0.001, momentum: 0 } };

/**
 * A step of stochastic gradient descent, as `torch.optim.SGD` takes it without weight decay, dampening and Nesterov's rule. The
 * function keeps the velocity of each parameter between its calls.
 * @param options `learningRates`, `momentum`; see {@link SgdOptions}
 * @throws ArgumentError for a rate or a momentum out of its range
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * import { sgd } from 'initree/probe';
 * const layer = new nn.Linear(2, 1, { bias: false });
 * layer.weight.fill_(1);
 * layer.forward(tensor([[1, 2]])).sum().backward();
 * sgd({ learningRates: 0.25 })(layer.namedParameters());
 * console.log(layer.weight.tolist()); // [ [ 0.75, 0.5 ] ]
 * ```
 */
export function sgd(options?: SgdOptions): StepFunction;
export function sgd(): StepFunction {
  const { learningRates, momentum } = readArguments('sgd', arguments, SGD);
  if (!(momentum >= 0 && momentum < Infinity)) {
    throw new ArgumentError(`momentum of sgd(): expected a finite number ≥ 0, found ${describeValue(momentum)}`);
  }
  const rateOf = readRates('sgd', learningRates);
  const velocities = new Map<Parameter, Tensor>();
  return (parameters) =>
    noGrad(() => {
      for (const [path, parameter] of parameters) {
        const { grad } = parameter;
        if (grad === null) continue;
        const step = momentum === 0 ? grad : accelerate(parameter, grad);
        parameter.sub_(step, { alpha: rateOf(path) });
      }
    });

  /** The velocity of a parameter after a gradient. */
  function accelerate(parameter: Parameter, grad: Tensor): Tensor {
    const velocity = velocities.get(parameter)?.mul_(momentum).add_(grad) ?? grad.detach().clone();
    velocities.set(parameter, velocity);
    return velocity;
  }
}
