import { nn, type Tensor } from 'initree';

export interface SqueezeExcitationOptions {
  /** The activation between the two convolutions. Default: ReLU. */
  activation?: nn.Module;
  /** The activation that gives the weights. Default: the sigmoid. */
  scaleActivation?: nn.Module;
}

/**
 * Multiplies every channel by a weight that is computed from the means of all channels (Hu et al. 2017,
 * https://arxiv.org/abs/1709.01507), as `torchvision.ops.SqueezeExcitation`.
 */
export class SqueezeExcitation extends nn.Module {
  static override readonly stateNames = { scaleActivation: 'scale_activation' };
  avgpool = new nn.AdaptiveAvgPool2d(1);
  fc1: nn.Conv2d;
  fc2: nn.Conv2d;
  activation: nn.Module;
  scaleActivation: nn.Module;

  constructor(
    channels: number,
    squeezed: number,
    { activation = new nn.ReLU(), scaleActivation = new nn.Sigmoid() }: SqueezeExcitationOptions = {},
  ) {
    super();
    this.fc1 = new nn.Conv2d(channels, squeezed, 1);
    this.fc2 = new nn.Conv2d(squeezed, channels, 1);
    this.activation = activation;
    this.scaleActivation = scaleActivation;
  }

  /** @param x [N, channels, H, W] → the same shape */
  override forward(x: Tensor): Tensor {
    const squeezed = this.activation.forward(this.fc1.forward(this.avgpool.forward(x))) as Tensor;
    return x.mul(this.scaleActivation.forward(this.fc2.forward(squeezed)) as Tensor);
  }
}
