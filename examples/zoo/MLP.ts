import { init, nn } from 'initree';

/**
 * The two linear layers of a transformer block (`torchvision.ops.MLP`), initialised as ViT and Swin do it while they build a
 * block: weights Xavier uniform, biases all but 0.
 */
export class MLP extends nn.Sequential {
  /**
   * @param channels features of input and output
   * @param hidden features between the two layers
   */
  constructor(channels: number, hidden: number, dropout = 0) {
    super(
      new nn.Linear(channels, hidden),
      new nn.GELU(),
      new nn.Dropout(dropout),
      new nn.Linear(hidden, channels),
      new nn.Dropout(dropout),
    );
    for (const m of this) {
      if (!(m instanceof nn.Linear)) continue;
      init.xavierUniform_(m.weight);
      if (m.bias) init.normal_(m.bias, 0, 1e-6);
    }
  }
}
