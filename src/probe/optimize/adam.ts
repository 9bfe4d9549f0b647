import { ArgumentError, describeValue, formatList } from '../../errors.js';
import type { Parameter } from '../../nn/Parameter.js';
import { readArguments, type Signature } from '../../readArguments.js';
import { noGrad } from '../../tensor/Tape.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { type LearningRates, readRates, type StepFunction } from './Optimizer.js';

/** Options of {@link adam}. */
export interface AdamOptions {
  /** One learning rate ≥ 0, or one for each parameter by its state-dict key. Default: 0.001. */
  learningRates?: LearningRates | undefined;
  /** The decay of the mean of the gradients, and of that of their squares, in [0, 1). Default: [0.9, 0.999]. */
  betas?: readonly [number, number] | undefined;
  /** What is added to the root of the mean square, ≥ 0. Default: 1e-8. */
  eps?: number | undefined;
}

const ADAM: Signature<AdamOptions> = { defaults: { learningRates: 0.001, betas: [0.9, 0.999], eps: 1e-8 } };

interface State {
  readonly mean: Tensor;
  readonly meanSquare: Tensor;
  steps: number;
}

/**
 * A step of Adam (Kingma & Ba 2014), as `torch.optim.Adam` takes it without weight decay. The function keeps the means of the
 * gradients of each parameter between its calls.
 * @param options `learningRates`, `betas`, `eps`; see {@link AdamOptions}
 * @throws ArgumentError for a rate, a decay or `eps` out of its range
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * import { adam } from 'initree/probe';
 * const layer = new nn.Linear(2, 1, { bias: false });
 * layer.weight.fill_(1);
 * layer.forward(tensor([[1, -20]])).sum().backward();
 * adam({ learningRates: 0.25 })(layer.namedParameters());
 * console.log(layer.weight.tolist()); // [ [ 0.75, 1.25 ] ]
 * ```
 */
export function adam(options?: AdamOptions): StepFunction;
export function adam(): StepFunction {
  const { learningRates, betas, eps } = readArguments('adam', arguments, ADAM);
  const isDecay = (beta: unknown) => typeof beta === 'number' && beta >= 0 && beta < 1;
  if (!Array.isArray(betas) || betas.length !== 2 || !betas.every(isDecay)) {
    throw new ArgumentError(
      `betas of adam(): expected two numbers in [0, 1), found ${Array.isArray(betas) ? formatList(betas) : describeValue(betas)}`,
    );
  }
  if (!(eps >= 0 && eps < Infinity)) {
    throw new ArgumentError(`eps of adam(): expected a finite number ≥ 0, found ${describeValue(eps)}`);
  }
  const rateOf = readRates('adam', learningRates);
  const [beta1, beta2] = betas as readonly [number, number];
  const states = new Map<Parameter, State>();
  return (parameters) =>
    noGrad(() => {
      for (const [path, parameter] of parameters) {
        const { grad } = parameter;
        if (grad === null) continue;
        const state = states.get(parameter) ?? { mean: zerosLike(grad), meanSquare: zerosLike(grad), steps: 0 };
        states.set(parameter, state);
        state.steps++;
        state.mean.add_(grad.sub(state.mean).mul(1 - beta1));
        state.meanSquare.mul_(beta2).add_(grad.mul(grad).mul(1 - beta2));
        const size = rateOf(path) / (1 - beta1 ** state.steps);
        const root = state.meanSquare.sqrt().div(Math.sqrt(1 - beta2 ** state.steps));
        parameter.sub_(state.mean.mul(size).div(root.add(eps)));
      }
    });
}

const zerosLike = (tensor: Tensor): Tensor => tensor.detach().clone().zero_();
