import { nn, type Tensor } from 'initree';
import * as F from 'initree/functional';

/** LeNet-5 (LeCun et al. 1998) for ten classes of 32×32 grey images. */
export class LeNet5 extends nn.Module {
  conv1: nn.Conv2d;
  act1: nn.Module;
  conv2: nn.Conv2d;
  act2: nn.Module;
  fc1: nn.Linear;
  act3: nn.Module;
  fc2: nn.Linear;
  act4: nn.Module;
  fc3: nn.Linear;

  constructor(options: { bias: boolean; activation: new () => nn.Module }) {
    super();
    const { bias, activation: Activation } = options;
    this.conv1 = new nn.Conv2d(1, 6, 5, { bias });
    this.act1 = new Activation();
    this.conv2 = new nn.Conv2d(6, 16, 5, { bias });
    this.act2 = new Activation();
    this.fc1 = new nn.Linear(16 * 5 * 5, 120, { bias });
    this.act3 = new Activation();
    this.fc2 = new nn.Linear(120, 84, { bias });
    this.act4 = new Activation();
    this.fc3 = new nn.Linear(84, 10, { bias });
  }

  override forward(x: Tensor): Tensor {
    x = F.maxPool2d(this.act1.forward(this.conv1.forward(x)), 2);
    x = F.maxPool2d(this.act2.forward(this.conv2.forward(x)), 2);
    x = this.act3.forward(this.fc1.forward(x.flatten(1)));
    return this.fc3.forward(this.act4.forward(this.fc2.forward(x)));
  }
}
