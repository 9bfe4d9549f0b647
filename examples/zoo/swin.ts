// The Swin transformer (Liu et al. 2021, https://arxiv.org/abs/2103.14030) as torchvision builds it: attention within
// windows of 7×7 patches, shifted by half a window in every second block, on a pyramid of ever coarser patches.
import { init, nn, Tensor, zeros } from 'initree';
import * as F from 'initree/functional';
import { MLP } from './MLP.js';
import { Permute } from './Permute.js';
import { StochasticDepth } from './StochasticDepth.js';

/** Joins the features of 2×2 neighbours and halves their number: [N, H, W, C] → [N, ⌈H/2⌉, ⌈W/2⌉, 2C]. */
export class PatchMerging extends nn.Module {
  reduction: nn.Linear;
  norm: nn.LayerNorm;

  constructor(dim: number) {
    super();
    this.reduction = new nn.Linear(4 * dim, 2 * dim, { bias: false });
    this.norm = new nn.LayerNorm(4 * dim);
  }

  override forward(x: Tensor): Tensor {
    const [n, height, width, channels] = x.shape;
    x = F.pad(x, [0, 0, 0, width % 2, 0, height % 2]);
    const [rows, columns] = [Math.ceil(height / 2), Math.ceil(width / 2)];
    // The four neighbours are in the order of the source: down first, then right.
    x = x.view(n, rows, 2, columns, 2, channels).permute(0, 1, 3, 4, 2, 5);
    return this.reduction.forward(this.norm.forward(x.reshape(n, rows, columns, 4 * channels)));
  }
}

/** Multi-head self-attention within windows, with a learned bias for each relative position of two patches. */
export class ShiftedWindowAttention extends nn.Module {
  static override readonly stateNames = {
    relativePositionBiasTable: 'relative_position_bias_table',
    relativePositionIndex: 'relative_position_index',
  };
  qkv: nn.Linear;
  proj: nn.Linear;
  /** [(2·windowSize − 1)², numHeads] */
  relativePositionBiasTable: nn.Parameter;
  /** [windowSize⁴]: the row of the table for each pair of patches. */
  relativePositionIndex: Tensor;

  constructor(
    dim: number,
    readonly windowSize: number,
    readonly shiftSize: number,
    readonly numHeads: number,
    readonly attentionDropout: number,
    readonly dropout: number,
  ) {
    super();
    this.qkv = new nn.Linear(dim, 3 * dim);
    this.proj = new nn.Linear(dim, dim);
    this.relativePositionBiasTable = new nn.Parameter(zeros([(2 * windowSize - 1) ** 2, numHeads]));
    init.truncNormal_(this.relativePositionBiasTable, { std: 0.02 });
    this.relativePositionIndex = this.registerBuffer('relative_position_index', relativePositions(windowSize));
  }

  /** @param x [N, H, W, C] → the same shape */
  override forward(x: Tensor): Tensor {
    const { windowSize: size, numHeads, training } = this;
    const [n, height, width, channels] = x.shape;
    const [rows, columns] = [Math.ceil(height / size), Math.ceil(width / size)];
    x = F.pad(x, [0, 0, 0, columns * size - width, 0, rows * size - height]);
    // A window that covers the whole image is not shifted.
    const shifts = [rows, columns].map((count) => (count === 1 ? 0 : this.shiftSize));
    const isShifted = shifts.some((shift) => shift > 0);
    if (isShifted) {
      x = x.roll(
        shifts.map((shift) => -shift),
        [1, 2],
      );
    }

    // [N, windows, size², C]
    const patches = size * size;
    x = x.view(n, rows, size, columns, size, channels).permute(0, 1, 3, 2, 4, 5);
    x = x.reshape(n, rows * columns, patches, channels);

    // Queries, keys and values: [N, windows, numHeads, size², C / numHeads] each
    const qkv = this.qkv
      .forward(x)
      .view(n, rows * columns, patches, 3, numHeads, channels / numHeads)
      .permute(3, 0, 1, 4, 2, 5);
    const bias = this.relativePositionBias();
    x = F.scaledDotProductAttention(qkv.select(0, 0), qkv.select(0, 1), qkv.select(0, 2), {
      attnMask: isShifted ? bias.add(shiftMask(rows, columns, size, shifts)) : bias,
      dropoutP: training ? this.attentionDropout : 0,
    });
    x = this.proj.forward(x.transpose(2, 3).reshape(n, rows * columns, patches, channels));
    x = F.dropout(x, this.dropout, { training });

    // Back to [N, H, W, C]
    x = x.view(n, rows, columns, size, size, channels).permute(0, 1, 3, 2, 4, 5);
    x = x.reshape(n, rows * size, columns * size, channels);
    if (isShifted) x = x.roll(shifts, [1, 2]);
    return x.narrow(1, 0, height).narrow(2, 0, width);
  }

  /** [numHeads, size², size²] */
  private relativePositionBias(): Tensor {
    const patches = this.windowSize ** 2;
    const bias = this.relativePositionBiasTable.indexSelect(0, this.relativePositionIndex);
    return bias.view(patches, patches, this.numHeads).permute(2, 0, 1);
  }
}

/** Window attention and an MLP, each after a normalisation, with residual branches that training may drop. */
export class SwinTransformerBlock extends nn.Module {
  static override readonly stateNames = { stochasticDepth: 'stochastic_depth' };
  norm1: nn.LayerNorm;
  attn: ShiftedWindowAttention;
  stochasticDepth: StochasticDepth;
  norm2: nn.LayerNorm;
  mlp: MLP;

