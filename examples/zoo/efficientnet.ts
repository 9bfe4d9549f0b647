// EfficientNet-B0 (Tan & Le 2019, https://arxiv.org/abs/1905.11946) as torchvision builds it: inverted residuals whose
// channels are weighted by squeeze and excitation, dropped at random in training.
import { init, nn, type Tensor } from 'initree';
import { Conv2dNormActivation } from './Conv2dNormActivation.js';
import { SqueezeExcitation } from './SqueezeExcitation.js';
import { StochasticDepth } from './StochasticDepth.js';

/** Expansion, kernel, stride of the first block, channels in and out, and blocks, stage by stage. */
const STAGES = [
  [1, 3, 1, 32, 16, 1],
  [6, 3, 2, 16, 24, 2],
  [6, 5, 2, 24, 40, 2],
  [6, 3, 2, 40, 80, 3],
  [6, 5, 1, 80, 112, 3],
  [6, 5, 2, 112, 192, 4],
  [6, 3, 1, 192, 320, 1],
] as const;

/** Expansion, depthwise convolution, squeeze and excitation, projection, beside a shortcut where sizes are equal. */
export class MBConv extends nn.Module {
  static override readonly stateNames = { stochasticDepth: 'stochastic_depth' };
  block = new nn.Sequential();
  stochasticDepth: StochasticDepth;
  private readonly isResidual: boolean;

  constructor(
    expansion: number,
    kernelSize: number,
    stride: number,
    inChannels: number,
    outChannels: number,
    dropProbability: number,
  ) {
    super();
    this.isResidual = stride === 1 && inChannels === outChannels;
    const hidden = inChannels * expansion;
    if (expansion !== 1) {
      this.block.append(
        new Conv2dNormActivation(inChannels, hidden, 1, { activation: new nn.SiLU({ inplace: true }) }),
      );
    }
    this.block.extend([
      new Conv2dNormActivation(hidden, hidden, kernelSize, {
        stride,
        groups: hidden,
        activation: new nn.SiLU({ inplace: true }),
      }),
      new SqueezeExcitation(hidden, Math.floor(inChannels / 4), { activation: new nn.SiLU({ inplace: true }) }),
      new Conv2dNormActivation(hidden, outChannels, 1),
    ]);
    this.stochasticDepth = new StochasticDepth(dropProbability);
  }

  override forward(x: Tensor): Tensor {
    const out = this.block.forward(x);
    return this.isResidual ? this.stochasticDepth.forward(out).add(x) : out;
  }
}

export interface EfficientNetOptions {
  /** Number of logits. Default: 1000. */
  numClasses?: number;
  /** Share of the features dropped before the classifier. Default: 0.2. */
  dropout?: number;
  /** Probability that training drops the last block for a sample; earlier blocks in proportion. Default: 0.2. */
  stochasticDepth?: number;
}

export class EfficientNet extends nn.Module {
  features = new nn.Sequential(
    new Conv2dNormActivation(3, 32, 3, { stride: 2, activation: new nn.SiLU({ inplace: true }) }),
  );
  avgpool = new nn.AdaptiveAvgPool2d(1);
  classifier: nn.Sequential;

  constructor({ numClasses = 1000, dropout = 0.2, stochasticDepth = 0.2 }: EfficientNetOptions = {}) {
    super();
    const total = STAGES.reduce((sum, stage) => sum + stage[5], 0);
    let built = 0;
    for (const [expansion, kernelSize, firstStride, inChannels, outChannels, blocks] of STAGES) {
      const stage = new nn.Sequential();
      for (let i = 0; i < blocks; i++, built++) {
        const [stride, channels] = i === 0 ? [firstStride, inChannels] : [1, outChannels];
        const probability = (stochasticDepth * built) / total;
        stage.append(new MBConv(expansion, kernelSize, stride, channels, outChannels, probability));
      }
      this.features.append(stage);
    }
    this.features.append(new Conv2dNormActivation(320, 1280, 1, { activation: new nn.SiLU({ inplace: true }) }));
    this.classifier = new nn.Sequential(new nn.Dropout(dropout, { inplace: true }), new nn.Linear(1280, numClasses));

    for (const m of this.modules()) {
      if (m instanceof nn.Conv2d) init.kaimingNormal_(m.weight, { mode: 'fan_out' });
      else if (m instanceof nn.Linear) {
        const bound = 1 / Math.sqrt(m.outFeatures);
        init.uniform_(m.weight, -bound, bound);
      }
      if (m instanceof nn.Conv2d || m instanceof nn.Linear) m.bias?.zero_();
    }
  }

  /** @param x [N, 3, H, W] → [N, numClasses] */
  override forward(x: Tensor): Tensor {
    x = this.avgpool.forward(this.features.forward(x));
    return this.classifier.forward(x.flatten(1));
  }
}

export const efficientnetB0 = (options?: EfficientNetOptions) => new EfficientNet(options);
