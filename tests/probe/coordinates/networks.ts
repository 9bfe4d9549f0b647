import { nn, type Tensor } from 'initree';
import * as F from 'initree/functional';

/** Three layers with ReLU; the input of the last one is multiplied by `multiplier`. */
export class MLP extends nn.Module {
  fc1: nn.Linear;
  fc2: nn.Linear;
  fc3: nn.Linear;
  readonly multiplier: number;

  constructor(width: number, multiplier = 1) {
    super();
    this.fc1 = new nn.Linear(8, width);
    this.fc2 = new nn.Linear(width, width);
    this.fc3 = new nn.Linear(width, 10);
    this.multiplier = multiplier;
  }

  override forward(x: Tensor): Tensor {
    x = F.relu(this.fc1.forward(x));
    x = F.relu(this.fc2.forward(x));
    return this.fc3.forward(x.mul(this.multiplier));
  }
}

/** A transformer of one block, whose attention has logits ∝ 1/width. */
export class Transformer extends nn.Module {
  embedding: nn.Embedding;
  ln1: nn.LayerNorm;
  q: nn.Linear;
  k: nn.Linear;
  v: nn.Linear;
  o: nn.Linear;
  ln2: nn.LayerNorm;
  up: nn.Linear;
  down: nn.Linear;
  ln3: nn.LayerNorm;
  head: nn.Linear;
  readonly width: number;
  readonly multiplier: number;

  constructor(width: number, multiplier = 1) {
    super();
    const linear = (inputs: number, outputs: number) => new nn.Linear(inputs, outputs, { bias: false });
    this.embedding = new nn.Embedding(12, width);
    this.ln1 = new nn.LayerNorm(width);
    this.q = linear(width, width);
    this.k = linear(width, width);
    this.v = linear(width, width);
    this.o = linear(width, width);
    this.ln2 = new nn.LayerNorm(width);
    this.up = linear(width, 2 * width);
    this.down = linear(2 * width, width);
    this.ln3 = new nn.LayerNorm(width);
    this.head = linear(width, 12);
    this.width = width;
    this.multiplier = multiplier;
  }

  override forward(ids: Tensor): Tensor {
    let x: Tensor = this.embedding.forward(ids);
    const y = this.ln1.forward(x);
    const logits = this.q
      .forward(y)
      .matmul(this.k.forward(y).transpose(-2, -1))
      .mul(8 / this.width);
    x = x.add(this.o.forward(F.softmax(logits, -1).matmul(this.v.forward(y))));
    x = x.add(this.down.forward(F.gelu(this.up.forward(this.ln2.forward(x)))));
    return this.head.forward(this.ln3.forward(x).mul(this.multiplier));
  }
}