  constructor(
    dim: number,
    numHeads: number,
    windowSize: number,
    shiftSize: number,
    dropout: number,
    attentionDropout: number,
    dropProbability: number,
  ) {
    super();
    this.norm1 = new nn.LayerNorm(dim);
    this.attn = new ShiftedWindowAttention(dim, windowSize, shiftSize, numHeads, attentionDropout, dropout);
    this.stochasticDepth = new StochasticDepth(dropProbability);
    this.norm2 = new nn.LayerNorm(dim);
    this.mlp = new MLP(dim, 4 * dim, dropout);
  }

  override forward(x: Tensor): Tensor {
    x = x.add(this.stochasticDepth.forward(this.attn.forward(this.norm1.forward(x))));
    return x.add(this.stochasticDepth.forward(this.mlp.forward(this.norm2.forward(x))));
  }
}

export interface SwinOptions {
  /** Height and width of a patch of pixels. Default: 4. */
  patchSize?: number;
  /** Height and width of a window of patches. Default: 7. */
  windowSize?: number;
  /** Share of the features that training drops in blocks. Default: 0. */
  dropout?: number;
  /** Share of the attention weights that training drops. Default: 0. */
  attentionDropout?: number;
  /** Probability that training drops the last block for a sample; earlier blocks in proportion. Default: 0.1. */
  stochasticDepth?: number;
  /** Number of logits. Default: 1000. */
  numClasses?: number;
}

export class SwinTransformer extends nn.Module {
  features = new nn.Sequential();
  norm: nn.LayerNorm;
  permute = new Permute([0, 3, 1, 2]);
  avgpool = new nn.AdaptiveAvgPool2d(1);
  flatten = new nn.Flatten(1);
  head: nn.Linear;

  /**
   * @param embedDim features of a patch in the first stage; each later one has twice as many
   * @param depths number of blocks of each stage
   * @param numHeads heads of the attention in each stage
   */
  constructor(embedDim: number, depths: readonly number[], numHeads: readonly number[], options: SwinOptions = {}) {
    super();
    const { patchSize = 4, windowSize = 7, dropout = 0, attentionDropout = 0, numClasses = 1000 } = options;
    const { stochasticDepth = 0.1 } = options;
    this.features.append(
      new nn.Sequential(
        new nn.Conv2d(3, embedDim, patchSize, { stride: patchSize }),
        new Permute([0, 2, 3, 1]),
        new nn.LayerNorm(embedDim),
      ),
    );
    const total = depths.reduce((sum, depth) => sum + depth, 0);
    let built = 0;
    let dim = embedDim;
    depths.forEach((depth, stage) => {
      const blocks = new nn.Sequential();
      for (let i = 0; i < depth; i++, built++) {
        const shift = i % 2 === 0 ? 0 : Math.floor(windowSize / 2);
        const drop = (stochasticDepth * built) / (total - 1);
        blocks.append(
          new SwinTransformerBlock(dim, numHeads[stage], windowSize, shift, dropout, attentionDropout, drop),
        );
      }
      this.features.append(blocks);
      if (stage === depths.length - 1) return;
      this.features.append(new PatchMerging(dim));
      dim *= 2;
    });
    this.norm = new nn.LayerNorm(dim);
    this.head = new nn.Linear(dim, numClasses);

    // This runs after all constructors, so only the tables of biases remain of what the blocks drew.
    for (const m of this.modules()) {
      if (!(m instanceof nn.Linear)) continue;
      init.truncNormal_(m.weight, { std: 0.02 });
      m.bias?.zero_();
    }
  }

  /** @param x [N, 3, H, W], multiples of the patch size → [N, numClasses] */
  override forward(x: Tensor): Tensor {
    x = this.norm.forward(this.features.forward(x));
    x = this.flatten.forward(this.avgpool.forward(this.permute.forward(x)));
    return this.head.forward(x);
  }
}

export const swinT = (options?: SwinOptions) =>
  new SwinTransformer(96, [2, 2, 6, 2], [3, 6, 12, 24], { stochasticDepth: 0.2, ...options });

/** For each pair of patches of a window, the row of the table of biases that belongs to their distance: [size⁴]. */
function relativePositions(size: number): Tensor {
  const span = 2 * size - 1;
  const index: number[] = [];
  for (let a = 0; a < size * size; a++) {
    for (let b = 0; b < size * size; b++) {
      const down = Math.floor(a / size) - Math.floor(b / size);
      const right = (a % size) - (b % size);
      index.push((down + size - 1) * span + right + size - 1);
    }
  }
  return Tensor.fromData(BigInt64Array.from(index, BigInt), [size ** 4]);
}

/** −100 between patches that are in one window only because of the shift, otherwise 0: [windows, 1, size², size²]. */
function shiftMask(rows: number, columns: number, size: number, shifts: readonly number[]): Tensor {
  // Along one side of the image: 0 before the last window, 1 inside it, and 2 for rows that wrapped around from the other end.
  const part = (at: number, length: number, shift: number) =>
    Number(at >= length - size) + Number(at >= length - shift);
  const patches = size * size;
  const mask = new Float32Array(rows * columns * patches * patches);
  for (let window = 0; window < rows * columns; window++) {
    const parts = Array.from({ length: patches }, (_, patch) => {
      const y = Math.floor(window / columns) * size + Math.floor(patch / size);
      const x = (window % columns) * size + (patch % size);
      return 3 * part(y, rows * size, shifts[0]) + part(x, columns * size, shifts[1]);
    });
    for (let a = 0; a < patches; a++) {
      for (let b = 0; b < patches; b++) {
        if (parts[a] !== parts[b]) mask[(window * patches + a) * patches + b] = -100;
      }
    }
  }
  return Tensor.fromData(mask, [rows * columns, 1, patches, patches]);
}
