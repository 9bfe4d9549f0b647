// ResNet (He et al. 2016, https://arxiv.org/abs/1512.03385) as torchvision builds it: the same state dict keys, and after
// `manualSeed(seed)` the same bits as `torchvision.models.resnet50()` after `torch.manual_seed(seed)`.
import { init, nn, type Tensor } from 'initree';

/** Two 3×3 convolutions with a residual connection: the block of ResNet-18 and ResNet-34. */
export class BasicBlock extends nn.Module {
  static readonly expansion = 1;
  conv1: nn.Conv2d;
  bn1: nn.BatchNorm2d;
  relu = new nn.ReLU({ inplace: true });
  conv2: nn.Conv2d;
  bn2: nn.BatchNorm2d;
  downsample: nn.Sequential | null;

  constructor(inplanes: number, planes: number, stride = 1, downsample: nn.Sequential | null = null) {
    super();
    this.conv1 = conv3x3(inplanes, planes, stride);
    this.bn1 = new nn.BatchNorm2d(planes);
    this.conv2 = conv3x3(planes, planes);
    this.bn2 = new nn.BatchNorm2d(planes);
    this.downsample = downsample;
  }

  override forward(x: Tensor): Tensor {
    let out = this.relu.forward(this.bn1.forward(this.conv1.forward(x)));
    out = this.bn2.forward(this.conv2.forward(out));
    return this.relu.forward(out.add(this.downsample?.forward(x) ?? x));
  }
}

/**
 * 1×1, 3×3 and 1×1 convolutions with a residual connection: the block of ResNet-50 and deeper networks. The 3×3 convolution
 * has the stride, as in torchvision ("ResNet v1.5"). In the paper the first convolution has it.
 */
export class Bottleneck extends nn.Module {
  static readonly expansion = 4;
  conv1: nn.Conv2d;
  bn1: nn.BatchNorm2d;
  conv2: nn.Conv2d;
  bn2: nn.BatchNorm2d;
  conv3: nn.Conv2d;
  bn3: nn.BatchNorm2d;
  relu = new nn.ReLU({ inplace: true });
  downsample: nn.Sequential | null;

  constructor(inplanes: number, planes: number, stride = 1, downsample: nn.Sequential | null = null) {
    super();
    const width = planes * Bottleneck.expansion;
    this.conv1 = conv1x1(inplanes, planes);
    this.bn1 = new nn.BatchNorm2d(planes);
    this.conv2 = conv3x3(planes, planes, stride);
    this.bn2 = new nn.BatchNorm2d(planes);
    this.conv3 = conv1x1(planes, width);
    this.bn3 = new nn.BatchNorm2d(width);
    this.downsample = downsample;
  }

  override forward(x: Tensor): Tensor {
    let out = this.relu.forward(this.bn1.forward(this.conv1.forward(x)));
    out = this.relu.forward(this.bn2.forward(this.conv2.forward(out)));
    out = this.bn3.forward(this.conv3.forward(out));
    return this.relu.forward(out.add(this.downsample?.forward(x) ?? x));
  }
}

export interface ResNetOptions {
  /** Number of logits. Default: 1000. */
  numClasses?: number;
  /** Whether every residual branch starts as zero, so that each block is the identity at first. Default: false. */
  zeroInitResidual?: boolean;
}

export class ResNet extends nn.Module {
  conv1 = new nn.Conv2d(3, 64, 7, { stride: 2, padding: 3, bias: false });
  bn1 = new nn.BatchNorm2d(64);
  relu = new nn.ReLU({ inplace: true });
  maxpool = new nn.MaxPool2d(3, 2, { padding: 1 });
  layer1: nn.Sequential;
  layer2: nn.Sequential;
  layer3: nn.Sequential;
  layer4: nn.Sequential;
  avgpool = new nn.AdaptiveAvgPool2d([1, 1]);
  fc: nn.Linear;

  /** @param layers number of blocks of each of the four stages */
  constructor(
    Block: typeof BasicBlock | typeof Bottleneck,
    layers: readonly [number, number, number, number],
    { numClasses = 1000, zeroInitResidual = false }: ResNetOptions = {},
  ) {
    super();
    let inplanes = 64;
    const stage = (planes: number, blocks: number, firstStride: number): nn.Sequential => {
      const outplanes = planes * Block.expansion;
      const built: nn.Module[] = [];
      for (let i = 0; i < blocks; i++) {
        const stride = i === 0 ? firstStride : 1;
        const downsample =
          stride !== 1 || inplanes !== outplanes
            ? new nn.Sequential(conv1x1(inplanes, outplanes, stride), new nn.BatchNorm2d(outplanes))
            : null;
        built.push(new Block(inplanes, planes, stride, downsample));
        inplanes = outplanes;
      }
      return new nn.Sequential(...built);
    };
    this.layer1 = stage(64, layers[0], 1);
    this.layer2 = stage(128, layers[1], 2);
    this.layer3 = stage(256, layers[2], 2);
    this.layer4 = stage(512, layers[3], 2);
    this.fc = new nn.Linear(inplanes, numClasses);

    for (const m of this.modules()) {
      if (m instanceof nn.Conv2d) init.kaimingNormal_(m.weight, { mode: 'fan_out', nonlinearity: 'relu' });
    }
    if (zeroInitResidual) {
      for (const m of this.modules()) {
        if (m instanceof Bottleneck) m.bn3.weight?.zero_();
        else if (m instanceof BasicBlock) m.bn2.weight?.zero_();
      }
    }
  }

  /** @param x [N, 3, H, W] → [N, numClasses] */
  override forward(x: Tensor): Tensor {
    x = this.maxpool.forward(this.relu.forward(this.bn1.forward(this.conv1.forward(x))));
    x = this.layer1.forward(x);
    x = this.layer2.forward(x);
    x = this.layer3.forward(x);
    x = this.avgpool.forward(this.layer4.forward(x));
    return this.fc.forward(x.flatten(1));
  }
}

export const resnet18 = (options?: ResNetOptions) => new ResNet(BasicBlock, [2, 2, 2, 2], options);
export const resnet34 = (options?: ResNetOptions) => new ResNet(BasicBlock, [3, 4, 6, 3], options);
export const resnet50 = (options?: ResNetOptions) => new ResNet(Bottleneck, [3, 4, 6, 3], options);
export const resnet101 = (options?: ResNetOptions) => new ResNet(Bottleneck, [3, 4, 23, 3], options);

function conv3x3(inplanes: number, planes: number, stride = 1): nn.Conv2d {
  return new nn.Conv2d(inplanes, planes, 3, { stride, padding: 1, bias: false });
}

function conv1x1(inplanes: number, planes: number, stride = 1): nn.Conv2d {
  return new nn.Conv2d(inplanes, planes, 1, { stride, bias: false });
}
