// VGG (Simonyan & Zisserman 2014, https://arxiv.org/abs/1409.1556) as torchvision builds it, without and with batch
// normalisation. The constructor draws the layers' defaults and then initialises all layers again in one pass.
import { init, nn, type Tensor } from 'initree';

export interface VGGOptions {
  /** Number of logits. Default: 1000. */
  numClasses?: number;
  /** Share of the activations dropped after each of the first two Linear layers. Default: 0.5. */
  dropout?: number;
}

/** Channels of the 3×3 convolutions by depth; 'M' is a max-pooling that halves the image. */
const CONFIGURATIONS = {
  11: [64, 'M', 128, 'M', 256, 256, 'M', 512, 512, 'M', 512, 512, 'M'],
  13: [64, 64, 'M', 128, 128, 'M', 256, 256, 'M', 512, 512, 'M', 512, 512, 'M'],
  16: [64, 64, 'M', 128, 128, 'M', 256, 256, 256, 'M', 512, 512, 512, 'M', 512, 512, 512, 'M'],
  19: [64, 64, 'M', 128, 128, 'M', 256, 256, 256, 256, 'M', 512, 512, 512, 512, 'M', 512, 512, 512, 512, 'M'],
} as const;

export class VGG extends nn.Module {
  features: nn.Sequential;
  avgpool = new nn.AdaptiveAvgPool2d([7, 7]);
  classifier: nn.Sequential;

  constructor(depth: keyof typeof CONFIGURATIONS, batchNorm: boolean, options: VGGOptions = {}) {
    super();
    const { numClasses = 1000, dropout = 0.5 } = options;
    this.features = buildFeatures(depth, batchNorm);
    this.classifier = new nn.Sequential(
      new nn.Linear(512 * 7 * 7, 4096),
      new nn.ReLU({ inplace: true }),
      new nn.Dropout(dropout),
      new nn.Linear(4096, 4096),
      new nn.ReLU({ inplace: true }),
      new nn.Dropout(dropout),
      new nn.Linear(4096, numClasses),
    );

    for (const m of this.modules()) {
      if (m instanceof nn.Conv2d) init.kaimingNormal_(m.weight, { mode: 'fan_out', nonlinearity: 'relu' });
      else if (m instanceof nn.Linear) init.normal_(m.weight, 0, 0.01);
      if (m instanceof nn.Conv2d || m instanceof nn.Linear) m.bias?.zero_();
    }
  }

  /** @param x [N, 3, H, W], at least 32×32 → [N, numClasses] */
  override forward(x: Tensor): Tensor {
    x = this.avgpool.forward(this.features.forward(x));
    return this.classifier.forward(x.flatten(1));
  }
}

export const vgg11 = (options?: VGGOptions) => new VGG(11, false, options);
export const vgg11Bn = (options?: VGGOptions) => new VGG(11, true, options);
export const vgg13 = (options?: VGGOptions) => new VGG(13, false, options);
export const vgg13Bn = (options?: VGGOptions) => new VGG(13, true, options);
export const vgg16 = (options?: VGGOptions) => new VGG(16, false, options);
export const vgg16Bn = (options?: VGGOptions) => new VGG(16, true, options);
export const vgg19 = (options?: VGGOptions) => new VGG(19, false, options);
export const vgg19Bn = (options?: VGGOptions) => new VGG(19, true, options);

function buildFeatures(depth: keyof typeof CONFIGURATIONS, batchNorm: boolean): nn.Sequential {
  const features = new nn.Sequential();
  let channels = 3;
  for (const width of CONFIGURATIONS[depth]) {
    if (width === 'M') {
      features.append(new nn.MaxPool2d(2, 2));
      continue;
    }
    features.append(new nn.Conv2d(channels, width, 3, { padding: 1 }));
    if (batchNorm) features.append(new nn.BatchNorm2d(width));
    features.append(new nn.ReLU({ inplace: true }));
    channels = width;
  }
  return features;
}
