import type { nn } from 'initree';

/** Stochastic gradient descent with momentum, as `torch.optim.SGD`: v = momentum·v + g, p −= learningRate·v. */
export function createSgd(model: nn.Module, learningRate: number, momentum = 0) {
  const parameters = [...model.parameters()];
  const velocities = parameters.map((parameter) => parameter.detach().clone().zero_());
  return {
    step() {
      parameters.forEach((parameter, i) => {
        if (parameter.grad === null) return;
        velocities[i].mul_(momentum).add_(parameter.grad);
        parameter.sub_(velocities[i].mul(learningRate));
      });
      model.zeroGrad();
    },
  };
}
