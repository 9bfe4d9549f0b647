// The small networks in which faults are planted.
import { nn, noGrad, type Tensor } from 'initree';
import * as F from 'initree/functional';

/** Linear layers with an activation behind each but the last. */
export class MLP extends nn.Module {
  layers: nn.ModuleList<nn.Linear>;
  last: nn.Linear;
  readonly activate: (x: Tensor) => Tensor;

  constructor(activate: (x: Tensor) => Tensor, depth: number, width = 256) {
    super();
    this.activate = activate;
    this.layers = new nn.ModuleList(Array.from({ length: depth }, () => new nn.Linear(width, width)));
    this.last = new nn.Linear(width, 10);
  }

  override forward(x: Tensor): Tensor {
    for (const layer of this.layers) x = this.activate(layer.forward(x));
    return this.last.forward(x);
  }
}

/** A network that changes a weight whenever it runs. */
export class ScalingMLP extends MLP {
  override forward(x: Tensor): Tensor {
    noGrad(() => this.layers[2].weight.mul_(3));
    return super.forward(x);
  }
}

/** A residual network of Linear layers with batch normalisation: x + γ·norm(W₂ relu(norm(W₁ x))). */
export class ResidualNet extends nn.Module {
  blocks: nn.ModuleList<ResidualBlock>;
  last: nn.Linear;

  readonly isDoubled: boolean;

  constructor(depth: number, { width = 64, isDoubled = false } = {}) {
    super();
    this.isDoubled = isDoubled;
    this.blocks = new nn.ModuleList(Array.from({ length: depth }, () => new ResidualBlock(width)));
    this.last = new nn.Linear(width, 10);
  }

  override forward(x: Tensor): Tensor {
    for (const block of this.blocks) {
      const sum = block.forward(x);
      x = this.isDoubled ? sum.add(x) : sum;
    }
    return this.last.forward(x);
  }
}

export class ResidualBlock extends nn.Module {
  fc1: nn.Linear;
  bn1: nn.BatchNorm1d;
  fc2: nn.Linear;
  bn2: nn.BatchNorm1d;

  constructor(width: number) {
    super();
    this.fc1 = new nn.Linear(width, width, { bias: false });
    this.bn1 = new nn.BatchNorm1d(width);
    this.fc2 = new nn.Linear(width, width, { bias: false });
    this.bn2 = new nn.BatchNorm1d(width);
  }

  override forward(x: Tensor): Tensor {
    const hidden = F.relu(this.bn1.forward(this.fc1.forward(x)));
    return x.add(this.bn2.forward(this.fc2.forward(hidden)));
  }
}

/** Convolutions with ReLU, wider and wider, then an average and a last layer. */
export class ConvNet extends nn.Module {
  conv1 = new nn.Conv2d(3, 32, 3, { padding: 1 });
  conv2 = new nn.Conv2d(32, 64, 3, { padding: 1, stride: 2 });
  conv3 = new nn.Conv2d(64, 128, 3, { padding: 1 });
  conv4 = new nn.Conv2d(128, 512, 3, { padding: 1, stride: 2 });
  last = new nn.Linear(512, 10);

  override forward(x: Tensor): Tensor {
    for (const conv of [this.conv1, this.conv2, this.conv3, this.conv4]) x = F.relu(conv.forward(x));
    return this.last.forward(x.mean([2, 3]));
  }
}

/** Transposed convolutions with ReLU, as in a generator. */
export class Generator extends nn.Module {
  up1 = new nn.ConvTranspose2d(432, 144, 3, { padding: 1, bias: false });
  up2 = new nn.ConvTranspose2d(144, 48, 3, { padding: 1, bias: false });
  up3 = new nn.ConvTranspose2d(48, 16, 3, { padding: 1, bias: false });
  up4 = new nn.ConvTranspose2d(16, 3, 3, { padding: 1, bias: false });

  override forward(x: Tensor): Tensor {
    for (const up of [this.up1, this.up2, this.up3]) x = F.relu(up.forward(x));
    return this.up4.forward(x);
  }
}

/** A small language model: embedding, pre-norm Transformer blocks, and a head. */
export class Transformer extends nn.Module {
  embed: nn.Embedding;
  blocks: nn.ModuleList<TransformerBlock>;
  norm: nn.LayerNorm;
  head: nn.Linear;

  constructor(blocks = 2, width = 64, words = 50) {
    super();
    this.embed = new nn.Embedding(words, width);
    this.blocks = new nn.ModuleList(Array.from({ length: blocks }, () => new TransformerBlock(width)));
    this.norm = new nn.LayerNorm(width);
    this.head = new nn.Linear(width, words, { bias: false });
  }

  override forward(words: Tensor): Tensor {
    let x = this.embed.forward(words);
    for (const block of this.blocks) x = block.forward(x);
    return this.head.forward(this.norm.forward(x));
  }
}

export class TransformerBlock extends nn.Module {
  norm1: nn.LayerNorm;
  query: nn.Linear;
  key: nn.Linear;
  value: nn.Linear;
  project: nn.Linear;
  norm2: nn.LayerNorm;
  up: nn.Linear;
  down: nn.Linear;

  constructor(width: number) {
    super();
    this.norm1 = new nn.LayerNorm(width);
    this.query = new nn.Linear(width, width);
    this.key = new nn.Linear(width, width);
    this.value = new nn.Linear(width, width);
    this.project = new nn.Linear(width, width);
    this.norm2 = new nn.LayerNorm(width);
    this.up = new nn.Linear(width, 4 * width);
    this.down = new nn.Linear(4 * width, width);
  }

  override forward(x: Tensor): Tensor {
    const input = this.norm1.forward(x);
    const [query, key, value] = [this.query, this.key, this.value].map((layer) => layer.forward(input));
    const weights = F.softmax(query.matmul(key.transpose(-2, -1)).div(Math.sqrt(x.shape[2])), -1);
    x = x.add(this.project.forward(weights.matmul(value)));
    return x.add(this.down.forward(F.gelu(this.up.forward(this.norm2.forward(x)))));
  }
}

/** An LSTM that reads a sequence, and a last layer that reads its last state. */
export class SequenceClassifier extends nn.Module {
  rnn = new nn.LSTM(16, 32, { batchFirst: true });
  last = new nn.Linear(32, 10);

  override forward(x: Tensor): Tensor {
    const [states] = this.rnn.forward(x);
    return this.last.forward(states.select(1, -1));
  }
}
