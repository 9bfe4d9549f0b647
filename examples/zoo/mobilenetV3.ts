// MobileNet V3 (Howard et al. 2019, https://arxiv.org/abs/1905.02244) as torchvision builds it: inverted residuals, some with
// squeeze and excitation, the later ones with hard swish.
import { init, nn, type Tensor } from 'initree';
import { Conv2dNormActivation } from './Conv2dNormActivation.js';
import { SqueezeExcitation } from './SqueezeExcitation.js';

type Activation = 'relu' | 'hardswish';

/** Channels in, kernel, expanded channels, channels out, squeeze and excitation, activation, stride. */
type Block = readonly [number, number, number, number, boolean, Activation, number];

const SMALL: readonly Block[] = [
  [16, 3, 16, 16, true, 'relu', 2],
  [16, 3, 72, 24, false, 'relu', 2],
  [24, 3, 88, 24, false, 'relu', 1],
  [24, 5, 96, 40, true, 'hardswish', 2],
  [40, 5, 240, 40, true, 'hardswish', 1],
  [40, 5, 240, 40, true, 'hardswish', 1],
  [40, 5, 120, 48, true, 'hardswish', 1],
  [48, 5, 144, 48, true, 'hardswish', 1],
  [48, 5, 288, 96, true, 'hardswish', 2],
  [96, 5, 576, 96, true, 'hardswish', 1],
  [96, 5, 576, 96, true, 'hardswish', 1],
];

const LARGE: readonly Block[] = [
  [16, 3, 16, 16, false, 'relu', 1],
  [16, 3, 64, 24, false, 'relu', 2],
  [24, 3, 72, 24, false, 'relu', 1],
  [24, 5, 72, 40, true, 'relu', 2],
  [40, 5, 120, 40, true, 'relu', 1],
  [40, 5, 120, 40, true, 'relu', 1],
  [40, 3, 240, 80, false, 'hardswish', 2],
  [80, 3, 200, 80, false, 'hardswish', 1],
  [80, 3, 184, 80, false, 'hardswish', 1],
  [80, 3, 184, 80, false, 'hardswish', 1],
  [80, 3, 480, 112, true, 'hardswish', 1],
  [112, 3, 672, 112, true, 'hardswish', 1],
  [112, 5, 672, 160, true, 'hardswish', 2],
  [160, 5, 960, 160, true, 'hardswish', 1],
  [160, 5, 960, 160, true, 'hardswish', 1],
];

const NORM = { eps: 0.001, momentum: 0.01 };

const activationOf = (activation: Activation) =>
  activation === 'relu' ? new nn.ReLU({ inplace: true }) : new nn.Hardswish({ inplace: true });

/** The multiple of 8 that is nearest to a number of channels, and not more than a tenth below it. */
function divisibleBy8(channels: number): number {
  const nearest = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return nearest < 0.9 * channels ? nearest + 8 : nearest;
}

class InvertedResidual extends nn.Module {
  block = new nn.Sequential();
  private readonly isResidual: boolean;

  constructor([inChannels, kernelSize, hidden, outChannels, isSqueezed, activation, stride]: Block) {
    super();
    this.isResidual = stride === 1 && inChannels === outChannels;
    if (hidden !== inChannels) {
      this.block.append(
        new Conv2dNormActivation(inChannels, hidden, 1, { activation: activationOf(activation), norm: NORM }),
      );
    }
    this.block.append(
      new Conv2dNormActivation(hidden, hidden, kernelSize, {
        stride,
        groups: hidden,
        activation: activationOf(activation),
        norm: NORM,
      }),
    );
    if (isSqueezed) {
      const squeezed = divisibleBy8(Math.floor(hidden / 4));
      this.block.append(new SqueezeExcitation(hidden, squeezed, { scaleActivation: new nn.Hardsigmoid() }));
    }
    this.block.append(new Conv2dNormActivation(hidden, outChannels, 1, { norm: NORM }));
  }

  override forward(x: Tensor): Tensor {
    const out = this.block.forward(x);
    return this.isResidual ? out.add(x) : out;
  }
}

export interface MobileNetV3Options {
  /** Number of logits. Default: 1000. */
  numClasses?: number;
  /** Share of the features dropped before the last layer. Default: 0.2. */
  dropout?: number;
}

export class MobileNetV3 extends nn.Module {
  features: nn.Sequential;
  avgpool = new nn.AdaptiveAvgPool2d(1);
  classifier: nn.Sequential;

  /** @param lastChannels channels between the two layers of the classifier */
  constructor(
    blocks: readonly Block[],
    lastChannels: number,
    { numClasses = 1000, dropout = 0.2 }: MobileNetV3Options = {},
  ) {
    super();
    const outChannels = blocks[blocks.length - 1][3];
    const features = 6 * outChannels;
    this.features = new nn.Sequential(
      new Conv2dNormActivation(3, blocks[0][0], 3, { stride: 2, activation: activationOf('hardswish'), norm: NORM }),
      ...blocks.map((block) => new InvertedResidual(block)),
      new Conv2dNormActivation(outChannels, features, 1, { activation: activationOf('hardswish'), norm: NORM }),
    );
    this.classifier = new nn.Sequential(
      new nn.Linear(features, lastChannels),
      new nn.Hardswish({ inplace: true }),
      new nn.Dropout(dropout, { inplace: true }),
      new nn.Linear(lastChannels, numClasses),
    );

    for (const m of this.modules()) {
      if (m instanceof nn.Conv2d) init.kaimingNormal_(m.weight, { mode: 'fan_out' });
      else if (m instanceof nn.Linear) init.normal_(m.weight, 0, 0.01);
      if (m instanceof nn.Conv2d || m instanceof nn.Linear) m.bias?.zero_();
    }
  }

  /** @param x [N, 3, H, W] → [N, numClasses] */
  override forward(x: Tensor): Tensor {
    x = this.avgpool.forward(this.features.forward(x));
    return this.classifier.forward(x.flatten(1));
  }
}

export const mobilenetV3Small = (options?: MobileNetV3Options) => new MobileNetV3(SMALL, 1024, options);
export const mobilenetV3Large = (options?: MobileNetV3Options) => new MobileNetV3(LARGE, 1280, options);
