import * as F from '../../src/functional.js';
import { nn, type Tensor } from '../../src/index.js';

// The networks of ../golden/makeProbe.py.

export class Mlp extends nn.Module {
  fc1 = new nn.Linear(20, 32);
  fc2 = new nn.Linear(32, 32);
  fc3 = new nn.Linear(32, 10);

  override forward(x: Tensor): Tensor {
    x = F.dropout(F.relu(this.fc1.forward(x)), 0.25);
    return this.fc3.forward(this.fc2.forward(x).tanh());
  }
}

export class Convnet extends nn.Module {
  conv1 = new nn.Conv2d(3, 8, 3, { padding: 1 });
  bn1 = new nn.BatchNorm2d(8);
  conv2 = new nn.Conv2d(8, 16, 3, { stride: 2, groups: 2, bias: false });
  bn2 = new nn.BatchNorm2d(16);
  fc = new nn.Linear(16, 4);

  override forward(x: Tensor): Tensor {
    x = F.maxPool2d(F.relu(this.bn1.forward(this.conv1.forward(x))), 2);
    x = F.gelu(this.bn2.forward(this.conv2.forward(x)));
    return this.fc.forward(x.mean([2, 3]));
  }
}

class Block extends nn.Module {
  conv1 = new nn.Conv2d(8, 8, 3, { padding: 1 });
  conv2 = new nn.Conv2d(8, 8, 3, { padding: 1 });
  act = new nn.LeakyReLU(0.1);

  override forward(x: Tensor): Tensor {
    return x.add(this.conv2.forward(this.act.forward(this.conv1.forward(x))));
  }
}

export class Residual extends nn.Module {
  stem = new nn.Conv2d(3, 8, 3);
  blocks = new nn.Sequential(new Block(), new Block());
  pool = new nn.AvgPool2d(2);
  fc = new nn.Linear(8 * 9, 5);

  override forward(x: Tensor): Tensor {
    return this.fc.forward(this.pool.forward(this.blocks.forward(this.stem.forward(x))).flatten(1));
  }
}

export class Recurrent extends nn.Module {
  lstm = new nn.LSTM(6, 9, { batchFirst: true });
  fc = new nn.Linear(9, 5);

  override forward(x: Tensor): Tensor {
    return this.fc.forward(this.lstm.forward(x)[0].select(1, -1));
  }
}

class Transformer extends nn.Module {
  layer = new nn.TransformerEncoderLayer(16, 4, { dimFeedforward: 32, dropout: 0, batchFirst: true });
  fc = new nn.Linear(16, 3);

  override forward(x: Tensor): Tensor {
    return this.fc.forward(this.layer.forward(x).mean(1));
  }
}

/** By their names in probe.json. */
export const NETWORKS = { Mlp, Convnet, Residual, Recurrent, Transformer };
