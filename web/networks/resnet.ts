import { nn, type Tensor } from 'initree';

/** Two 3×3 convolutions beside a skip connection. */
class BasicBlock extends nn.Module {
  conv1: nn.Conv2d;
  bn1: nn.BatchNorm2d;
  act1: nn.Module;
  conv2: nn.Conv2d;
  bn2: nn.BatchNorm2d;
  act2: nn.Module;

  constructor(channels: number, options: { bias: boolean; activation: new () => nn.Module }) {
    super();
    const { bias, activation: Activation } = options;
    this.conv1 = new nn.Conv2d(channels, channels, 3, { padding: 1, bias });
    this.bn1 = new nn.BatchNorm2d(channels);
    this.act1 = new Activation();
    this.conv2 = new nn.Conv2d(channels, channels, 3, { padding: 1, bias });
    this.bn2 = new nn.BatchNorm2d(channels);
    this.act2 = new Activation();
  }

  override forward(x: Tensor): Tensor {
    let out = this.act1.forward(this.bn1.forward(this.conv1.forward(x)));
    out = this.bn2.forward(this.conv2.forward(out));
    return this.act2.forward(out.add(x));
  }
}

/** A small residual network (He et al. 2016) for ten classes of 32×32 grey images. */
export class ResNet extends nn.Module {
  conv1: nn.Conv2d;
  bn1: nn.BatchNorm2d;
  act1: nn.Module;
  blocks: nn.Sequential;
  avgpool: nn.AdaptiveAvgPool2d;
  fc: nn.Linear;

  constructor(channels: number, blocks: number, options: { bias: boolean; activation: new () => nn.Module }) {
    super();
    const { bias, activation: Activation } = options;
    this.conv1 = new nn.Conv2d(1, channels, 5, { stride: 4, padding: 2, bias });
    this.bn1 = new nn.BatchNorm2d(channels);
    this.act1 = new Activation();
    this.blocks = new nn.Sequential(...Array.from({ length: blocks }, () => new BasicBlock(channels, options)));
    this.avgpool = new nn.AdaptiveAvgPool2d([1, 1]);
    this.fc = new nn.Linear(channels, 10, { bias });
  }

  override forward(x: Tensor): Tensor {
    x = this.act1.forward(this.bn1.forward(this.conv1.forward(x)));
    return this.fc.forward(this.avgpool.forward(this.blocks.forward(x)).flatten(1));
  }
}
