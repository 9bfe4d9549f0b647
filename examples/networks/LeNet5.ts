import { anyOf, definePolicy, init, nn, rule, type Tensor } from 'initree';
import * as F from 'initree/functional';

/** LeNet-5 (LeCun et al. 1998) for ten classes of 32×32 colour images. */
export class LeNet5 extends nn.Module {
  conv1 = new nn.Conv2d(3, 6, 5);
  pool1 = new nn.MaxPool2d(2, 2);
  conv2 = new nn.Conv2d(6, 16, 5);
  pool2 = new nn.MaxPool2d(2, 2);
  fc1 = new nn.Linear(16 * 5 * 5, 120);
  fc2 = new nn.Linear(120, 84);
  fc3 = new nn.Linear(84, 10);

  override forward(x: Tensor): Tensor {
    x = this.pool1.forward(F.relu(this.conv1.forward(x)));
    x = this.pool2.forward(F.relu(this.conv2.forward(x)));
    x = x.view(-1, 16 * 5 * 5);
    x = F.relu(this.fc1.forward(x));
    x = F.relu(this.fc2.forward(x));
    return this.fc3.forward(x);
  }
}

/** The policy that initialises LeNet-5 as the tutorial does. */
export const lenetPolicy = definePolicy('lenet5', [
  rule(nn.Conv2d, { weight: init.xavierNormal(), bias: init.zeros() }),
  rule(nn.BatchNorm2d, { weight: init.ones(), bias: init.zeros() }),
  rule(nn.Linear, { weight: init.normal(0, 0.01), bias: init.zeros() }),
]);

/** A policy that keeps the scale of the signal through ReLU. */
export const kaimingPolicy = definePolicy('kaiming', [
  rule(anyOf(nn.Conv2d, nn.Linear), { weight: init.kaimingNormal({ nonlinearity: 'relu' }), bias: init.zeros() }),
]);

/** Initialises LeNet-5 by hand, in a loop over its modules, as the tutorial does. */
export function initializeByHand(model: nn.Module): void {
  for (const module of model.modules()) {
    if (module instanceof nn.Conv2d) {
      init.xavierNormal_(module.weight);
      if (module.bias) init.zeros_(module.bias);
    } else if (module instanceof nn.BatchNorm2d) {
      if (module.weight) init.ones_(module.weight);
      if (module.bias) init.zeros_(module.bias);
    } else if (module instanceof nn.Linear) {
      init.normal_(module.weight, 0, 0.01);
      if (module.bias) init.zeros_(module.bias);
    }
  }
}
