// GoogLeNet (Szegedy et al. 2014, https://arxiv.org/abs/1409.4842) as torchvision builds it: blocks of four parallel branches
// with batch normalisation, and two auxiliary classifiers that only training uses.
import { cat, init, nn, type Tensor } from 'initree';
import * as F from 'initree/functional';

interface ConvOptions {
  stride?: number;
  padding?: number;
}

/** A convolution without a bias, batch normalisation and ReLU. */
class BasicConv2d extends nn.Module {
  conv: nn.Conv2d;
  bn: nn.BatchNorm2d;

  constructor(inChannels: number, outChannels: number, kernelSize: number, options: ConvOptions = {}) {
    super();
    this.conv = new nn.Conv2d(inChannels, outChannels, kernelSize, { ...options, bias: false });
    this.bn = new nn.BatchNorm2d(outChannels, { eps: 0.001 });
  }

  override forward(x: Tensor): Tensor {
    return F.relu(this.bn.forward(this.conv.forward(x)));
  }
}

/** Four branches whose channels are joined. As in torchvision, the third one has kernels of size 3 and not 5. */
export class Inception extends nn.Module {
  branch1: BasicConv2d;
  branch2: nn.Sequential;
  branch3: nn.Sequential;
  branch4: nn.Sequential;

  /**
   * @param single channels of the first branch
   * @param second channels of the two convolutions of the second branch, and `third` of the third one
   * @param pooled channels of the fourth branch, behind its pooling
   */
  constructor(
    inChannels: number,
    single: number,
    second: readonly [number, number],
    third: readonly [number, number],
    pooled: number,
  ) {
    super();
    const pair = ([reduced, out]: readonly [number, number]) =>
      new nn.Sequential(new BasicConv2d(inChannels, reduced, 1), new BasicConv2d(reduced, out, 3, { padding: 1 }));
    this.branch1 = new BasicConv2d(inChannels, single, 1);
    this.branch2 = pair(second);
    this.branch3 = pair(third);
    this.branch4 = new nn.Sequential(
      new nn.MaxPool2d(3, { stride: 1, padding: 1, ceilMode: true }),
      new BasicConv2d(inChannels, pooled, 1),
    );
  }

  override forward(x: Tensor): Tensor {
    const branches = [this.branch1, this.branch2, this.branch3, this.branch4];
    return cat(
      branches.map((branch) => branch.forward(x)),
      1,
    );
  }
}

/** A classifier of an inner layer, whose loss training adds to that of the output. */
class InceptionAux extends nn.Module {
  conv: BasicConv2d;
  fc1: nn.Linear;
  fc2: nn.Linear;
  dropout: nn.Dropout;

  constructor(inChannels: number, numClasses: number, dropout: number) {
    super();
    this.conv = new BasicConv2d(inChannels, 128, 1);
    this.fc1 = new nn.Linear(2048, 1024);
    this.fc2 = new nn.Linear(1024, numClasses);
    this.dropout = new nn.Dropout(dropout);
  }

  override forward(x: Tensor): Tensor {
    x = this.conv.forward(F.adaptiveAvgPool2d(x, [4, 4])).flatten(1);
    return this.fc2.forward(this.dropout.forward(F.relu(this.fc1.forward(x))));
  }
}

export interface GoogLeNetOptions {
  /** Number of logits. Default: 1000. */
  numClasses?: number;
  /** Whether there are auxiliary classifiers. Default: true. */
  auxLogits?: boolean;
  /** Share of the features dropped before the classifier. Default: 0.2. */
  dropout?: number;
  /** The same in the auxiliary classifiers. Default: 0.7. */
  dropoutAux?: number;
}

export class GoogLeNet extends nn.Module {
  conv1 = new BasicConv2d(3, 64, 7, { stride: 2, padding: 3 });
  maxpool1 = new nn.MaxPool2d(3, { stride: 2, ceilMode: true });
  conv2 = new BasicConv2d(64, 64, 1);
  conv3 = new BasicConv2d(64, 192, 3, { padding: 1 });
  maxpool2 = new nn.MaxPool2d(3, { stride: 2, ceilMode: true });
  inception3a = new Inception(192, 64, [96, 128], [16, 32], 32);
  inception3b = new Inception(256, 128, [128, 192], [32, 96], 64);
  maxpool3 = new nn.MaxPool2d(3, { stride: 2, ceilMode: true });
  inception4a = new Inception(480, 192, [96, 208], [16, 48], 64);
  inception4b = new Inception(512, 160, [112, 224], [24, 64], 64);
  inception4c = new Inception(512, 128, [128, 256], [24, 64], 64);
  inception4d = new Inception(512, 112, [144, 288], [32, 64], 64);
  inception4e = new Inception(528, 256, [160, 320], [32, 128], 128);
  maxpool4 = new nn.MaxPool2d(2, { stride: 2, ceilMode: true });
  inception5a = new Inception(832, 256, [160, 320], [32, 128], 128);
  inception5b = new Inception(832, 384, [192, 384], [48, 128], 128);
  aux1: InceptionAux | null;
  aux2: InceptionAux | null;
  avgpool = new nn.AdaptiveAvgPool2d([1, 1]);
  dropout: nn.Dropout;
  fc: nn.Linear;

  constructor({ numClasses = 1000, auxLogits = true, dropout = 0.2, dropoutAux = 0.7 }: GoogLeNetOptions = {}) {
    super();
    this.aux1 = auxLogits ? new InceptionAux(512, numClasses, dropoutAux) : null;
    this.aux2 = auxLogits ? new InceptionAux(528, numClasses, dropoutAux) : null;
    this.dropout = new nn.Dropout(dropout);
    this.fc = new nn.Linear(1024, numClasses);

    for (const m of this.modules()) {
      // The bounds are absolute: they cut nothing.
      if (m instanceof nn.Conv2d || m instanceof nn.Linear) init.truncNormal_(m.weight, 0, 0.01, -2, 2);
    }
  }

  /**
   * @param x [N, 3, H, W], at least 15×15 → [N, numClasses]; in training with auxiliary classifiers, the logits and those of
   *   `aux2` and `aux1`
   */
  override forward(x: Tensor): Tensor | [logits: Tensor, aux2: Tensor, aux1: Tensor] {
    const { training, aux1, aux2 } = this;
    x = this.maxpool1.forward(this.conv1.forward(x));
    x = this.maxpool2.forward(this.conv3.forward(this.conv2.forward(x)));
    x = this.maxpool3.forward(this.inception3b.forward(this.inception3a.forward(x)));
    const early = this.inception4a.forward(x);
    const late = this.inception4d.forward(this.inception4c.forward(this.inception4b.forward(early)));
    x = this.maxpool4.forward(this.inception4e.forward(late));
    x = this.avgpool.forward(this.inception5b.forward(this.inception5a.forward(x)));
    const logits = this.fc.forward(this.dropout.forward(x.flatten(1)));
    return training && aux1 && aux2 ? [logits, aux2.forward(late), aux1.forward(early)] : logits;
  }
}

export const googlenet = (options?: GoogLeNetOptions) => new GoogLeNet(options);
