// SqueezeNet 1.1 (Iandola et al. 2016, https://arxiv.org/abs/1602.07360) as torchvision builds it. The final convolution is
// the classifier, and is initialised apart from the others.
import { cat, init, nn, type Tensor } from 'initree';

/** 1×1 convolutions that squeeze the channels, then 1×1 and 3×3 convolutions side by side that expand them. */
export class Fire extends nn.Module {
  static override readonly stateNames = {
    squeezeActivation: 'squeeze_activation',
    expand1x1Activation: 'expand1x1_activation',
    expand3x3Activation: 'expand3x3_activation',
  };
  squeeze: nn.Conv2d;
  squeezeActivation = new nn.ReLU({ inplace: true });
  expand1x1: nn.Conv2d;
  expand1x1Activation = new nn.ReLU({ inplace: true });
  expand3x3: nn.Conv2d;
  expand3x3Activation = new nn.ReLU({ inplace: true });

  constructor(inplanes: number, squeezed: number, expanded1x1: number, expanded3x3: number) {
    super();
    this.squeeze = new nn.Conv2d(inplanes, squeezed, 1);
    this.expand1x1 = new nn.Conv2d(squeezed, expanded1x1, 1);
    this.expand3x3 = new nn.Conv2d(squeezed, expanded3x3, 3, { padding: 1 });
  }

  override forward(x: Tensor): Tensor {
    x = this.squeezeActivation.forward(this.squeeze.forward(x));
    const narrow = this.expand1x1Activation.forward(this.expand1x1.forward(x));
    const wide = this.expand3x3Activation.forward(this.expand3x3.forward(x));
    return cat([narrow, wide], 1);
  }
}

export interface SqueezeNetOptions {
  /** Number of logits. Default: 1000. */
  numClasses?: number;
  /** Share of the activations dropped before the final convolution. Default: 0.5. */
  dropout?: number;
}

export class SqueezeNet extends nn.Module {
  features = new nn.Sequential(
    new nn.Conv2d(3, 64, 3, { stride: 2 }),
    new nn.ReLU({ inplace: true }),
    new nn.MaxPool2d(3, 2, { ceilMode: true }),
    new Fire(64, 16, 64, 64),
    new Fire(128, 16, 64, 64),
    new nn.MaxPool2d(3, 2, { ceilMode: true }),
    new Fire(128, 32, 128, 128),
    new Fire(256, 32, 128, 128),
    new nn.MaxPool2d(3, 2, { ceilMode: true }),
    new Fire(256, 48, 192, 192),
    new Fire(384, 48, 192, 192),
    new Fire(384, 64, 256, 256),
    new Fire(512, 64, 256, 256),
  );
  classifier: nn.Sequential;

  constructor({ numClasses = 1000, dropout = 0.5 }: SqueezeNetOptions = {}) {
    super();
    const finalConv = new nn.Conv2d(512, numClasses, 1);
    this.classifier = new nn.Sequential(
      new nn.Dropout(dropout),
      finalConv,
      new nn.ReLU({ inplace: true }),
      new nn.AdaptiveAvgPool2d([1, 1]),
    );

    for (const m of this.modules()) {
      if (!(m instanceof nn.Conv2d)) continue;
      if (m === finalConv) init.normal_(m.weight, 0, 0.01);
      else init.kaimingUniform_(m.weight);
      m.bias?.zero_();
    }
  }

  /** @param x [N, 3, H, W], at least 17×17 → [N, numClasses] */
  override forward(x: Tensor): Tensor {
    return this.classifier.forward(this.features.forward(x)).flatten(1);
  }
}

export const squeezenet1_1 = (options?: SqueezeNetOptions) => new SqueezeNet(options);
