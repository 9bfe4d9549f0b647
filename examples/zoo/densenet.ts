// DenseNet-121 (Huang et al. 2016, https://arxiv.org/abs/1608.06993) as torchvision builds it: every layer of a block receives
// the outputs of all layers before it.
import { cat, init, nn, type Tensor } from 'initree';
import * as F from 'initree/functional';

/** The number of channels that every layer adds. */
const GROWTH_RATE = 32;
/** Channels between the two convolutions of a layer. */
const BOTTLENECK = 4 * GROWTH_RATE;

class DenseLayer extends nn.Module {
  norm1: nn.BatchNorm2d;
  relu1: nn.ReLU;
  conv1: nn.Conv2d;
  norm2: nn.BatchNorm2d;
  relu2: nn.ReLU;
  conv2: nn.Conv2d;

  constructor(channels: number) {
    super();
    this.norm1 = new nn.BatchNorm2d(channels);
    this.relu1 = new nn.ReLU({ inplace: true });
    this.conv1 = new nn.Conv2d(channels, BOTTLENECK, 1, { bias: false });
    this.norm2 = new nn.BatchNorm2d(BOTTLENECK);
    this.relu2 = new nn.ReLU({ inplace: true });
    this.conv2 = new nn.Conv2d(BOTTLENECK, GROWTH_RATE, 3, { padding: 1, bias: false });
  }

  override forward(x: Tensor): Tensor {
    x = this.conv1.forward(this.relu1.forward(this.norm1.forward(x)));
    return this.conv2.forward(this.relu2.forward(this.norm2.forward(x)));
  }
}

/** Layers `denselayer1`, `denselayer2`, …, whose outputs are joined with the block's input. */
class DenseBlock extends nn.Module {
  constructor(channels: number, layers: number) {
    super();
    for (let i = 0; i < layers; i++) {
      this.addModule(`denselayer${i + 1}`, new DenseLayer(channels + i * GROWTH_RATE));
    }
  }

  override forward(x: Tensor): Tensor {
    for (const layer of this.children()) x = cat([x, layer.forward(x)], 1);
    return x;
  }
}

/** Half the channels and half the size, between two blocks. */
class Transition extends nn.Sequential {
  constructor(channels: number) {
    super({
      norm: new nn.BatchNorm2d(channels),
      relu: new nn.ReLU({ inplace: true }),
      conv: new nn.Conv2d(channels, channels / 2, 1, { bias: false }),
      pool: new nn.AvgPool2d(2, 2),
    });
  }
}

export interface DenseNetOptions {
  /** Number of logits. Default: 1000. */
  numClasses?: number;
}

export class DenseNet extends nn.Module {
  features = new nn.Sequential({
    conv0: new nn.Conv2d(3, 64, 7, { stride: 2, padding: 3, bias: false }),
    norm0: new nn.BatchNorm2d(64),
    relu0: new nn.ReLU({ inplace: true }),
    pool0: new nn.MaxPool2d(3, 2, { padding: 1 }),
  });
  classifier: nn.Linear;

  /** @param blocks number of layers of each block */
  constructor(blocks: readonly number[], { numClasses = 1000 }: DenseNetOptions = {}) {
    super();
    let channels = 64;
    blocks.forEach((layers, i) => {
      this.features.addModule(`denseblock${i + 1}`, new DenseBlock(channels, layers));
      channels += layers * GROWTH_RATE;
      if (i === blocks.length - 1) return;
      this.features.addModule(`transition${i + 1}`, new Transition(channels));
      channels /= 2;
    });
    this.features.addModule('norm5', new nn.BatchNorm2d(channels));
    this.classifier = new nn.Linear(channels, numClasses);

    for (const m of this.modules()) {
      if (m instanceof nn.Conv2d) init.kaimingNormal_(m.weight);
      else if (m instanceof nn.Linear) m.bias?.zero_();
    }
  }

  /** @param x [N, 3, H, W], at least 29×29 → [N, numClasses] */
  override forward(x: Tensor): Tensor {
    const features = F.relu(this.features.forward(x));
    return this.classifier.forward(F.adaptiveAvgPool2d(features, [1, 1]).flatten(1));
  }
}

export const densenet121 = (options?: DenseNetOptions) => new DenseNet([6, 12, 24, 16], options);
