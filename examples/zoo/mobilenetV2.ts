// MobileNet V2 (Sandler et al. 2018, https://arxiv.org/abs/1801.04381) as torchvision builds it: depthwise convolutions
// between a widening and a narrowing 1×1 convolution.
import { init, nn, type Tensor } from 'initree';
import * as F from 'initree/functional';
import { Conv2dNormActivation } from './Conv2dNormActivation.js';

/** Expansion, channels, blocks and the stride of the first block, stage by stage. */
const STAGES = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

export class InvertedResidual extends nn.Module {
  conv = new nn.Sequential();
  private readonly isResidual: boolean;

  constructor(inChannels: number, outChannels: number, stride: number, expansion: number) {
    super();
    this.isResidual = stride === 1 && inChannels === outChannels;
    const hidden = inChannels * expansion;
    if (expansion !== 1) {
      this.conv.append(
        new Conv2dNormActivation(inChannels, hidden, 1, { activation: new nn.ReLU6({ inplace: true }) }),
      );
    }
    this.conv.extend([
      new Conv2dNormActivation(hidden, hidden, 3, {
        stride,
        groups: hidden,
        activation: new nn.ReLU6({ inplace: true }),
      }),
      new nn.Conv2d(hidden, outChannels, 1, { bias: false }),
      new nn.BatchNorm2d(outChannels),
    ]);
  }

  override forward(x: Tensor): Tensor {
    const out = this.conv.forward(x);
    return this.isResidual ? x.add(out) : out;
  }
}

export interface MobileNetV2Options {
  /** Number of logits. Default: 1000. */
  numClasses?: number;
  /** Share of the features dropped before the classifier. Default: 0.2. */
  dropout?: number;
}

export class MobileNetV2 extends nn.Module {
  features = new nn.Sequential(
    new Conv2dNormActivation(3, 32, 3, { stride: 2, activation: new nn.ReLU6({ inplace: true }) }),
  );
  classifier: nn.Sequential;

  constructor({ numClasses = 1000, dropout = 0.2 }: MobileNetV2Options = {}) {
    super();
    let channels = 32;
    for (const [expansion, outChannels, blocks, firstStride] of STAGES) {
      for (let i = 0; i < blocks; i++) {
        this.features.append(new InvertedResidual(channels, outChannels, i === 0 ? firstStride : 1, expansion));
        channels = outChannels;
      }
    }
    this.features.append(new Conv2dNormActivation(channels, 1280, 1, { activation: new nn.ReLU6({ inplace: true }) }));
    this.classifier = new nn.Sequential(new nn.Dropout(dropout), new nn.Linear(1280, numClasses));

    for (const m of this.modules()) {
      // fan_out counts the channels of all groups, which makes depthwise weights small.
      if (m instanceof nn.Conv2d) init.kaimingNormal_(m.weight, { mode: 'fan_out' });
      else if (m instanceof nn.Linear) init.normal_(m.weight, 0, 0.01);
      if (m instanceof nn.Conv2d || m instanceof nn.Linear) m.bias?.zero_();
    }
  }

  /** @param x [N, 3, H, W] → [N, numClasses] */
  override forward(x: Tensor): Tensor {
    x = F.adaptiveAvgPool2d(this.features.forward(x), [1, 1]);
    return this.classifier.forward(x.flatten(1));
  }
}

export const mobilenetV2 = (options?: MobileNetV2Options) => new MobileNetV2(options);
