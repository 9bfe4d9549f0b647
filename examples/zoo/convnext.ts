// ConvNeXt (Liu et al. 2022, https://arxiv.org/abs/2201.03545) as torchvision builds it: a convolutional network with the
// proportions of a vision transformer. The normalisation works on the last dimension, so the channels are moved there and back.
import { full, init, nn, type Tensor } from 'initree';
import { Permute } from './Permute.js';
import { StochasticDepth } from './StochasticDepth.js';

/** Layer normalisation over the channels of [N, C, H, W]. */
class LayerNorm2d extends nn.LayerNorm {
  override forward(x: Tensor): Tensor {
    return super.forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2);
  }
}

/** A wide depthwise convolution, then two linear layers over the channels of each position, with a residual connection. */
export class CNBlock extends nn.Module {
  static override readonly stateNames = { layerScale: 'layer_scale', stochasticDepth: 'stochastic_depth' };
  block: nn.Sequential;
  /** [channels, 1, 1] */
  layerScale: nn.Parameter;
  stochasticDepth: StochasticDepth;

  constructor(channels: number, layerScale: number, dropProbability: number) {
    super();
    this.block = new nn.Sequential(
      new nn.Conv2d(channels, channels, 7, { padding: 3, groups: channels }),
      new Permute([0, 2, 3, 1]),
      new nn.LayerNorm(channels, { eps: 1e-6 }),
      new nn.Linear(channels, 4 * channels),
      new nn.GELU(),
      new nn.Linear(4 * channels, channels),
      new Permute([0, 3, 1, 2]),
    );
    this.layerScale = new nn.Parameter(full([channels, 1, 1], layerScale));
    this.stochasticDepth = new StochasticDepth(dropProbability);
  }

  override forward(x: Tensor): Tensor {
    const branch = this.layerScale.mul(this.block.forward(x));
    return this.stochasticDepth.forward(branch).add(x);
  }
}

export interface ConvNeXtOptions {
  /** Number of logits. Default: 1000. */
  numClasses?: number;
  /** Probability that the last block is left out in training. Default: it grows evenly from 0 at the first. 0. */
  stochasticDepthProb?: number;
  /** The initial factor of each channel of a branch. Default: 1e-6, so that each block is close to the identity at first. */
  layerScale?: number;
}

export class ConvNeXt extends nn.Module {
  features: nn.Sequential;
  avgpool = new nn.AdaptiveAvgPool2d(1);
  classifier: nn.Sequential;

  /** @param stages channels and blocks of each stage; between two of them the image is halved */
  constructor(
    stages: readonly (readonly [channels: number, blocks: number])[],
    { numClasses = 1000, stochasticDepthProb = 0, layerScale = 1e-6 }: ConvNeXtOptions = {},
  ) {
    super();
    const norm = (channels: number) => new LayerNorm2d(channels, { eps: 1e-6 });
    const totalBlocks = stages.reduce((sum, [, blocks]) => sum + blocks, 0);
    const [width] = stages[0];
    this.features = new nn.Sequential(new nn.Sequential(new nn.Conv2d(3, width, 4, { stride: 4 }), norm(width)));
    let built = 0;
    stages.forEach(([channels, blocks], i) => {
      const stage = Array.from(
        { length: blocks },
        () => new CNBlock(channels, layerScale, (stochasticDepthProb * built++) / (totalBlocks - 1)),
      );
      this.features.append(new nn.Sequential(...stage));
      if (i === stages.length - 1) return;
      const [next] = stages[i + 1];
      this.features.append(new nn.Sequential(norm(channels), new nn.Conv2d(channels, next, 2, { stride: 2 })));
    });
    const [last] = stages[stages.length - 1];
    this.classifier = new nn.Sequential(norm(last), new nn.Flatten(1), new nn.Linear(last, numClasses));

    for (const m of this.modules()) {
      if (!(m instanceof nn.Conv2d || m instanceof nn.Linear)) continue;
      init.truncNormal_(m.weight, { std: 0.02 });
      m.bias?.zero_();
    }
  }

  /** @param x [N, 3, H, W], at least 32×32 → [N, numClasses] */
  override forward(x: Tensor): Tensor {
    return this.classifier.forward(this.avgpool.forward(this.features.forward(x)));
  }
}

export const convnextTiny = (options?: ConvNeXtOptions) =>
  new ConvNeXt(
    [
      [96, 3],
      [192, 3],
      [384, 9],
      [768, 3],
    ],
    { stochasticDepthProb: 0.1, ...options },
  );
