// AlexNet (Krizhevsky 2014, https://arxiv.org/abs/1404.5997) as torchvision builds it. It keeps the layers' own defaults.
import { nn, type Tensor } from 'initree';

export interface AlexNetOptions {
  /** Number of logits. Default: 1000. */
  numClasses?: number;
  /** Share of the activations dropped before each of the first two Linear layers. Default: 0.5. */
  dropout?: number;
}

export class AlexNet extends nn.Module {
  features = new nn.Sequential(
    new nn.Conv2d(3, 64, 11, { stride: 4, padding: 2 }),
    new nn.ReLU({ inplace: true }),
    new nn.MaxPool2d(3, 2),
    new nn.Conv2d(64, 192, 5, { padding: 2 }),
    new nn.ReLU({ inplace: true }),
    new nn.MaxPool2d(3, 2),
    new nn.Conv2d(192, 384, 3, { padding: 1 }),
    new nn.ReLU({ inplace: true }),
    new nn.Conv2d(384, 256, 3, { padding: 1 }),
    new nn.ReLU({ inplace: true }),
    new nn.Conv2d(256, 256, 3, { padding: 1 }),
    new nn.ReLU({ inplace: true }),
    new nn.MaxPool2d(3, 2),
  );
  avgpool = new nn.AdaptiveAvgPool2d([6, 6]);
  classifier: nn.Sequential;

  constructor({ numClasses = 1000, dropout = 0.5 }: AlexNetOptions = {}) {
    super();
    this.classifier = new nn.Sequential(
      new nn.Dropout(dropout),
      new nn.Linear(256 * 6 * 6, 4096),
      new nn.ReLU({ inplace: true }),
      new nn.Dropout(dropout),
      new nn.Linear(4096, 4096),
      new nn.ReLU({ inplace: true }),
      new nn.Linear(4096, numClasses),
    );
  }

  /** @param x [N, 3, H, W], at least 63×63 → [N, numClasses] */
  override forward(x: Tensor): Tensor {
    x = this.avgpool.forward(this.features.forward(x));
    return this.classifier.forward(x.flatten(1));
  }
}

export const alexnet = (options?: AlexNetOptions) => new AlexNet(options);
